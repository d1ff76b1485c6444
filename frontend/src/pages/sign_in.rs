//! Where a browser arrives from a provider of identities. The dialog over it signs in; once somebody is,
//! the page has nothing to show and leads on.

use leptos::prelude::*;

use crate::components::Page;
use crate::nav;
use crate::state::{use_navigation, use_session};

#[component]
pub fn SignInPage() -> impl IntoView {
    let (session, navigation) = (use_session(), use_navigation());
    Effect::new(move |_| {
        if session.person().is_none() {
            return;
        }
        if navigation.query_value("done").is_some() {
            // Another window waits for this one, and has heard of it.
            let _ = window().close();
        }
        navigation.replace(&nav::home());
    });
    view! { <Page title="Sign in"><p>"One moment."</p></Page> }
}
