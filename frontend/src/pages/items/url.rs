//! The URL follows the view, and the view follows Back and Forward.

use std::time::Duration;

use leptos::prelude::*;

use super::asking::{holds_typed, leaving_item};
use super::item_panel::Opened;
use super::query::ItemsQuery;
use super::{View, ask};
use crate::nav::Route;
use crate::state::Rest;

/// The URL follows the scroll when it rests, so that the browser's limit on changes is not met.
const FOLLOW: Duration = Duration::from_millis(400);

/// Keeps the URL in step with the view, and the view with Back and Forward.
pub fn follow_url(view: View, path: String) {
    let navigation = view.navigation;
    let mine = StoredValue::new(None::<String>);
    let rest = Rest::new(FOLLOW);
    {
        let path = path.clone();
        Effect::new(move |before: Option<()>| {
            let href = shown(view).href(&path);
            if before.is_none() {
                return;
            }
            rest.then(move || {
                mine.set_value(Some(query_of(&href)));
                navigation.replace(&href);
            });
        });
    }
    let place = Route::parse(&path);
    Effect::new(move |before: Option<()>| {
        let query = navigation.query().get();
        if before.is_none() || mine.get_value().as_ref() == Some(&query) {
            return;
        }
        // On the way to another page its link is no wish of this one.
        if navigation.route().get_untracked() != place {
            return;
        }
        // Back to what was put there itself, before this, is a wish like any other.
        mine.set_value(None);
        let wanted = ItemsQuery::read(&query);
        let same = view
            .opened
            .with_untracked(|opened| opened.as_ref().map(|opened| &opened.key) == wanted.item.as_ref());
        if !same && holds_typed(view) {
            // Back cannot be held, so the link is put back until the operator has decided.
            let here = untrack(|| shown(view).href(&path));
            mine.set_value(Some(query_of(&here)));
            navigation.go(&here);
            let href = if query.is_empty() {
                path.clone()
            } else {
                format!("{path}?{query}")
            };
            return leaving_item(view, move || navigation.go(&href));
        }
        view.pattern.set(wanted.pattern);
        if view.asked.with_untracked(|asked| *asked != wanted.asked) {
            ask(view, wanted.asked);
        }
        let sorted = view
            .scan
            .sorted
            .with_untracked(|sorted| sorted.as_ref().map(|sorted| sorted.by.clone()));
        if sorted != wanted.sort {
            view.scan.sort(wanted.sort);
        }
        if !same {
            view.editing.set(wanted.edit);
            view.opened.set(wanted.item.map(|key| Opened {
                key,
                item: None,
                row: None,
            }));
        }
    });
}

/// The view as a link holds it, reactive.
fn shown(view: View) -> ItemsQuery {
    ItemsQuery {
        asked: view.asked.get(),
        item: view.opened.with(|opened| opened.as_ref().map(|opened| opened.key.clone())),
        edit: view.editing.get(),
        row: view.first_row.get(),
        sort: view.scan.sorted.with(|sorted| sorted.as_ref().map(|sorted| sorted.by.clone())),
        columns: view.scan.columns.with(|columns| Some(columns.remembered().clone())),
        pattern: view.pattern.get(),
    }
}

/// What follows the `?` of a link.
fn query_of(href: &str) -> String {
    href.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}
