//! To be built in this change: Stream.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn StreamPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope><p class="muted">"…"</p></TableFrame> }
}
