//! What is written stays in this tab when the operator looks at another page and comes back.

use dynadesk_shared::api::partiql::Mode;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::desk::Desk;
use super::parameters::Parameter;
use crate::nav::query_value;
use crate::state::{storage, use_navigation};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    text: String,
    /// Types and texts.
    parameters: Vec<(String, String)>,
    mode: Mode,
    consistent: bool,
    /// The text of the page's link, which is what was run last. Another link brings another text.
    linked: Option<String>,
}

fn linked() -> Option<String> {
    use_navigation().query().with_untracked(|query| query_value(query, "q"))
}

/// Puts back what was written before, unless a link brings something else, and keeps it from then on.
pub fn keep(desk: Desk) {
    let key = desk
        .connection
        .with_value(|connection| format!("partiql-draft.{}", connection.name));
    let before = storage::read_in_tab::<Draft>(&key);
    if let Some(draft) = before.filter(|draft| linked().is_none_or(|linked| draft.linked.as_ref() == Some(&linked))) {
        let known = |(kind, text): &(String, String)| Parameter::written(kind, text);
        desk.parameters.set(draft.parameters.iter().map(known).collect());
        desk.mode.set(draft.mode);
        desk.consistent.set(draft.consistent);
        desk.text.set(draft.text);
    }
    let navigation = use_navigation();
    Effect::new(move |_| {
        let parameters = desk
            .parameters
            .with(|all| all.iter().map(|one| (one.kind.to_owned(), one.text.clone())).collect());
        let draft = Draft {
            text: desk.text.get(),
            parameters,
            mode: desk.mode.get(),
            consistent: desk.consistent.get(),
            linked: navigation.query().with(|query| query_value(query, "q")),
        };
        storage::write_in_tab(&key, &draft);
    });
}
