//! A time of the server's in the reader's zone. A short one says all of it, with the zone, on hover.

use leptos::prelude::*;

use crate::format::time::{Style, when};

#[component]
pub fn When(#[prop(into)] at: String, style: Style) -> impl IntoView {
    let title = when(&at, Style::Full);
    let text = when(&at, style);
    view! { <time datetime=at title=title>{text}</time> }
}
