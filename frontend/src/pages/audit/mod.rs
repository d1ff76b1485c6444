//! The audit log, for those who look after Dynadesk: who did what, as it happens or from before.

mod bar;
mod list;
mod panel;
mod place;
mod verify;
mod words;

use dynadesk_shared::api::audit::AuditRow;
use leptos::prelude::*;

use self::bar::{Bar, Files};
use self::list::List;
use self::panel::EntryPanel;
use self::place::Place;
use self::verify::{Verified, Verifying};
use crate::api;
use crate::api::events::{Events, Link};
use crate::components::log::Older;
use crate::components::reconnecting::Standing;
use crate::components::{FailurePanel, Page};
use crate::state::rest::{Rest, TYPING};
use crate::state::{Pager, use_navigation, use_session};
use crate::ui::{Button, EmptyState, IconName, Skeleton};

/// Entries that a page that is watched keeps.
const MOST: usize = 2000;

#[component]
pub fn AuditPage() -> impl IntoView {
    let navigation = use_navigation();
    let place = Memo::new(move |_| navigation.query().with(|query| Place::read(query)));
    let go = Callback::new(move |place: Place| navigation.replace(&place.href()));
    let asked = Memo::new(move |_| place.with(|place| place.asked.clone()));
    let pager = Pager::new(move |after| {
        let asked = asked.get_untracked();
        async move {
            let page = api::audit::list(dynadesk_shared::api::audit::AuditRequest { after, ..asked }).await?;
            Ok((page.rows, page.next))
        }
    });
    let rest = Rest::new(TYPING);
    Effect::new(move |before: Option<()>| {
        asked.track();
        match before {
            // A letter typed into a filter is not the last one.
            Some(()) => rest.then(move || pager.reload()),
            None => pager.reload(),
        }
    });
    let standing = watch(place, pager);
    let verifying = Verifying::new();
    // Whoever may not see the log has nothing to ask of it: the refusal stands alone.
    let session = use_session();
    let may = Memo::new(move |_| !session.looks_after_less());
    let actions = move || may.get().then(|| view! { <Files asked verifying /> });
    view! {
        <Page title="Audit log" fill=true actions>
            <div class="page-panes log">
                <div class="page-column log-main">
                    <Show when=move || may.get()>
                        <Bar place go pager standing />
                        <Verified verifying />
                    </Show>
                    {move || pager.failure.get().map(|failure| {
                        let retry = Callback::new(move |()| pager.reload());
                        view! { <FailurePanel what="The audit log could not be read" failure retry busy=pager.busy /> }
                    })}
                    {move || pager.rows.with(|rows| match rows {
                        None if pager.failure.with(Option::is_some) => ().into_any(),
                        None => view! { <Skeleton lines=8 label="Loading the audit log" /> }.into_any(),
                        Some(rows) if rows.is_empty() => empty(pager, asked.with(|asked| *asked == Default::default())),
                        Some(rows) => view! { <List rows=rows.clone() place /> }.into_any(),
                    })}
                    <Show when=move || pager.rows.with(|rows| rows.as_ref().is_some_and(|rows| !rows.is_empty()))>
                        <Older pager />
                    </Show>
                </div>
                {move || opened(pager, place).map(|row| view! { <EntryPanel row place go /> })}
            </div>
        </Page>
    }
}

/// The entry that the URL names, where it is on the page.
fn opened(pager: Pager<AuditRow>, place: Memo<Place>) -> Option<AuditRow> {
    let wanted = place.with(|place| place.entry.clone())?;
    pager
        .rows
        .with(|rows| rows.iter().flatten().find(|row| row.hash == wanted).cloned())
}

/// Puts what is added at the top, as long as the page is asked to; how the stream of that stands.
fn watch(place: Memo<Place>, pager: Pager<AuditRow>) -> Standing {
    let live = Memo::new(move |_| place.with(|place| place.live));
    let stream = StoredValue::new_local(None::<Events>);
    let standing = Standing::default();
    Effect::new(move |_| {
        let stands = move |link| {
            standing.set(link);
            if link == Link::Live {
                // What was added before the stream was open, or while it was lost.
                pager.catch_up(|one, other| one.hash == other.hash);
            }
        };
        let events = live
            .get()
            .then(|| api::audit::watch(move |row: AuditRow| add(pager, place, row), stands));
        standing.over();
        stream.set_value(events);
    });
    standing
}

fn add(pager: Pager<AuditRow>, place: Memo<Place>, row: AuditRow) {
    let fits = place.try_with_untracked(|place| place.asked.takes(&row.entry)) == Some(true);
    if !fits {
        return;
    }
    pager.rows.try_update(|rows| {
        let rows = rows.get_or_insert_default();
        if !rows.iter().any(|known| known.hash == row.hash) {
            rows.insert(0, row);
            rows.truncate(MOST);
        }
    });
}

fn empty(pager: Pager<AuditRow>, everything: bool) -> AnyView {
    let older = pager.next.with(Option::is_some);
    let (title, text) = match (older, everything) {
        (true, _) => (
            "Nothing among the newest",
            "The entries that were looked through have nothing that fits. Older ones may.",
        ),
        (false, true) => (
            "Nothing yet",
            "Whoever signs in, is refused, writes, unlocks, exports or changes a setting is listed here.",
        ),
        (false, false) => ("Nothing fits", "No entry fits these filters."),
    };
    view! {
        <EmptyState icon=IconName::Shield title text>
            {older.then(|| view! { <Button busy=pager.busy on_press=move |()| pager.more()>"Look further back"</Button> })}
        </EmptyState>
    }
    .into_any()
}
