//! Where the operator is. The URL is the truth: links change it, Back and Forward change it, and
//! pages read it. Paths stay percent-encoded until [`Route::parse`], so no name can be mangled.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::unsaved::{Unsaved, use_unsaved};
use crate::nav::{self, Route};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Url {
    path: String,
    /// Without its `?`.
    query: String,
}

/// The operator's place in the console, and the way to another. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Navigation {
    url: RwSignal<Url>,
    route: Memo<Route>,
    query: Memo<String>,
    unsaved: Unsaved,
}

/// The navigation of this console.
pub fn use_navigation() -> Navigation {
    expect_context()
}

impl Navigation {
    /// Reads the browser's URL and follows it from then on.
    pub fn provide() -> Self {
        let url = RwSignal::new(current());
        let unsaved = use_unsaved();
        let navigation = Self {
            url,
            unsaved,
            route: Memo::new(move |_| url.with(|url| Route::parse(&url.path))),
            query: Memo::new(move |_| url.with(|url| url.query.clone())),
        };
        window_event_listener(ev::popstate, move |_| {
            let wanted = current();
            let here = url.get_untracked();
            if wanted.path != here.path && unsaved.is_any() {
                // Back cannot be held, so the place is put back until the operator has decided.
                navigation.write(&join(&here), false);
                unsaved.leave(move || navigation.change(&join(&wanted), false));
            } else {
                url.set(wanted);
            }
        });
        window_event_listener(ev::click, move |event| {
            if let Some(href) = own_link(&event) {
                event.prevent_default();
                navigation.go(&href);
            }
        });
        provide_context(navigation);
        navigation
    }

    pub fn route(self) -> Memo<Route> {
        self.route
    }

    /// The link to what is shown, without following it.
    pub fn here(self) -> String {
        self.url.with_untracked(join)
    }

    /// The query of the URL, without its `?`. Read values with [`Navigation::query_value`].
    pub fn query(self) -> Memo<String> {
        self.query
    }

    /// One value of the query, reactive.
    pub fn query_value(self, name: &str) -> Option<String> {
        self.query.with(|query| nav::query_value(query, name))
    }

    /// The same, without following it.
    pub fn query_value_now(self, name: &str) -> Option<String> {
        self.query.with_untracked(|query| nav::query_value(query, name))
    }

    /// Opens a link; Back returns from it. Another page waits until the operator has decided about
    /// unsaved work, whatever asked for it: a shortcut, the palette or a menu.
    pub fn go(self, href: &str) {
        let path = href.split_once('?').map_or(href, |(path, _)| path);
        if self.url.with_untracked(|url| url.path == path) {
            return self.change(href, false);
        }
        let href = href.to_owned();
        self.unsaved.leave(move || self.change(&href, false));
    }

    /// Puts a link in the place of the current one: for a view that changes while it is looked at.
    pub fn replace(self, href: &str) {
        self.change(href, true);
    }

    fn change(self, href: &str, replace: bool) {
        let same = self.url.with_untracked(|url| join(url) == href);
        self.write(href, replace || same);
        let (path, query) = href.split_once('?').unwrap_or((href, ""));
        let next = Url {
            path: path.to_owned(),
            query: query.to_owned(),
        };
        if self.url.with_untracked(|url| *url != next) {
            self.url.set(next);
        }
    }

    fn write(self, href: &str, replace: bool) {
        let Ok(history) = window().history() else { return };
        // A refusal (too many changes in a short time) still shows the page asked for.
        let _ = if replace {
            history.replace_state_with_url(&JsValue::NULL, "", Some(href))
        } else {
            history.push_state_with_url(&JsValue::NULL, "", Some(href))
        };
    }
}

fn join(url: &Url) -> String {
    if url.query.is_empty() {
        url.path.clone()
    } else {
        format!("{}?{}", url.path, url.query)
    }
}

fn current() -> Url {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    Url {
        path: location.pathname().unwrap_or_default(),
        query: search.strip_prefix('?').unwrap_or(&search).to_owned(),
    }
}

/// The link that a plain click should open inside the console.
fn own_link(event: &web_sys::MouseEvent) -> Option<String> {
    let plain = event.button() == 0 && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
    if event.default_prevented() || !plain {
        return None;
    }
    let target: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link: web_sys::HtmlAnchorElement = target.closest("a[href]").ok()??.dyn_into().ok()?;
    let leaves = !link.target().is_empty() || link.has_attribute("download") || link.origin() != window().location().origin().ok()?;
    // A link within the page (the skip link) is the browser's own business.
    if leaves || !link.hash().is_empty() {
        return None;
    }
    Some(format!("{}{}", link.pathname(), link.search()))
}
