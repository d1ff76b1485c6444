//! To be built in this change: Access patterns.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn PatternsPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope><p class="muted">"…"</p></TableFrame> }
}
