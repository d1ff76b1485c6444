//! The URL follows the view, and the view follows Back and Forward.

use std::time::Duration;

use leptos::prelude::*;

use super::item_panel::Opened;
use super::query::ItemsQuery;
use super::{View, ask};

/// The URL follows the scroll when it rests, so that the browser's limit on changes is not met.
const FOLLOW: Duration = Duration::from_millis(400);

/// Keeps the URL in step with the view, and the view with Back and Forward.
pub fn follow_url(view: View, path: String) {
    let navigation = view.navigation;
    let mine = StoredValue::new(None::<String>);
    let timer: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    {
        let path = path.clone();
        Effect::new(move |before: Option<()>| {
            let href = ItemsQuery {
                asked: view.asked.get(),
                item: view.opened.with(|opened| opened.as_ref().map(|opened| opened.key.clone())),
                edit: view.editing.get(),
                row: view.first_row.get(),
                sort: view.scan.sorted.with(|sorted| sorted.as_ref().map(|sorted| sorted.by.clone())),
                columns: view.scan.columns.with(|columns| Some(columns.remembered().clone())),
            }
            .href(&path);
            if before.is_none() {
                return;
            }
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            let handle = set_timeout_with_handle(
                move || {
                    mine.set_value(href.split_once('?').map(|(_, query)| query.to_owned()).or(Some(String::new())));
                    navigation.replace(&href);
                },
                FOLLOW,
            );
            timer.set_value(handle.ok());
        });
    }
    on_cleanup(move || {
        if let Some(timer) = timer.try_get_value().flatten() {
            timer.clear();
        }
    });
    Effect::new(move |before: Option<()>| {
        let query = navigation.query().get();
        if before.is_none() || mine.get_value().as_ref() == Some(&query) {
            return;
        }
        let wanted = ItemsQuery::read(&query);
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
        let same = view
            .opened
            .with_untracked(|opened| opened.as_ref().map(|opened| &opened.key) == wanted.item.as_ref());
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
