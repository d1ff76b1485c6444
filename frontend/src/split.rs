//! Parts of the console in files of WebAssembly of their own, fetched when they are first asked for,
//! so that it opens without them. Only the release build splits (the feature `split`); every other
//! build has the same functions in one piece.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::reachability;
use crate::ui::ErrorPanel;

/// The file did not come: the server is gone, or has a newer console by now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing;

impl From<leptos::wasm_split::SplitLoaderError> for Missing {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// `$chunk` names the file; functions of the same name share it. `$fetch` only fetches it.
macro_rules! chunk {
    ($chunk:ident, $fetch:ident, $view:ident($($argument:ident: $kind:ty),* $(,)?) $body:block) => {
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split($chunk, wasm_split_path = ::leptos::wasm_split, preload($fetch), fallible)]
        pub fn $view($($argument: $kind),*) -> Result<AnyView, $crate::split::Missing> {
            Ok($body.into_any())
        }

        #[cfg(not(feature = "split"))]
        pub async fn $view($($argument: $kind),*) -> Result<AnyView, $crate::split::Missing> {
            Ok($body.into_any())
        }

        #[cfg(not(feature = "split"))]
        pub async fn $fetch() -> Result<(), $crate::split::Missing> {
            Ok(())
        }
    };
}
pub(crate) use chunk;

#[derive(Clone, Copy, PartialEq, Eq)]
enum File {
    Coming,
    Here,
    Missing,
}

/// What `build` gives once `fetch` brought its file; at once where the file is here already. Until
/// then `waiting` stands there, and `missing`, with a way to try again, where it does not come.
pub fn view<F, P, E>(
    fetch: impl Fn() -> F + Send + Sync + 'static,
    build: impl Fn() -> P + Send + 'static,
    waiting: impl Fn() -> AnyView + Send + 'static,
    missing: impl Fn(Callback<()>) -> AnyView + Send + 'static,
) -> AnyView
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
                    // The operator may have gone elsewhere meanwhile, and the signal with the view.
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
        // With the file here the view is built in this very call, so it belongs to this place and
        // goes with it.
        File::Here => match now(pin!(build())) {
            Some(Ok(view)) => view,
            _ => missing(retry),
        },
        File::Missing => missing(retry),
    })
    .into_any()
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

/// Says that a file did not come, where what it holds would stand.
#[component]
pub fn NotLoaded(
    /// What could not be loaded, as a sentence.
    title: &'static str,
    retry: Callback<()>,
) -> impl IntoView {
    view! {
        <ErrorPanel
            title
            message="Dynadesk's server did not send it. Is it still running? If it was upgraded meanwhile, reload the console."
            code=Some("page_not_loaded".to_owned())
            request_id=None
            retry
        />
    }
}
