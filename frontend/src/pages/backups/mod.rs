//! To be built in this change: Backups.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn BackupsPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope><p class="muted">"…"</p></TableFrame> }
}
