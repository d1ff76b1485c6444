//! Takes writes of this page back, from the message that told of them.

use dynadesk_shared::{Item, Key};
use leptos::prelude::*;

use super::{View, editing};
use crate::components::undo;

/// Says what was written and offers to take it back. `writes` are in the order in which they were made.
pub fn offer(view: View, connection: String, message: String, writes: Vec<String>) {
    undo::offer(view.toasts, connection, message, writes, move |item| {
        if let Some(item) = item {
            show(view, &item);
        }
    });
}

/// Shows an item in its row as it is again.
fn show(view: View, item: &Item) {
    let names = view.key_names.try_get_untracked().unwrap_or_default();
    let key: Item = names
        .iter()
        .filter_map(|name| item.get(name).map(|value| (name.clone(), value.clone())))
        .collect();
    editing::patched(view, &vec![(Key(key), Some(item.clone()))]);
}
