//! To be built in this change: Monitoring.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn MonitoringPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope><p class="muted">"…"</p></TableFrame> }
}
