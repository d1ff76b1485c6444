//! Something that the server knows: loading, here, or failed. While it loads again the old answer
//! stays, so that a page never flickers.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{ApiFailure, reachability};

/// How far an answer is.
#[derive(Clone, Debug, PartialEq)]
pub enum Load<T> {
    Loading,
    Ready(T),
    Failed(ApiFailure),
}

impl<T> Load<T> {
    pub fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }
}

type Fetch<T> = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<T, ApiFailure>>>>>;

/// An answer that can be asked for again. Cheap to copy; lives as long as the page that made it.
pub struct Remote<T: Send + Sync + 'static> {
    state: RwSignal<Load<T>>,
    busy: RwSignal<bool>,
    /// Counts the requests, so that a late answer of an older one is dropped.
    turn: StoredValue<u64>,
    fetch: StoredValue<Fetch<T>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for Remote<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Remote<T> {}

impl<T: Send + Sync + 'static> Remote<T> {
    /// Asks at once.
    pub fn new<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiFailure>> + 'static,
    {
        let remote = Self::idle(fetch);
        remote.reload();
        remote
    }

    /// Asks only when [`Remote::reload`] is called.
    pub fn idle<F>(fetch: impl Fn() -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ApiFailure>> + 'static,
    {
        let remote = Self {
            state: RwSignal::new(Load::Loading),
            busy: RwSignal::new(false),
            turn: StoredValue::new(0),
            fetch: StoredValue::new_local(Box::new(move || Box::pin(fetch()))),
        };
        // What failed only because our own server was gone goes on by itself when it is back.
        reachability::on_return(move || {
            if remote
                .state
                .with_untracked(|state| matches!(state, Load::Failed(ApiFailure::Unreachable)))
            {
                remote.refresh();
            }
        });
        remote
    }

    /// Asks again. An answer that is here stays until the next one comes; a failure does not.
    pub fn reload(self) {
        if self.state.try_with_untracked(|state| matches!(state, Load::Failed(_))) == Some(true) {
            self.state.set(Load::Loading);
        }
        self.refresh();
    }

    /// Asks again and keeps even a failure on the screen until the answer is there.
    pub fn refresh(self) {
        let Some(turn) = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        }) else {
            return;
        };
        let Some(answer) = self.fetch.try_with_value(|fetch| fetch()) else {
            return;
        };
        self.busy.set(true);
        spawn_local(async move {
            let answer = answer.await;
            // The page may be gone by now, and then so are its signals.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.state.try_set(match answer {
                Ok(value) => Load::Ready(value),
                Err(failure) => Load::Failed(failure),
            });
            self.busy.try_set(false);
        });
    }

    /// Asks again unless a request is under way: for whoever asks again and again, whose answers would else all be
    /// dropped where they take longer than that.
    pub fn poll(self) {
        if self.busy.try_get_untracked() == Some(false) {
            self.refresh();
        }
    }

    /// Whether an answer was here once: what people fill in beside it stays though a later request failed, unless the
    /// thing itself is gone.
    pub fn known(self) -> Memo<bool> {
        Memo::new(move |was| {
            self.with(|state| match state {
                Load::Ready(_) => true,
                Load::Failed(failure) if failure.is_not_found() => false,
                Load::Failed(_) | Load::Loading => was == Some(&true),
            })
        })
    }

    /// Puts an answer that came another way.
    pub fn set(self, value: T) {
        self.turn.try_update_value(|turn| *turn += 1);
        self.busy.set(false);
        self.state.set(Load::Ready(value));
    }

    /// Whether a request is under way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Reads the state, reactive.
    pub fn with<O>(self, read: impl FnOnce(&Load<T>) -> O) -> O {
        self.state.with(read)
    }

    /// Reads the answer where it is here, reactive.
    pub fn ready<O>(self, read: impl FnOnce(&T) -> O) -> Option<O> {
        self.state.with(|state| state.ready().map(read))
    }

    /// Reads the answer where it is here, without following it. Nothing where the page is gone.
    pub fn ready_untracked<O>(self, read: impl FnOnce(&T) -> O) -> Option<O> {
        self.state.try_with_untracked(|state| state.ready().map(read)).flatten()
    }

    /// The failure, where there is one, reactive.
    pub fn failure(self) -> Option<ApiFailure> {
        self.state.with(|state| match state {
            Load::Failed(failure) => Some(failure.clone()),
            _ => None,
        })
    }
}
