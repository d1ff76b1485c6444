//! What the operator prefers, kept in the browser for an instant start and in Dynadesk's own store for
//! every other browser. The store's copy wins when the console opens.

use std::cell::RefCell;
use std::collections::BTreeMap;

use dynadesk_shared::api::store::Preferences as Chosen;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde_json::Value;

use super::preferences::{Density, Preferences, Theme};
use super::{storage, store};
use crate::api;

/// A column that is being dragged changes its width many times a second.
const REST: u32 = 800;
/// What the store takes of one value; larger ones stay in the browser.
const MOST_BYTES: usize = 16_000;
/// Begins the names of remembered columns.
pub const COLUMNS: &str = "columns.";

#[derive(Default)]
struct Waiting {
    values: BTreeMap<String, Value>,
    timer: Option<Timeout>,
}

thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// Keeps a value under a name, if it is not what is kept already.
pub fn keep<T: Serialize>(name: &str, value: &T) {
    let Ok(value) = serde_json::to_value(value) else { return };
    if storage::read::<Value>(name).as_ref() != Some(&value) {
        storage::write(name, &value);
        send_later(name, value);
    }
}

/// The same for a word that is read before the console is there, and so is no JSON in the browser.
pub fn keep_word(name: &str, word: &str) {
    if storage::read_word(name).as_deref() != Some(word) {
        storage::write_word(name, word);
        send_later(name, Value::from(word));
    }
}

/// Takes over what the store has.
pub fn take_over(preferences: Preferences) {
    spawn_local(async move {
        match api::store::preferences().await {
            Ok(chosen) => chosen.values.into_iter().for_each(|(name, value)| take(preferences, &name, &value)),
            Err(failure) => drop(store::heard(&failure)),
        }
    });
}

fn take(preferences: Preferences, name: &str, value: &Value) {
    // What the operator has changed since the console opened is newer.
    if WAITING.with_borrow(|waiting| waiting.values.contains_key(name)) {
        return;
    }
    let word = value.as_str().unwrap_or_default();
    match name {
        "theme" => take_word(preferences.theme, name, Theme::ALL.into_iter().find(|one| one.name() == word), word),
        "density" => take_word(
            preferences.density,
            name,
            Density::ALL.into_iter().find(|one| one.name() == word),
            word,
        ),
        columns if columns.starts_with(COLUMNS) => storage::write(name, value),
        _ => {}
    }
}

fn take_word<T: Copy + PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, name: &str, value: Option<T>, word: &str) {
    if let Some(value) = value.filter(|value| signal.get_untracked() != *value) {
        storage::write_word(name, word);
        signal.set(value);
    }
}

fn send_later(name: &str, value: Value) {
    if value.to_string().len() > MOST_BYTES {
        return;
    }
    WAITING.with_borrow_mut(|waiting| {
        waiting.values.insert(name.to_owned(), value);
        // The timer that stood here is dropped, and with it cancelled.
        waiting.timer = Some(Timeout::new(REST, send));
    });
}

fn send() {
    let values = WAITING.with_borrow_mut(|waiting| std::mem::take(&mut waiting.values));
    spawn_local(async move {
        // The browser has it: that it is nowhere else is told once, by the shell.
        if let Err(failure) = api::store::prefer(&Chosen { values }).await {
            store::heard(&failure);
        }
    });
}
