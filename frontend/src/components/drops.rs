//! Says that somebody asks for a table to be dropped, where that takes two people.

use dynadesk_shared::access::Role;
use dynadesk_shared::api::drops::{DropRequest, DropState};
use leptos::prelude::*;

use super::When;
use crate::format;
use crate::format::time::Style;
use crate::nav::{self, Route, Section};
use crate::state::drops::use_drops;
use crate::state::{use_connections, use_navigation};
use crate::ui::{Icon, IconName, Notice, Tone};

/// Characters of a reason in a line.
const REASON: usize = 80;

/// What a request is, in a line: `Ada asks to drop it`.
pub fn words(request: &DropRequest) -> String {
    match &request.state {
        DropState::Open if request.own => "You asked to drop this table".to_owned(),
        DropState::Open => format!("{} asks to drop this table", format::readable(&request.by)),
        DropState::Refused { by, .. } => format!("{} refused to drop this table", format::readable(by)),
        DropState::Expired => "Nobody approved the drop of this table in time".to_owned(),
    }
}

fn short(text: &str) -> String {
    let text = format::readable(text);
    match text.char_indices().nth(REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// Below the bar of every page: what waits for whoever looks at it.
#[component]
pub fn DropStrip() -> impl IntoView {
    let (drops, connections, route) = (use_drops(), use_connections(), use_navigation().route());
    let waiting = Memo::new(move |_| {
        let route = route.get();
        let connection = connections.named(route.connection()?)?;
        // These pages say it themselves.
        let here = match &route {
            Route::Tables { .. } => return None,
            Route::Table {
                table,
                section: Section::Overview,
                ..
            } => Some(table.clone()),
            _ => None,
        };
        let mut all = drops.all();
        all.retain(|one| one.state == DropState::Open && !one.own && connection.role_on(&one.table) >= Some(Role::Admin));
        all.retain(|one| Some(&one.table) != here.as_ref());
        (!all.is_empty()).then_some((connection.name, all))
    });
    move || {
        waiting.get().map(|(connection, all)| {
            let (text, href, go) = match all.as_slice() {
                [one] => {
                    let text = format!(
                        "{} asks to drop the table {}: {}",
                        format::readable(&one.by),
                        one.table,
                        short(&one.reason)
                    );
                    (text, nav::overview(&connection, &one.table), "Look at it")
                }
                several => {
                    let text = format!(
                        "{} are asked to be dropped",
                        format::counted(several.len() as u64, "table", "tables")
                    );
                    (text, nav::tables(&connection), "Look at them")
                }
            };
            view! {
                <div class="drop-strip" role="status">
                    <Icon name=IconName::Trash />
                    <p>{text}</p>
                    <a href=href>{go}</a>
                </div>
            }
        })
    }
}

/// Above the list of tables: every request that may be seen.
#[component]
pub fn DropNotices(connection: String) -> impl IntoView {
    let drops = use_drops();
    let connection = StoredValue::new(connection);
    let line = move |one: DropRequest| {
        let href = connection.with_value(|connection| nav::overview(connection, &one.table));
        let (said, reason) = (words(&one), short(&one.reason));
        let until = (one.state == DropState::Open).then(|| view! { ", until " <When at=one.until.clone() style=Style::Brief /> });
        view! { <li><a href=href>{one.table}</a>" · "{said}": "{reason}{until}</li> }
    };
    move || {
        let all = drops.all();
        (!all.is_empty()).then(|| {
            view! {
                <Notice tone=Tone::Warning>
                    <ul class="drop-notices" aria-label="Requests to drop tables">{all.into_iter().map(line).collect_view()}</ul>
                </Notice>
            }
        })
    }
}
