//! Doors that the server keeps: signing in, and unlocking production. A request that stands before a closed
//! one waits here and is sent again when it opens, so that no page loses what was typed or asked.

use std::cell::RefCell;
use std::sync::LazyLock;

use dynadesk_shared::api::paths;
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    /// Those who wait until it is known whether anybody is signed in; nothing once it is.
    static AT_FIRST: RefCell<Option<Vec<Function>>> = const { RefCell::new(None) };
    static AT_SIGN_IN: RefCell<Vec<Function>> = const { RefCell::new(Vec::new()) };
    /// Those who wait, each for its connection.
    static AT_UNLOCK: RefCell<Vec<(String, Function)>> = const { RefCell::new(Vec::new()) };
    /// Whom this page means: it goes along with every request.
    static PERSON: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The code with which the server sent us to sign in.
static SIGNED_OUT: LazyLock<ArcRwSignal<Option<String>>> = LazyLock::new(|| ArcRwSignal::new(None));
/// The production connection that somebody wants to write to.
static LOCKED: LazyLock<ArcRwSignal<Option<String>>> = LazyLock::new(|| ArcRwSignal::new(None));

/// Whom this page means, where somebody signed in.
pub(super) fn person() -> Option<String> {
    PERSON.with_borrow(Clone::clone)
}

/// The page begins with this person, and goes on with nobody else.
pub fn means(name: String) {
    PERSON.set(Some(name));
}

/// Why nobody is signed in: a stable code. Nothing while somebody is, reactive.
pub fn signed_out() -> Option<String> {
    SIGNED_OUT.get()
}

/// The same without following it.
pub fn signed_out_now() -> Option<String> {
    SIGNED_OUT.get_untracked()
}

/// Nobody seems to be signed in: requests wait until that is known, so that none is sent to be refused.
pub fn unknown() {
    AT_FIRST.set(Some(Vec::new()));
}

/// It is known whether anybody has to sign in first.
pub fn known(is_out: bool) {
    let Some(waiting) = AT_FIRST.take() else { return };
    if is_out && SIGNED_OUT.get_untracked().is_none() {
        SIGNED_OUT.set(Some("sign_in_needed".to_owned()));
    }
    let_in(waiting, true);
}

/// Waits before a request that would be refused, because nobody is signed in.
pub(super) async fn pass(path: &str) {
    if paths::is_open(path) {
        return;
    }
    if AT_FIRST.with_borrow(Option::is_some) {
        wait(|open| AT_FIRST.with_borrow_mut(|waiting| waiting.get_or_insert_default().push(open))).await;
    }
    if let Some(code) = SIGNED_OUT.get_untracked() {
        sign_in(&code).await;
    }
}

/// Waits until somebody has signed in.
pub(super) async fn sign_in(code: &str) {
    if SIGNED_OUT.get_untracked().is_none() {
        SIGNED_OUT.set(Some(code.to_owned()));
    }
    wait(|open| AT_SIGN_IN.with_borrow_mut(|waiting| waiting.push(open))).await;
}

/// Somebody is signed in: whoever waits asks again. When it is somebody else, the server refuses what this
/// page meant, and the page begins anew.
pub fn signed_in() {
    SIGNED_OUT.set(None);
    let_in(AT_SIGN_IN.take(), true);
}

/// The connection that has to be unlocked before a write goes on, reactive.
pub fn locked() -> Option<String> {
    LOCKED.get()
}

/// Asks to unlock a connection before anything is written.
pub fn ask(connection: &str) {
    if LOCKED.get_untracked().is_none() {
        LOCKED.set(Some(connection.to_owned()));
    }
}

/// Waits until the operator has unlocked a connection; false where they would rather not. One question
/// is asked at a time.
pub(super) async fn unlock(connection: &str) -> bool {
    ask(connection);
    wait(|open| AT_UNLOCK.with_borrow_mut(|waiting| waiting.push((connection.to_owned(), open)))).await
}

/// The operator has unlocked a connection, or would rather not; the next question comes then.
pub fn decided(connection: &str, unlocked: bool) {
    let (answered, waiting): (Vec<_>, Vec<_>) = AT_UNLOCK.take().into_iter().partition(|(one, _)| one == connection);
    let next = waiting.first().map(|(one, _)| one.clone());
    AT_UNLOCK.set(waiting);
    LOCKED.set(next);
    let_in(answered.into_iter().map(|(_, open)| open), unlocked);
}

/// Waits in a line until the door is opened, or is said to stay shut.
async fn wait(join: impl Fn(Function)) -> bool {
    let promise = Promise::new(&mut |open, _| join(open));
    JsFuture::from(promise).await.is_ok_and(|answer| answer.is_truthy())
}

fn let_in(waiting: impl IntoIterator<Item = Function>, may: bool) {
    for open in waiting {
        // The function that resolves a promise throws nothing.
        let _ = open.call1(&JsValue::NULL, &may.into());
    }
}
