//! What is said of one write and of all the writes of a request alike.

use dynadesk_shared::api::history::WriteState;
use leptos::prelude::*;

use super::words;
use crate::components::When;
use crate::format;
use crate::format::time::{Style, when};
use crate::nav;
use crate::ui::{Notice, StatusDot, Tone};

#[component]
pub fn Facts(
    /// The connection's name.
    connection: String,
    table: String,
    at: String,
    operator: String,
    state: WriteState,
    /// What only this kind has, and its name.
    own: (&'static str, String),
    expires_at: String,
    /// What may have been in between where nobody knows the end.
    between: &'static str,
) -> impl IntoView {
    let (word, tone) = words::state(state);
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <dl class="facts">
            {fact("When", when(&at, Style::Full))} {fact("Who", format::readable(&operator))}
            <div>
                <dt>"Table"</dt>
                <dd><a href=nav::items(&connection, &table)>{table.clone()}</a></dd>
            </div>
            <div>
                <dt>"State"</dt>
                <dd><StatusDot tone label=word /></dd>
            </div>
            {fact(own.0, own.1)}
            <div>
                <dt>"Kept until"</dt>
                <dd><When at=expires_at style=Style::Short /></dd>
            </div>
        </dl>
        {(state == WriteState::Begun)
            .then(|| {
                view! {
                    <Notice tone=Tone::Warning>
                        {format!("It was written down before it was done, and its end is not known: {between} Undo looks at what is there now.")}
                    </Notice>
                }
            })}
    }
}
