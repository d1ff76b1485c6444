//! A table, or what changed in it, to S3.

use dynadesk_shared::api::backups::{ExportStart, ExportWhat};
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::backups as rules;
use leptos::prelude::*;

use super::sending::{Foot, Sending};
use super::transfers::Exports;
use super::{Desk, moment};
use crate::api;
use crate::format;
use crate::state::use_toasts;
use crate::ui::{Choice, Field, Notice, SegmentedControl, Select, TextInput, Tone};

const FULL: &str = "full";
const INCREMENTAL: &str = "incremental";

#[component]
pub fn Export(desk: Desk) -> impl IntoView {
    let toasts = use_toasts();
    let (view, listed) = (desk.view, desk.clone());
    let what = RwSignal::new(FULL.to_owned());
    let [bucket, prefix, at, from, until] = [(); 5].map(|()| RwSignal::new(String::new()));
    let (format, images) = (RwSignal::new("DYNAMODB_JSON".to_owned()), RwSignal::new("both".to_owned()));
    let recovery = Memo::new(move |_| view.ready(|view| view.recovery.clone()).flatten());
    let wanted = Memo::new(move |_| {
        // What cannot be read is before every window, and told as such.
        let time = |text: RwSignal<String>| moment::read(&text.get()).unwrap_or(i64::MIN);
        let what = match what.get().as_str() {
            INCREMENTAL => ExportWhat::Incremental {
                from: time(from),
                until: time(until),
                new_images_only: images.get() == "new",
            },
            _ => ExportWhat::Full {
                at: at.with(|text| !text.trim().is_empty()).then(|| time(at)),
            },
        };
        ExportStart {
            bucket: bucket.get().trim().to_owned(),
            prefix: Some(prefix.get()).filter(|prefix| !prefix.is_empty()),
            format: format.get(),
            what,
            confirm: None,
        }
    });
    let faults = Memo::new(move |_| rules::check_export(&wanted.get(), recovery.get().as_ref()));
    let details = desk.scope.details;
    let planned = Signal::derive(move || {
        let arn = details.ready(|view| view.arn.clone()).flatten();
        arn.map(|arn| rules::export(&arn, &wanted.get()))
    });
    let lacks = desk.lacks(Feature::S3Transfer);
    let not_now = desk
        .blocked(Feature::S3Transfer)
        .or_else(|| desk.lacks(Feature::PointInTimeRecovery));
    let blocked = Signal::derive(move || {
        let off = !recovery.get().is_some_and(|recovery| recovery.on);
        not_now
            .clone()
            .or_else(|| off.then(|| "An export reads from point-in-time recovery: turn that on first".to_owned()))
    });
    let sending = Sending::new();
    let to_type = Signal::stored(desk.scope.name_to_confirm());
    let connection = desk.scope.connection.clone();
    let send = {
        let (connection, table) = (connection.name.clone(), desk.scope.table.clone());
        move |confirm| {
            let (connection, table) = (connection.clone(), table.clone());
            let wanted = ExportStart {
                confirm,
                ..wanted.get_untracked()
            };
            let call = async move { api::backups::export(&connection, &table, &wanted).await };
            sending.send(call, move || {
                toasts.done("The export has started");
                view.refresh();
            });
        }
    };
    let text = move |label: &'static str, hint: &'static str, field: &'static str, value: RwSignal<String>| {
        view! {
            <Field label hint=Some(hint.to_owned()) error=sending.fault(faults, field)>
                <TextInput mono=true value on_input=move |text| value.set(text) />
            </Field>
        }
    };
    let times = move || {
        if what.get() == INCREMENTAL {
            let choices = vec![Choice::new("both", "New and old images"), Choice::new("new", "New images only")];
            view! {
                <div class="backups-pair">
                    {text("From, in UTC", "2026-11-25 10:00:00", "from", from)}
                    {text("Until, in UTC", "15 minutes to 24 hours later", "until", until)}
                </div>
                <Field label="Images">
                    <Select value=images choices on_change=move |word| images.set(word) />
                </Field>
            }
            .into_any()
        } else {
            text("As of, in UTC", "Empty for now", "at", at).into_any()
        }
    };
    let kinds = vec![Choice::new(FULL, "The whole table"), Choice::new(INCREMENTAL, "What changed")];
    let formats = vec![Choice::new("DYNAMODB_JSON", "DynamoDB JSON"), Choice::new("ION", "Amazon Ion")];
    view! {
        <section class="card stack" aria-labelledby="export-head">
            <h2 id="export-head">"Export to S3"</h2>
            {lacks.map(|why| view! { <Notice tone=Tone::Neutral>{format::sentence(&why)}</Notice> })}
            <fieldset class="backups-fields" disabled=move || blocked.with(Option::is_some)>
            <SegmentedControl label="What is exported" value=what choices=kinds on_change=move |word| what.set(word) />
            {times}
            <div class="backups-pair">
                {text("Bucket", "Its policy must let DynamoDB write", "bucket", bucket)}
                {text("Prefix", "Optional", "prefix", prefix)}
            </div>
            <Field label="Format" error=sending.fault(faults, "format")>
                <Select value=format choices=formats on_change=move |word| format.set(word) />
            </Field>
            </fieldset>
            <p class="muted">"Reads from the backup, so it takes no capacity of the table. Paid by the size that is exported."</p>
            <Foot connection sending verb="Start export" failed="The export was not started" faults planned blocked to_type on_send=send />
            <Exports desk=listed />
        </section>
    }
}
