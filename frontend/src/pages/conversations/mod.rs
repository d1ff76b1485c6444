//! Conversations of a table.

use leptos::prelude::*;

use crate::components::{TableFrame, TableScope};

#[component]
pub fn ConversationsPage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope>""</TableFrame> }
}
