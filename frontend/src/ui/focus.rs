//! The focus that is put somewhere a moment after it was asked for: with the next frame, or when a file or an
//! answer has come. Whoever went into a field meanwhile stays there: what they type belongs into it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Where something is typed or chosen. An editor in a shadow root says so at its host.
const FIELD: &str = "input, textarea, select, [contenteditable], [data-field]";

/// The field that has the focus.
pub fn field() -> Option<Element> {
    document()
        .active_element()
        .filter(|element| element.matches(FIELD).unwrap_or_default())
}

/// Who had the focus when something began that ends with the focus elsewhere.
#[derive(Clone)]
pub struct Since(Option<Element>);

impl Since {
    pub fn now() -> Self {
        Self(document().active_element())
    }

    /// Whether somebody went into a field since then.
    pub fn overtaken(&self) -> bool {
        let now = field();
        now.is_some() && now != self.0
    }

    /// Puts the focus on the first element that one of the selectors finds.
    pub fn to(self, selectors: &[&str]) {
        let selectors: Vec<String> = selectors.iter().map(|one| (*one).to_owned()).collect();
        two_frames(move || {
            if !self.overtaken() {
                give_first(&selectors);
            }
        });
    }
}

/// Gives the focus with the next frame, when what was changed is on the screen.
pub fn soon(give: impl FnOnce() + 'static) {
    let since = Since::now();
    request_animation_frame(move || {
        if !since.overtaken() {
            give();
        }
    });
}

/// Puts the focus on the first element that one of the selectors finds.
pub fn to(selectors: &[&str]) {
    Since::now().to(selectors);
}

/// The same where what had the focus is gone, and the focus with it. Whoever is anywhere stays there.
pub fn back(selectors: &[&str]) {
    let selectors: Vec<String> = selectors.iter().map(|one| (*one).to_owned()).collect();
    two_frames(move || {
        if is_lost() {
            give_first(&selectors);
        }
    });
}

/// Gives the focus to a field that has just appeared. What is behind an open dialog cannot be typed into,
/// so only a field of the page holds it.
pub fn appeared(input: &HtmlElement) {
    let in_dialog = input.closest("dialog").is_ok_and(|dialog| dialog.is_some());
    if in_dialog || field().is_none() {
        // An input that cannot take the focus is simply not focused.
        let _ = input.focus();
    }
}

/// Whether nothing has the focus, as when that which had it is gone.
pub fn is_lost() -> bool {
    document()
        .active_element()
        .is_none_or(|element| element.matches("html, body").unwrap_or_default())
}

/// Rows that had to be revealed come with the second frame.
fn two_frames(act: impl FnOnce() + 'static) {
    request_animation_frame(move || request_animation_frame(act));
}

fn give_first(selectors: &[String]) {
    let find = |selector: &String| document().query_selector(selector).ok().flatten();
    let found = selectors.iter().find_map(find);
    if let Some(element) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // What cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}
