//! Where the console opens.

use leptos::prelude::*;

use crate::components::Page;

#[component]
pub fn HomePage() -> impl IntoView {
    view! { <Page title="Connections">""</Page> }
}
