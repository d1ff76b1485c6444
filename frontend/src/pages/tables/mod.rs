//! Tables of a connection: the list, one table, a new one.

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::components::{Page, TableFrame, TableScope};

#[component]
pub fn TablesPage(connection: ConnectionView) -> impl IntoView {
    let _ = connection;
    view! { <Page title="Tables">""</Page> }
}

#[component]
pub fn TableNewPage(connection: ConnectionView) -> impl IntoView {
    let _ = connection;
    view! { <Page title="Create a table">""</Page> }
}

#[component]
pub fn TablePage(scope: TableScope) -> impl IntoView {
    view! { <TableFrame scope>""</TableFrame> }
}
