//! Shows a page whose file of WebAssembly may have to come first.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chunks::{self, Missing};
use crate::api::reachability;
use crate::components::Page;
use crate::nav::Route;
use crate::ui::{ErrorPanel, Skeleton};

#[derive(Clone, Copy, PartialEq, Eq)]
enum File {
    Coming,
    Here,
    Missing,
}

/// The page that `build` gives once `fetch` brought its file; at once where the file is here already.
pub fn page<F, P, E>(fetch: impl Fn() -> F + Send + Sync + 'static, build: impl Fn() -> P + Send + 'static) -> AnyView
where
    F: Future<Output = Result<(), E>> + 'static,
    P: Future<Output = Result<AnyView, Missing>>,
{
    let file = RwSignal::new(File::Coming);
    let ask = move || {
        let mut coming = Box::pin(fetch());
        match now(coming.as_mut()) {
            Some(answer) => file.set(File::of(answer)),
            None => {
                file.set(File::Coming);
                spawn_local(async move {
                    let answer = coming.await;
                    // The operator may have gone elsewhere meanwhile, and the signal with the page.
                    file.try_set(File::of(answer));
                });
            }
        }
    };
    ask();
    let retry = Callback::new(move |()| ask());
    reachability::on_return(move || {
        if file.get_untracked() == File::Missing {
            retry.run(());
        }
    });
    (move || match file.get() {
        File::Coming => waiting(),
        // With the file here the page is built in this very call, so it belongs to this place of the
        // view and goes with it.
        File::Here => match now(pin!(build())) {
            Some(Ok(page)) => page,
            _ => missing(retry),
        },
        File::Missing => missing(retry),
    })
    .into_any()
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

impl File {
    fn of<E>(answer: Result<(), E>) -> Self {
        match answer {
            Ok(()) => Self::Here,
            Err(_) => Self::Missing,
        }
    }
}

/// What a future gives without being waited for.
fn now<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => Some(answer),
        Poll::Pending => None,
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
            <ErrorPanel
                title="This page could not be loaded"
                message="Dynadesk's server did not send it. Is it still running? If it was upgraded meanwhile, reload the console."
                code=Some("page_not_loaded".to_owned())
                request_id=None
                retry
            />
        </Page>
    }
    .into_any()
}
