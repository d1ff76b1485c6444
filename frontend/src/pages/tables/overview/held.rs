//! What a table holds, said before it is dropped. DynamoDB counts about every six hours, so a table that it
//! counted nothing in may hold something: one page of it is looked at.

use dynadesk_shared::api::items::ScanRequest;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::components::TableScope;
use crate::format;

/// How many items are counted at most: enough to know whether there are any.
const LOOK: u32 = 100;

/// What one look found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Found {
    items: u64,
    /// Whether there is more than was looked at.
    more: bool,
}

/// In words, as the object of a sentence; looked at each time that `open` becomes true.
pub fn held(scope: &TableScope, open: RwSignal<bool>) -> Signal<String> {
    let details = scope.details;
    let counted = Memo::new(move |_| details.ready(|view| view.item_count));
    let found = RwSignal::new(None::<Found>);
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    Effect::new(move |_| {
        if !open.get() || counted.get() != Some(0) {
            return;
        }
        found.set(None);
        let (connection, table) = (connection.clone(), table.clone());
        spawn_local(async move {
            let look = ScanRequest {
                limit: LOOK,
                consistent: true,
                count: true,
                ..ScanRequest::default()
            };
            // Where it cannot be looked at, what is said stays true.
            if let Ok(page) = api::items::scan(&connection, &table, &look).await {
                found.try_set(Some(Found {
                    items: page.matched,
                    more: page.next.is_some(),
                }));
            }
        });
    });
    Signal::derive(move || words(counted.get(), found.get()))
}

fn words(counted: Option<u64>, found: Option<Found>) -> String {
    let some = |items| format::counted(items, "item", "items");
    match (counted, found) {
        (None, _) => "all its items".to_owned(),
        (Some(0), None | Some(Found { items: 0, more: true })) => {
            "all its items (none at DynamoDB's last count, up to six hours ago)".to_owned()
        }
        (Some(0), Some(Found { items: 0, more: false })) => "no items".to_owned(),
        (Some(0), Some(Found { items, more: false })) => some(items),
        (Some(0), Some(Found { items, more: true })) => format!("{} or more", some(items)),
        (Some(counted), _) => format!("about {}", some(counted)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, words};

    #[test]
    fn nothing_is_said_to_be_empty_that_nobody_looked_at() {
        let found = |items, more| Some(Found { items, more });
        assert_eq!(words(None, None), "all its items");
        assert_eq!(words(Some(7), None), "about 7 items");
        assert!(words(Some(0), None).starts_with("all its items (none at"));
        assert!(words(Some(0), found(0, true)).starts_with("all its items (none at"));
        assert_eq!(words(Some(0), found(0, false)), "no items");
        assert_eq!(words(Some(0), found(1, false)), "1 item");
        assert_eq!(words(Some(0), found(100, true)), "100 items or more");
    }
}
