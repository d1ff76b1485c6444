//! To be built in this change: Expiry.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn ExpiryPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope><p class="muted">"…"</p></TableFrame> }
}
