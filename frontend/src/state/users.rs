//! Where the application's users are, and whether they are production: for their pages and the bar above.

use dynadesk_shared::api::identity::IdentityView;
use leptos::prelude::*;

use super::remote::Remote;
use super::use_navigation;
use crate::api;
use crate::nav::Route;

#[derive(Clone, Copy)]
pub struct Users {
    pub view: Remote<IdentityView>,
    /// Whether a page of theirs is shown.
    is_here: Memo<bool>,
}

pub fn use_users() -> Users {
    expect_context()
}

impl Users {
    pub fn provide() {
        let route = use_navigation().route();
        let is_here = Memo::new(move |_| route.with(|route| matches!(route, Route::People | Route::CognitoIds | Route::Integrity)));
        let view = Remote::idle(api::identity::view);
        // Asked for on the way to these pages, and again the next time: it may be configured by then.
        Effect::new(move |_| {
            if is_here.get() {
                view.reload();
            }
        });
        provide_context(Self { view, is_here });
    }

    /// What the bar says of them: nothing on other pages, reactive.
    pub fn here(self) -> Option<IdentityView> {
        self.is_here.get().then(|| self.view.ready(Clone::clone)).flatten()
    }
}
