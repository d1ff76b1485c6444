//! Items of a table.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn ItemsPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope>""</TableFrame> }
}
