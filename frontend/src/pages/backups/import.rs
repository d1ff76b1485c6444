//! A new table of files in S3.

use dynadesk_shared::api::backups::ImportStart;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::backups as rules;
use dynadesk_shared::key::{KeyAttribute, ScalarType};
use leptos::prelude::*;

use super::Desk;
use super::sending::{Foot, Sending};
use super::transfers::Imports;
use crate::api;
use crate::format;
use crate::state::{use_toasts, use_unsaved};
use crate::ui::{Choice, Field, Notice, Select, TextInput, Tone};

#[component]
pub fn Import(desk: Desk) -> impl IntoView {
    let toasts = use_toasts();
    let (view, listed) = (desk.view, desk.clone());
    let [bucket, prefix, header, target, partition, sort] = [(); 6].map(|()| RwSignal::new(String::new()));
    let (format, compression) = (RwSignal::new("DYNAMODB_JSON".to_owned()), RwSignal::new("NONE".to_owned()));
    let (delimiter, kinds) = (RwSignal::new(",".to_owned()), [(); 2].map(|()| RwSignal::new("S".to_owned())));
    let csv = Memo::new(move |_| format.get() == "CSV");
    let wanted = Memo::new(move |_| {
        let key = |name: RwSignal<String>, kind: RwSignal<String>| KeyAttribute {
            name: name.get(),
            kind: ScalarType::ALL
                .into_iter()
                .find(|one| one.name() == kind.get())
                .unwrap_or(ScalarType::S),
        };
        let columns = header.get();
        let columns = columns.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        ImportStart {
            bucket: bucket.get().trim().to_owned(),
            prefix: Some(prefix.get()).filter(|prefix| !prefix.is_empty()),
            format: format.get(),
            compression: compression.get(),
            delimiter: csv.get().then(|| delimiter.get()),
            header: if csv.get() { columns.collect() } else { Vec::new() },
            target: target.get().trim().to_owned(),
            partition: key(partition, kinds[0]),
            sort: sort.with(|name| !name.is_empty()).then(|| key(sort, kinds[1])),
            confirm: None,
        }
    });
    // What was sent last stays in the form, and is not lost with it.
    let sent = RwSignal::new(wanted.get_untracked());
    use_unsaved().hold(Signal::derive(move || {
        let differs = wanted.with(|wanted| sent.with(|sent| sent != wanted));
        differs.then(|| "The form of an import is filled in, and the import was not begun.".to_owned())
    }));
    let faults = Memo::new(move |_| rules::check_import(&wanted.get()));
    let planned = Signal::derive(move || Some(rules::import(&wanted.get())));
    let lacks = desk.lacks(Feature::S3Transfer);
    let blocked = Signal::stored(desk.lacks(Feature::S3Transfer).or_else(|| desk.scope.why_not_import()));
    let sending = Sending::new();
    let connection = desk.scope.connection.clone();
    let production = connection.production;
    let to_type = Signal::derive(move || production.then(|| wanted.with(|wanted| wanted.target.clone())));
    let send = {
        let connection = connection.name.clone();
        move |confirm| {
            let connection = connection.clone();
            let wanted = ImportStart {
                confirm,
                ..wanted.get_untracked()
            };
            let (made, asked) = (wanted.target.clone(), wanted.clone());
            let call = async move { api::backups::import(&connection, &wanted).await };
            sending.send(call, move || {
                toasts.done(format!("The import into {made} has started"));
                sent.try_set(ImportStart { confirm: None, ..asked });
                view.refresh();
            });
        }
    };
    let text = move |label: &'static str, hint: Option<&'static str>, field: &'static str, value: RwSignal<String>| {
        view! {
            <Field label hint=hint.map(str::to_owned) error=sending.fault(faults, field)>
                <TextInput mono=true value on_input=move |text| value.set(text) />
            </Field>
        }
    };
    let types = || {
        ScalarType::ALL
            .into_iter()
            .map(|kind| Choice::new(kind.name(), kind.label()))
            .collect::<Vec<_>>()
    };
    let of_type = move |label: &'static str, value: RwSignal<String>| {
        view! { <Field label><Select value choices=types() on_change=move |word| value.set(word) /></Field> }
    };
    let of_csv = move || {
        csv.get().then(|| {
            let choices = [
                (",", "Comma"),
                (";", "Semicolon"),
                (":", "Colon"),
                ("|", "Bar"),
                ("\t", "Tab"),
                (" ", "Space"),
            ];
            let choices: Vec<Choice> = choices.into_iter().map(|(value, label)| Choice::new(value, label)).collect();
            view! {
                <div class="backups-pair">
                    <Field label="Delimiter" error=sending.fault(faults, "delimiter")>
                        <Select value=delimiter choices on_change=move |word| delimiter.set(word) />
                    </Field>
                    {text("Columns", Some("Names with commas; empty where the first line has them"), "header", header)}
                </div>
                <p class="muted">"In a CSV only the key attributes have types; everything else becomes a string."</p>
            }
        })
    };
    let formats = vec![
        Choice::new("DYNAMODB_JSON", "DynamoDB JSON"),
        Choice::new("ION", "Amazon Ion"),
        Choice::new("CSV", "CSV"),
    ];
    let compressions = vec![
        Choice::new("NONE", "None"),
        Choice::new("GZIP", "gzip"),
        Choice::new("ZSTD", "Zstandard"),
    ];
    view! {
        <section class="card stack" aria-labelledby="import-head">
            <h2 id="import-head">"Import from S3 into a new table"</h2>
            {lacks.map(|why| view! { <Notice tone=Tone::Neutral>{format::sentence(&why)}</Notice> })}
            <fieldset class="backups-fields" disabled=move || blocked.with(Option::is_some)>
            <div class="backups-pair">
                {text("Source bucket", None, "bucket", bucket)}
                {text("Source prefix", Some("Every file below it is read"), "prefix", prefix)}
                <Field label="Input format" error=sending.fault(faults, "format")>
                    <Select value=format choices=formats on_change=move |word| format.set(word) />
                </Field>
                <Field label="Compression" error=sending.fault(faults, "compression")>
                    <Select value=compression choices=compressions on_change=move |word| compression.set(word) />
                </Field>
            </div>
            {of_csv}
            {text("Table to make", Some("On demand, without indexes"), "target", target)}
            <div class="backups-pair">
                {text("Partition key attribute", None, "partition", partition)}
                {of_type("Type of the partition key", kinds[0])}
                {text("Sort key attribute", Some("Optional"), "sort", sort)}
                {of_type("Type of the sort key", kinds[1])}
            </div>
            </fieldset>
            <Foot connection sending verb="Start import" failed="The import was not started" faults planned blocked to_type on_send=send />
            <Imports desk=listed />
        </section>
    }
}
