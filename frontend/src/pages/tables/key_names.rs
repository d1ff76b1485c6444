//! The attributes of a key with their types, as one line.

use dynadesk_shared::key::KeySchema;
use leptos::prelude::*;

use crate::ui::Badge;

pub fn key_names(key: &KeySchema) -> AnyView {
    let names: Vec<_> = key
        .attributes()
        .cloned()
        .map(|key| view! { <span class="tables-key">{key.name}<Badge mono=true>{key.kind.name()}</Badge></span> })
        .collect();
    view! { <span class="tables-keys">{names}</span> }.into_any()
}
