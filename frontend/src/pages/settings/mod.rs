//! To be built in this change: Settings.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn SettingsPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope><p class="muted">"…"</p></TableFrame> }
}
