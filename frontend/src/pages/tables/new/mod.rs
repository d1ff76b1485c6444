//! A new table.

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::components::Page;

#[component]
pub fn TableNewPage(connection: ConnectionView) -> impl IntoView {
    let _ = connection;
    view! { <Page title="Create a table">""</Page> }
}
