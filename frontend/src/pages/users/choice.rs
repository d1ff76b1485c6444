//! Which of many are chosen, and the buttons that choose all, none, or those that a search found.

use std::collections::BTreeSet;

use dynadesk_shared::api::identity::Choice;
use leptos::prelude::*;

use crate::format;
use crate::ui::Button;

/// All but some, or only some: what is not on the page is chosen or not all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    only: bool,
    named: BTreeSet<String>,
}

impl Chosen {
    pub fn only(uuids: impl IntoIterator<Item = String>) -> Self {
        Self {
            only: true,
            named: uuids.into_iter().collect(),
        }
    }

    pub fn has(&self, uuid: &str) -> bool {
        self.named.contains(uuid) == self.only
    }

    pub fn set(&mut self, uuid: &str, chosen: bool) {
        if chosen == self.only {
            self.named.insert(uuid.to_owned());
        } else {
            self.named.remove(uuid);
        }
    }

    /// How many of so many are chosen.
    pub fn count(&self, of: u64) -> u64 {
        let named = self.named.len() as u64;
        if self.only { named } else { of.saturating_sub(named) }
    }

    /// As the server takes it.
    pub fn choice(self) -> Choice {
        let named = self.named.into_iter().collect();
        if self.only { Choice::Only(named) } else { Choice::Except(named) }
    }
}

/// Chooses many at once.
#[component]
pub fn Choosing(
    /// What is chosen here, for those who cannot see it: `Rows to change`.
    label: &'static str,
    chosen: RwSignal<Chosen>,
    #[prop(into)] total: Signal<u64>,
    /// How many the search found; nothing while nobody searches.
    #[prop(into)]
    found: Signal<Option<u64>>,
    #[prop(into)] on_these: Callback<()>,
    #[prop(optional, into)] busy: Signal<bool>,
) -> impl IntoView {
    let why_not = Signal::derive(move || match found.get() {
        None => Some("Search first: without a search, these are all of them".to_owned()),
        Some(0) => Some("The search found none".to_owned()),
        Some(_) => None,
    });
    let these = move || match found.get() {
        Some(found) if found > 0 => format!("Only these {}", format::count(found)),
        _ => "Only these".to_owned(),
    };
    view! {
        <div class="page-bar" role="group" aria-label=label>
            <span class="muted" role="status">
                {move || format!("{} of {} chosen", format::count(chosen.with(|chosen| chosen.count(total.get()))), format::count(total.get()))}
            </span>
            <Button small=true on_press=move |()| chosen.set(Chosen::default())>"All"</Button>
            <Button small=true on_press=move |()| chosen.set(Chosen::only([]))>"None"</Button>
            <Button small=true busy disabled=why_not on_press=on_these>{these}</Button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_none_and_some_are_chosen_and_counted() {
        let mut chosen = Chosen::default();
        assert!(chosen.has("a") && chosen.count(5000) == 5000);
        chosen.set("a", false);
        assert!(!chosen.has("a") && chosen.has("b") && chosen.count(5000) == 4999);
        assert_eq!(chosen.clone().choice(), Choice::Except(vec!["a".to_owned()]));
        chosen.set("a", true);
        assert_eq!(chosen, Chosen::default());

        let mut chosen = Chosen::only([]);
        assert!(!chosen.has("a") && chosen.count(5000) == 0);
        chosen.set("a", true);
        chosen.set("b", true);
        chosen.set("b", false);
        assert_eq!(chosen.count(5000), 1);
        assert_eq!(chosen.choice(), Choice::Only(vec!["a".to_owned()]));
    }
}
