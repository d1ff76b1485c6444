//! Jobs of a connection, and one job.

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::components::Page;

#[component]
pub fn JobsPage(connection: ConnectionView) -> impl IntoView {
    let _ = connection;
    view! { <Page title="Jobs">""</Page> }
}

#[component]
pub fn JobPage(connection: ConnectionView, job: String) -> impl IntoView {
    let _ = (connection, job);
    view! { <Page title="Job">""</Page> }
}
