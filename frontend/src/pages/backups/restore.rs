//! A new table of what was: at a time, at the latest one, or of a backup; followed until it is active.

use std::time::Duration;

use dynadesk_shared::api::backups::{Restore, RestoreFrom};
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::backups as rules;
use gloo_timers::future::sleep;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::sending::{Foot, Sending};
use super::{Desk, moment};
use crate::api;
use crate::components::table_page::status_tone;
use crate::format;
use crate::nav;
use crate::state::tables::use_tables;
use crate::state::{use_toasts, use_unsaved};
use crate::ui::{Checkbox, Choice, Field, LinkButton, Notice, SegmentedControl, Select, StatusDot, TextInput, Tone};

const LATEST: &str = "latest";
const TIME: &str = "time";
const BACKUP: &str = "backup";

#[component]
pub fn RestoreForm(desk: Desk, chosen: RwSignal<String>) -> impl IntoView {
    let view = desk.view;
    let from = RwSignal::new(LATEST.to_owned());
    let (target, at) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (billing, without) = (RwSignal::new(String::new()), RwSignal::new(false));
    Effect::new(move |_| {
        if chosen.with(|arn| !arn.is_empty()) {
            from.set(BACKUP.to_owned());
        }
    });
    use_unsaved().hold(Signal::derive(move || {
        let typed = target.with(|name| !name.trim().is_empty());
        typed.then(|| "The form of a restore is filled in, and the restore was not begun.".to_owned())
    }));
    let recovery = Memo::new(move |_| view.ready(|view| view.recovery.clone()).flatten());
    let wanted = Memo::new(move |_| {
        let from = match from.get().as_str() {
            TIME => RestoreFrom::Time(moment::read(&at.get()).unwrap_or(i64::MIN)),
            BACKUP => RestoreFrom::Backup(chosen.get()),
            _ => RestoreFrom::LatestTime,
        };
        Restore {
            target: target.get().trim().to_owned(),
            from,
            billing: Some(billing.get()).filter(|mode| !mode.is_empty()),
            without_indexes: without.get(),
            confirm: None,
        }
    });
    let source = desk.scope.table.clone();
    let faults = {
        let source = source.clone();
        Memo::new(move |_| {
            let mut faults = rules::check_restore(&wanted.get(), &source, recovery.get().as_ref());
            let unread = from.get() == TIME && moment::read(&at.get()).is_err();
            for fault in faults.iter_mut().filter(|fault| unread && fault.field == "from") {
                fault.message = moment::read("").err().unwrap_or_default();
            }
            faults
        })
    };
    let planned = {
        let source = source.clone();
        Signal::derive(move || Some(rules::restore(&source, &wanted.get())))
    };
    let (by_time, by_backup) = (desk.blocked(Feature::PointInTimeRecovery), desk.blocked(Feature::Backups));
    let blocked = Signal::derive(move || if from.get() == BACKUP { by_backup.clone() } else { by_time.clone() });
    // An engine that lacks both ways lacks restores, and says so here too.
    let lacks = desk.lacks(Feature::Backups).and_then(|_| desk.lacks(Feature::PointInTimeRecovery));
    let sending = Sending::new();
    let to_type = Signal::stored(desk.scope.name_to_confirm());
    let followed = RwSignal::new(Vec::<String>::new());
    let connection = desk.scope.connection.clone();
    let send = {
        let connection = connection.name.clone();
        move |confirm| {
            let (connection, source) = (connection.clone(), source.clone());
            let wanted = Restore {
                confirm,
                ..wanted.get_untracked()
            };
            let made = wanted.target.clone();
            let call = async move { api::backups::restore(&connection, &source, &wanted).await };
            sending.send(call, move || {
                // The name of another one may be typed by now.
                if target.try_with_untracked(|now| now.trim() == made) == Some(true) {
                    target.set(String::new());
                }
                followed.try_update(|all| all.push(made));
            });
        }
    };
    let ways = vec![
        Choice::new(LATEST, "The latest time"),
        Choice::new(TIME, "A time"),
        Choice::new(BACKUP, "A backup"),
    ];
    let way = move || match from.get().as_str() {
        TIME => view! { <At at fault=sending.fault(faults, "from") recovery /> }.into_any(),
        BACKUP => {
            let backups = Signal::derive(move || {
                let own = view.ready(|view| view.backups.clone()).unwrap_or_default();
                let choice = |backup: dynadesk_shared::api::backups::BackupView| {
                    Choice::new(backup.arn, format!("{} · {}", backup.name, moment::show(backup.created)))
                };
                std::iter::once(Choice::new("", "Choose a backup"))
                    .chain(own.into_iter().map(choice))
                    .collect::<Vec<_>>()
            });
            view! {
                <Field label="Backup" error=sending.fault(faults, "from")>
                    <Select value=chosen choices=backups on_change=move |arn| chosen.set(arn) />
                </Field>
            }
            .into_any()
        }
        _ => {
            let latest = recovery
                .get()
                .and_then(|recovery| recovery.latest)
                .map(|latest| format!("That is {} now.", moment::show(latest)));
            view! { <p class="muted">{latest.unwrap_or_else(|| "Needs point-in-time recovery.".to_owned())}</p> }.into_any()
        }
    };
    let modes = vec![
        Choice::new("", "As it was"),
        Choice::new("PAY_PER_REQUEST", "On demand"),
        Choice::new("PROVISIONED", "Provisioned"),
    ];
    let place = desk.scope.connection.name.clone();
    view! {
        <section class="card stack" aria-labelledby="restore-head">
            <h2 id="restore-head">"Restore into a new table"</h2>
            {lacks.map(|why| view! { <Notice tone=Tone::Neutral>{format::sentence(&why)}</Notice> })}
            <SegmentedControl label="Restore from" value=from choices=ways on_change=move |way| from.set(way) />
            <fieldset class="backups-fields" disabled=move || blocked.with(Option::is_some)>
            {way}
            <Field label="Name of the new table" error=sending.fault(faults, "target")>
                <TextInput mono=true value=target on_input=move |text| target.set(text) />
            </Field>
            <Field label="Capacity mode" error=sending.fault(faults, "billing")>
                <Select value=billing choices=modes on_change=move |mode| billing.set(mode) />
            </Field>
            <Checkbox label="Without its indexes" hint=Some("Faster; they can be added later".to_owned()) checked=without on_change=move |on| without.set(on) />
            </fieldset>
            <p class="muted">"Time to live, streams, tags, alarms, policies, deletion protection and point-in-time recovery are not restored: set them on the new table."</p>
            <Foot connection sending verb="Restore" failed="Nothing was restored" faults planned blocked to_type on_send=send />
            <For each=move || followed.get() key=Clone::clone children=move |table| view! { <Followed connection=place.clone() table /> } />
        </section>
    }
}

#[component]
fn At(
    at: RwSignal<String>,
    fault: Signal<Option<String>>,
    recovery: Memo<Option<dynadesk_shared::api::backups::RecoveryView>>,
) -> impl IntoView {
    let window = Signal::derive(move || {
        let recovery = recovery.get()?;
        Some(format!(
            "From {} to {}",
            moment::show(recovery.earliest?),
            moment::show(recovery.latest?)
        ))
    });
    // A time inside of the window is easier to change than to type. Whoever takes it out types another one.
    Effect::new(move |filled: Option<bool>| {
        let latest = recovery.get().and_then(|recovery| recovery.latest);
        let (Some(latest), true) = (latest, filled != Some(true)) else {
            return filled == Some(true);
        };
        if at.with_untracked(String::is_empty) {
            at.set(moment::write(latest));
        }
        true
    });
    view! {
        <Field label="Time, in UTC" hint=window error=fault>
            <TextInput mono=true value=at on_input=move |text| at.set(text) />
        </Field>
    }
}

/// A table that is being made, until it is active.
#[component]
fn Followed(connection: String, table: String) -> impl IntoView {
    let toasts = use_toasts();
    let shelf = use_tables().of(&connection);
    let status = RwSignal::new("CREATING".to_owned());
    let lost = RwSignal::new(None::<String>);
    let href = nav::overview(&connection, &table);
    let name = table.clone();
    spawn_local(async move {
        loop {
            match api::tables::describe(&connection, &table).await {
                Ok(view) => {
                    let active = view.status == "ACTIVE";
                    let here = status.try_set(view.status.clone()).is_none();
                    shelf.put(&table, Ok(view));
                    if active {
                        return toasts.done(format!("{table} is active"));
                    }
                    if !here {
                        return;
                    }
                }
                Err(failure) => {
                    lost.try_set(Some(failure.message()));
                    return;
                }
            }
            sleep(Duration::from_secs(2)).await;
        }
    });
    let state = move || {
        let status = status.get();
        let pulsing = status != "ACTIVE";
        view! { <StatusDot tone=status_tone(&status) label=status pulsing /> }
    };
    view! {
        <div class="row" role="status">
            <code>{name}</code>
            {state}
            <LinkButton small=true href>"Open it"</LinkButton>
            {move || lost.get().map(|why| view! { <Notice tone=Tone::Warning>{format!("It can no longer be followed: {why}")}</Notice> })}
        </div>
    }
}
