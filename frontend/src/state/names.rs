//! Who is behind a uuid, wherever one is shown: asked for in one request for many, and kept for a short
//! while. Where nobody is configured to know, nothing is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::identity::Names as Known;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::format;

/// What is wanted within this time is asked for together.
const GATHER: Duration = Duration::from_millis(40);
/// A name that was changed is seen after this.
const LIVES: f64 = 30_000.0;
/// Uuids of one request.
const AT_ONCE: usize = 500;
/// Names that are kept; past it all are forgotten.
const MOST: usize = 20_000;

/// Cheap to copy; lives as long as the console.
#[derive(Clone, Copy)]
pub struct Names {
    known: RwSignal<Known>,
    /// When each was asked for, whoever it is.
    asked: StoredValue<BTreeMap<String, f64>>,
    wanted: StoredValue<BTreeSet<String>>,
    gathering: StoredValue<bool>,
    /// Whether somebody is configured to know; nothing until that was asked.
    configured: StoredValue<Option<bool>>,
}

pub fn use_names() -> Names {
    expect_context()
}

impl Names {
    pub fn provide() -> Self {
        let names = Self {
            known: RwSignal::new(Known::default()),
            asked: StoredValue::new(BTreeMap::new()),
            wanted: StoredValue::new(BTreeSet::new()),
            gathering: StoredValue::new(false),
            configured: StoredValue::new(None),
        };
        provide_context(names);
        names
    }

    /// A user as a row names one, by the first who knows: reactive.
    pub fn of(self, user: &UserRef) -> UserRef {
        let mut named = user.clone();
        self.known.with(|known| known.name(&mut named));
        named
    }

    /// Why names are only those of the rows, where somebody should know better.
    pub fn problem(self) -> Option<String> {
        self.known.with(|known| known.problem.clone())
    }

    /// Asks for those that are not known, or not any more.
    pub fn want<'a>(self, uuids: impl IntoIterator<Item = &'a str>) {
        if self.configured.get_value() == Some(false) {
            return;
        }
        let now = js_sys::Date::now();
        let fresh = |uuid: &str| {
            self.asked
                .with_value(|asked| asked.get(uuid).is_some_and(|since| now - since < LIVES))
        };
        let new: Vec<String> = uuids
            .into_iter()
            .filter(|uuid| !uuid.is_empty() && !fresh(uuid))
            .map(str::to_owned)
            .collect();
        if new.is_empty() {
            return;
        }
        self.wanted.update_value(|wanted| wanted.extend(new));
        if !self.gathering.get_value() {
            self.gathering.set_value(true);
            set_timeout(move || spawn_local(async move { self.ask().await }), GATHER);
        }
    }

    async fn ask(self) {
        if self.configured.get_value().is_none() {
            // Where this fails, the next one who wants a name asks again.
            if let Ok(view) = api::identity::view().await {
                self.configured
                    .set_value(Some(view.database.is_some() || view.users_file.is_some()));
            }
        }
        self.gathering.set_value(false);
        let mut wanted = BTreeSet::new();
        self.wanted.update_value(|waiting| wanted = std::mem::take(waiting));
        if self.configured.get_value() != Some(true) {
            return;
        }
        let now = js_sys::Date::now();
        let wanted: Vec<String> = wanted.into_iter().collect();
        self.asked.update_value(|asked| {
            if asked.len() + wanted.len() > MOST {
                asked.clear();
            }
            asked.extend(wanted.iter().map(|uuid| (uuid.clone(), now)));
        });
        for some in wanted.chunks(AT_ONCE) {
            let answer = api::identity::names(some.to_vec()).await;
            self.known.update(|known| match answer {
                Ok(found) => {
                    if known.names.len() > MOST {
                        known.names.clear();
                    }
                    known.names.extend(found.names);
                    known.otherwise.extend(found.otherwise);
                    known.problem = found.problem;
                }
                Err(failure) => known.problem = Some(failure.message()),
            });
        }
    }
}

/// A name with its handle, or as much of it as there is, as a person can see it.
pub fn called(user: &UserRef) -> String {
    let seen = format::readable;
    match (user.display_name.as_str(), user.handle.as_str()) {
        ("", "") => seen(&user.uuid),
        (name, "") => seen(name),
        ("", handle) => format!("@{}", seen(handle)),
        (name, handle) => format!("{} (@{})", seen(name), seen(handle)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_called_by_what_is_known() {
        let user = |name: &str, handle: &str| UserRef {
            uuid: "u".into(),
            display_name: name.into(),
            handle: handle.into(),
        };
        let all = [user("Ada", "ada"), user("Ada", ""), user("", "ada"), user("", "")];
        assert_eq!(all.map(|user| called(&user)), ["Ada (@ada)", "Ada", "@ada", "u"]);
    }
}
