//! Expired items that are still there: the switch that leaves them out of the request.

use dynadesk_shared::expiry::{has_live, with_live, without_live};
use leptos::prelude::*;

use super::query::Asked;
use super::{View, run};
use crate::format::{self, expiry};
use crate::ui::{Switch, Tooltip};

/// The question with or without what is expired now.
fn asked_with(asked: &Asked, attribute: &str, hide: bool) -> Asked {
    let filter = asked.filter.clone();
    Asked {
        filter: match hide {
            true => Some(with_live(filter, attribute, expiry::now())),
            false => without_live(filter, attribute),
        },
        ..asked.clone()
    }
}

/// The question as it is asked again: what expired since is left out, too.
pub fn as_of_now(asked: Asked, attribute: Option<&str>) -> Asked {
    match attribute.filter(|name| has_live(asked.filter.as_ref(), name)) {
        Some(name) => asked_with(&asked, name, true),
        None => asked,
    }
}

/// The switch, where the table has a time to live. Not where the attribute is a key of the Query: DynamoDB
/// takes no filter on one.
#[component]
pub fn HideExpired(view: View) -> impl IntoView {
    let possible = Memo::new(move |_| {
        let name = view.ttl.get()?;
        let in_key = view.asked.with(|asked| {
            let key = asked.key.as_ref()?;
            let sort = key.sort.iter().any(|condition| condition.name == name);
            Some(sort || key.partition.contains_key(&name))
        });
        (in_key != Some(true)).then_some(name)
    });
    let on = Signal::derive(move || {
        let name = possible.get();
        name.is_some_and(|name| view.asked.with(|asked| has_live(asked.filter.as_ref(), &name)))
    });
    let change = move |hide: bool| {
        if let Some(name) = possible.get_untracked() {
            let next = view.asked.with_untracked(|asked| asked_with(asked, &name, hide));
            view.draft.load(&next);
            run(view, next);
        }
    };
    move || {
        possible.get().map(|name| {
            view! {
                <Tooltip text=format!("Adds a filter on {name} to the request: what is over and not deleted yet is left out")>
                    <Switch on on_change=change label="Hide expired" />
                </Tooltip>
            }
        })
    }
}

/// How many expired items the request left out, where nothing else was filtered.
pub fn hidden(view: View) -> Option<String> {
    let name = view.ttl.get()?;
    let only = view.asked.with(|asked| {
        let filter = asked.filter.clone();
        has_live(filter.as_ref(), &name).then(|| without_live(filter, &name).is_none())
    })?;
    if !only {
        return Some("expired items are hidden".to_owned());
    }
    let left_out = view.scan.totals.with(|totals| totals.scanned.saturating_sub(totals.matched));
    Some(format!("{} hidden", format::counted(left_out, "expired item", "expired items")))
}
