//! Point-in-time recovery: on or off, how far it goes back, and to what times a table can return.

use dynadesk_shared::api::backups::{RecoverySetting, RecoveryUpdate, RecoveryView};
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::backups as rules;
use leptos::prelude::*;

use super::sending::{Foot, Sending};
use super::{Desk, moment};
use crate::api;
use crate::format;
use crate::state::use_toasts;
use crate::ui::{Checkbox, Field, Notice, NumberInput, Tone};

#[component]
pub fn Recovery(desk: Desk) -> impl IntoView {
    let toasts = use_toasts();
    let view = desk.view;
    let today = Memo::new(move |_| view.ready(|view| view.recovery.clone()).flatten());
    let seen = Memo::new(move |_| today.with(|today| today.as_ref().map(RecoveryView::setting)));
    let on = RwSignal::new(false);
    let days = RwSignal::new("35".to_owned());
    // Today's value is what the form begins with, and begins with again once it has changed.
    Effect::new(move |_| {
        if let Some(seen) = seen.get() {
            on.set(seen.on);
            days.set(seen.days.to_string());
        }
    });
    let wanted = Memo::new(move |_| {
        let on = on.get();
        RecoveryUpdate {
            on,
            // What is no number is out of bounds too, and is told as such.
            days: on.then(|| days.get().trim().parse().unwrap_or(0)),
            seen: seen.get().unwrap_or(RecoverySetting { on: false, days: 35 }),
            confirm: None,
        }
    });
    let faults = Memo::new(move |_| rules::check_recovery(&wanted.get()));
    let table = desk.scope.table.clone();
    let planned = {
        let table = table.clone();
        Signal::derive(move || Some(rules::recovery(&table, &wanted.get())))
    };
    let lacks = desk.lacks(Feature::PointInTimeRecovery);
    let blocked = {
        let blocked = desk.blocked(Feature::PointInTimeRecovery);
        Signal::derive(move || {
            let same = seen.get().is_some_and(|seen| {
                let wanted = wanted.get();
                seen.on == wanted.on && (!seen.on || Some(seen.days) == wanted.days)
            });
            blocked.clone().or_else(|| same.then(|| "This is as it is now".to_owned()))
        })
    };
    let sending = Sending::new();
    let loses = Memo::new(move |_| wanted.with(|wanted| rules::loses_times(&wanted.seen, wanted)));
    let to_type = {
        let (table, production) = (table.clone(), desk.scope.connection.production);
        Signal::derive(move || (production || loses.get()).then(|| table.clone()))
    };
    let connection = desk.scope.connection.clone();
    let send = {
        let name = connection.name.clone();
        move |confirm| {
            let (name, table) = (name.clone(), table.clone());
            let wanted = RecoveryUpdate {
                confirm,
                ..wanted.get_untracked()
            };
            let word = if wanted.on { "on" } else { "off" };
            let call = async move { api::backups::recovery(&name, &table, &wanted).await };
            sending.send(call, move || {
                toasts.done(format!("Point-in-time recovery is {word}"));
                view.refresh();
            });
        }
    };
    let now = move || {
        today.get().map(|today| {
            let at = |at: Option<i64>| at.map_or_else(|| "not yet".to_owned(), moment::show);
            view! {
                <dl class="facts">
                    <div><dt>"Now"</dt><dd>{if today.on { format!("On, {} days back", today.days) } else { "Off".to_owned() }}</dd></div>
                    {today.on.then(|| view! { <div><dt>"Earliest"</dt><dd>{at(today.earliest)}</dd></div> })}
                    {today.on.then(|| view! { <div><dt>"Latest"</dt><dd>{at(today.latest)}</dd></div> })}
                </dl>
            }
        })
    };
    let losing = move || {
        let words = match on.get() {
            true => "Times before the shorter period are lost: the table cannot return to them, even if the period is made longer again.",
            false => "Turned off, every time that the table could return to is lost. Turned on again, it begins anew.",
        };
        // What is out of bounds is told at its field.
        let loses = loses.get() && faults.with(Vec::is_empty);
        loses.then(|| view! { <Notice tone=Tone::Warning>{words}</Notice> })
    };
    let off = Signal::stored(lacks.clone());
    let no_days = { Signal::derive(move || !on.get() || off.with(Option::is_some)) };
    view! {
        <section class="card stack" aria-labelledby="recovery-head">
            <h2 id="recovery-head">"Point-in-time recovery"</h2>
            {lacks.map(|why| view! { <Notice tone=Tone::Neutral>{format::sentence(&why)}</Notice> })}
            {now}
            <Checkbox
                label="Keep every second of the table"
                hint=Some("Paid by the size of the table, whatever the period".to_owned())
                checked=on
                disabled=off
                on_change=move |wanted| on.set(wanted)
            />
            <Field label="Recovery period, in days" hint=Some("1 to 35".to_owned()) error=sending.fault(faults, "days")>
                <NumberInput value=days disabled=no_days on_input=move |text| days.set(text) />
            </Field>
            {losing}
            <Foot connection sending verb="Save recovery" failed="Recovery was not changed" faults planned blocked to_type on_send=send />
        </section>
    }
}
