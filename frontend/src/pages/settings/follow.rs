//! Follows a table to ACTIVE, whoever changed it: its status, each index that comes or goes, and
//! whether the change that was sent here is in effect.

use std::time::Duration;

use dynadesk_shared::api::settings::SettingsView;
use dynadesk_shared::api::tables::IndexView;
use dynadesk_shared::settings::{is_settled, moving_indexes};
use dynadesk_shared::{aws_command, settings};
use leptos::prelude::*;

use super::desk::{Desk, Following};
use crate::format;
use crate::state::use_toasts;
use crate::ui::{Button, CodeBlock, Notice, ProgressBar, StatusDot, Tone};

const PAUSE: Duration = Duration::from_millis(1_000);
/// An engine may describe a change a little later than it takes it.
const PATIENCE: u32 = 10;

/// Looks again while something is under way, and says when it is done.
pub fn follow(desk: Desk) {
    let toasts = use_toasts();
    let look = move || {
        let waits = desk
            .following
            .with_untracked(|following| following.as_ref().is_some_and(|following| following.looks < PATIENCE));
        if waits || desk.view.ready_untracked(|view| !is_settled(view)) == Some(true) {
            desk.view.poll();
        }
    };
    if let Ok(handle) = set_interval_with_handle(look, PAUSE) {
        on_cleanup(move || handle.clear());
    }
    // Each answer is looked at once; the status in the page's head follows what is seen here.
    Effect::new(move |before: Option<Option<String>>| {
        let status = desk.view.ready(|view| view.status.clone());
        if before.is_some_and(|before| before != status) {
            desk.scope.with_value(|scope| scope.details.refresh());
        }
        let Some(following) = desk.following.get_untracked() else {
            return status;
        };
        let done = desk
            .view
            .ready_untracked(|view| (is_settled(view), settings::is_in_effect(view, &following.change, &following.seen)));
        match done {
            Some((true, true)) => {
                desk.following.set(None);
                toasts.done(format!("{}: the change is in effect", following.title));
            }
            Some((true, false)) => desk.following.update(|following| {
                if let Some(following) = following {
                    following.looks += 1;
                }
            }),
            _ => {}
        }
        status
    });
}

#[component]
pub fn UnderWay(desk: Desk) -> impl IntoView {
    let table = move || desk.view.ready(|view| (!is_settled(view)).then(|| state(view))).flatten();
    let stopped = move || desk.view.ready(|view| stopped(&view.status)).flatten();
    view! {
        <div class="stack settings-status" role="status">
            {table}
            {move || stopped().map(|why| view! { <Notice tone=Tone::Bad>{why}</Notice> })}
            {move || desk.following.get().map(|following| view! { <Sent desk following /> })}
        </div>
    }
}

/// Why a table that is neither active nor on its way cannot be used.
fn stopped(status: &str) -> Option<String> {
    match status {
        "ACTIVE" | "CREATING" | "UPDATING" | "DELETING" | "ARCHIVING" => None,
        "INACCESSIBLE_ENCRYPTION_CREDENTIALS" => Some(
            "The table's KMS key cannot be used, so the table cannot be read or written. Give DynamoDB access to the key again: after seven days without it the table is archived."
                .to_owned(),
        ),
        "ARCHIVED" => Some("The table was archived, because its KMS key could not be used for seven days. It is restored from its backup.".to_owned()),
        other => Some(format!("The table is {other}.")),
    }
}

fn state(view: &SettingsView) -> impl IntoView + use<> {
    let status = view.status.clone();
    let pulsing = status != "ACTIVE";
    let tone = if pulsing { Tone::Accent } else { Tone::Good };
    let items = view.item_count;
    let indexes: Vec<_> = moving_indexes(view).cloned().map(|index| progress(index, items)).collect();
    let parts: Vec<_> = view
        .under_way
        .iter()
        .map(|(part, state)| moving(format!("{}: {state}", format::sentence(&part.replace('_', " "))), None))
        .collect();
    view! {
        <section class="card settings-under-way" aria-label="Under way">
            <div class="row">
                <StatusDot tone label=status pulsing />
                <span>"DynamoDB is carrying out a change. The table stays in use meanwhile; this page follows it, and so it does after a reload."</span>
            </div>
            {indexes}
            {parts}
        </section>
    }
}

/// How far an index is: counts are the engine's own, and on AWS up to six hours old.
fn progress(index: IndexView, items: u64) -> impl IntoView {
    let status = index.status.unwrap_or_default();
    let known = index.backfilling && index.item_count > 0 && items > 0;
    let text = match (status.as_str(), index.backfilling) {
        ("CREATING", true) if known => format!(
            "{}: being filled, ≈ {} of ≈ {} items",
            index.name,
            format::count(index.item_count),
            format::count(items)
        ),
        ("CREATING", true) => format!(
            "{}: being filled with the items of the table, ≈ {}",
            index.name,
            format::count(items)
        ),
        ("CREATING", false) => format!("{}: room is being made for it", index.name),
        ("DELETING", _) => format!("{}: being removed", index.name),
        (other, _) => format!("{}: {other}", index.name),
    };
    let part = known.then(|| index.item_count as f64 / items as f64);
    moving(text, part)
}

fn moving(text: String, part: Option<f64>) -> impl IntoView {
    let label = text.clone();
    view! {
        <div class="stack">
            <span>{text}</span>
            <ProgressBar value=Signal::stored(part) label=Signal::stored(label) />
        </div>
    }
}

/// What was sent from here, until it is seen to be in effect.
#[component]
fn Sent(desk: Desk, following: Following) -> impl IntoView {
    let late = following.looks >= PATIENCE;
    let connection = desk.scope.with_value(|scope| scope.connection.clone());
    let commands: Vec<_> = following
        .exchanges
        .iter()
        .map(|exchange| aws_command::of(exchange, &connection))
        .collect();
    let command = commands.join("\n\n");
    let text = if late {
        format!(
            "{}: the engine took the request, and still describes the setting as it was. It may need longer, or it keeps nothing of it.",
            following.title
        )
    } else {
        format!("{}: sent, waiting until the engine describes it.", following.title)
    };
    view! {
        <Notice tone=if late { Tone::Warning } else { Tone::Accent }>
            <div class="stack">
                <span>{text}</span>
                <CodeBlock label="AWS command" text=command wrap=true />
                {late
                    .then(|| {
                        view! {
                            <div>
                                <Button small=true on_press=move |()| desk.following.set(None)>"Stop following"</Button>
                            </div>
                        }
                    })}
            </div>
        </Notice>
    }
}
