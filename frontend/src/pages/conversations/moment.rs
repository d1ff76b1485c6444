//! A time as a reader wants it: local, with UTC on hover and for the focus; raw where it is no time.

use leptos::prelude::*;

use crate::format::time::{Style, local, utc};

/// `sk` is shown as it is where it cannot be read as a time.
#[component]
pub fn Moment(at_micros: Option<i64>, sk: String, style: Style) -> impl IntoView {
    match at_micros {
        Some(micros) => {
            let both = format!("{} · {} · stored as {sk}", local(micros, Style::Full), utc(micros));
            let title = both.clone();
            view! {
                <time class="moment" datetime=sk title=title>
                    <span aria-hidden="true">{local(micros, style)}</span>
                    <span class="ui-hidden">{both}</span>
                </time>
            }
            .into_any()
        }
        None => view! { <span class="moment is-raw" title="Not a time that can be read">{sk}</span> }.into_any(),
    }
}
