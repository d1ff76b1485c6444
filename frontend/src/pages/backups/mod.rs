//! What a table can be brought back from: point-in-time recovery, backups, exports to S3 and imports
//! from it, each shown as it is now and followed to its end.

mod export;
mod import;
mod moment;
mod more;
mod on_demand;
mod recovery;
mod restore;
mod sending;
mod transfers;

use std::time::Duration;

use dynadesk_shared::api::backups::{BackupsPages, BackupsView};
use dynadesk_shared::api::connections::Feature;
use leptos::prelude::*;

use crate::api;
use crate::components::table_page::DetailsFailure;
use crate::components::{FailurePanel, RequestsButton, TableFrame, TableScope};
use crate::state::{Load, Remote};
use crate::ui::{Button, IconName, Notice, Skeleton, Tone};
use export::Export;
use import::Import;
use on_demand::Backups;
use recovery::Recovery;
use restore::RestoreForm;

/// How often something that is under way is asked for.
const PAUSE: Duration = Duration::from_secs(2);

/// What the parts of the page share.
#[derive(Clone)]
struct Desk {
    scope: TableScope,
    view: Remote<BackupsView>,
    /// How many pages of each list are shown.
    pages: RwSignal<BackupsPages>,
}

impl Desk {
    /// Why a part cannot do anything: what the engine lacks, or what the connection forbids.
    fn blocked(&self, feature: Feature) -> Option<String> {
        self.lacks(feature).or_else(|| self.scope.why_not_change())
    }

    fn lacks(&self, feature: Feature) -> Option<String> {
        self.scope.connection.capabilities.why_not(feature).map(str::to_owned)
    }
}

#[component]
pub fn BackupsPage(scope: TableScope) -> impl IntoView {
    let pages = RwSignal::new(BackupsPages::default());
    let view = {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        Remote::new(move || {
            let (connection, table, pages) = (connection.clone(), table.clone(), pages.get_untracked());
            async move { api::backups::view(&connection, &table, pages).await }
        })
    };
    // What is under way is followed to its end. The handle ends with the page.
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        if let Some(handle) = before.flatten() {
            handle.clear();
        }
        let moves = view.ready(BackupsView::moves).unwrap_or(false);
        moves.then(|| set_timeout_with_handle(move || view.refresh(), PAUSE).ok()).flatten()
    });
    let desk = Desk {
        scope: scope.clone(),
        view,
        pages,
    };
    let read_only = scope.why_not_change();
    let connection = StoredValue::new(scope.connection.clone());
    let exchanges = Signal::derive(move || view.ready(|view| view.exchanges.clone()).unwrap_or_default());
    let actions = move || {
        view! {
            <Button icon=IconName::Refresh busy=view.busy() on_press=move |()| view.refresh()>"Read again"</Button>
            <RequestsButton connection=connection.get_value() exchanges />
        }
    };
    view! {
        <TableFrame scope actions>
            <div class="stack">
                {read_only
                    .clone()
                    .map(|reason| view! { <Notice tone=Tone::Warning>{format!("{reason}: what is there can be seen, and nothing be begun.")}</Notice> })}
                <DetailsFailure scope=desk.scope.clone() />
                <Whole desk=desk.clone() />
            </div>
        </TableFrame>
    }
}

#[component]
fn Whole(desk: Desk) -> impl IntoView {
    let view = desk.view;
    // The forms stay while the lists in them are read again, and where that fails.
    let known = view.known();
    let failed = move || {
        let failure = view.failure()?;
        let retry = Callback::new(move |()| view.reload());
        Some(view! { <FailurePanel what="The backups could not be read" failure retry busy=view.busy() /> })
    };
    let unread = move || {
        let unread = view.ready(|view| view.unread.clone()).unwrap_or_default();
        let line = |text| view! { <Notice tone=Tone::Warning>{text}</Notice> };
        unread.into_iter().map(line).collect_view()
    };
    let content = move || match known.get() {
        false => {
            let loading = move || view.with(|state| matches!(state, Load::Loading));
            view! { <Show when=loading><Skeleton lines=8 label="Loading the backups" /></Show> }.into_any()
        }
        true => {
            let chosen = RwSignal::new(String::new());
            view! {
                {unread}
                <div class="backups">
                    <Recovery desk=desk.clone() />
                    <RestoreForm desk=desk.clone() chosen />
                    <Backups desk=desk.clone() chosen />
                    <Export desk=desk.clone() />
                    <Import desk=desk.clone() />
                </div>
            }
            .into_any()
        }
    };
    view! {
        {failed}
        {content}
    }
}
