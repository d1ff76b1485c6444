//! Shows a page whose file of WebAssembly may have to come first.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chunks;
use crate::components::Page;
use crate::nav::Route;
use crate::split::{self, Missing, NotLoaded};
use crate::ui::Skeleton;

/// The page that `build` gives once `fetch` brought its file.
pub fn page<F, P, E>(fetch: impl Fn() -> F + Send + Sync + 'static, build: impl Fn() -> P + Send + 'static) -> AnyView
where
    F: Future<Output = Result<(), E>> + 'static,
    P: Future<Output = Result<AnyView, Missing>>,
{
    split::view(fetch, build, waiting, missing)
}

/// Fetches what the current route needs while its connection is still being waited for, and what a
/// link needs as soon as the pointer or the focus is on it.
pub fn fetch_ahead(page: Memo<Route>) {
    Effect::new(move |_| spawn_local(chunks::fetch(page.get())));
    let over = window_event_listener(leptos::ev::pointerover, |event| of_link(event.target()));
    let focused = window_event_listener(leptos::ev::focusin, |event| of_link(event.target()));
    on_cleanup(move || {
        over.remove();
        focused.remove();
    });
}

fn of_link(target: Option<web_sys::EventTarget>) {
    use wasm_bindgen::JsCast;
    let element = target.and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let link = element.and_then(|element| element.closest("a[href^='/c/']").ok().flatten());
    if let Some(href) = link.and_then(|link| link.get_attribute("href")) {
        let path = href.split(['?', '#']).next().unwrap_or_default();
        spawn_local(chunks::fetch(Route::parse(path)));
    }
}

fn waiting() -> AnyView {
    view! {
        <div class="page">
            <h1 class="ui-hidden">"Loading the page"</h1>
            <Skeleton lines=6 label="Loading the page" />
        </div>
    }
    .into_any()
}

fn missing(retry: Callback<()>) -> AnyView {
    view! {
        <Page title="Page not loaded">
            <NotLoaded title="This page could not be loaded" retry />
        </Page>
    }
    .into_any()
}
