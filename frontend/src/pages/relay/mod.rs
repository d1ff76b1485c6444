//! To be built in this change: Relay.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn RelayPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope><p class="muted">"…"</p></TableFrame> }
}
