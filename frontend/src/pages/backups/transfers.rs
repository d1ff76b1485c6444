//! Exports and imports as they stand: progress while they run, the reason where they failed.

use dynadesk_shared::api::backups::{ExportView, ImportView};
use leptos::prelude::*;

use super::more::{List, More};
use super::{Desk, moment};
use crate::format;
use crate::ui::{ProgressBar, StatusDot, Tone};

/// How a state reads.
pub fn tone(status: &str) -> Tone {
    match status {
        "COMPLETED" | "AVAILABLE" => Tone::Good,
        "IN_PROGRESS" | "CREATING" => Tone::Accent,
        "FAILED" => Tone::Bad,
        "CANCELLING" | "CANCELLED" | "DELETED" => Tone::Warning,
        _ => Tone::Neutral,
    }
}

#[component]
pub fn Exports(desk: Desk) -> impl IntoView {
    let view = desk.view;
    // A look that finds nothing new leaves the rows alone.
    let all = Memo::new(move |_| view.ready(|view| view.exports.clone()).unwrap_or_default());
    let rows = move || {
        list(
            "Exports of this table",
            "Nothing of this table was exported yet.",
            all.get().into_iter().map(export).collect(),
        )
    };
    view! {
        {rows}
        <More desk list=List::Exports />
    }
}

#[component]
pub fn Imports(desk: Desk) -> impl IntoView {
    let view = desk.view;
    let all = Memo::new(move |_| view.ready(|view| view.imports.clone()).unwrap_or_default());
    let rows = move || {
        list(
            "Imports of this account and region",
            "Nothing was imported yet.",
            all.get().into_iter().map(import).collect(),
        )
    };
    view! {
        {rows}
        <More desk list=List::Imports />
    }
}

fn list(label: &'static str, empty: &'static str, rows: Vec<AnyView>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="muted">{empty}</p> }.into_any();
    }
    view! {
        <h3>{label}</h3>
        <ul class="transfers" aria-label=label>{rows}</ul>
    }
    .into_any()
}

fn place(bucket: &str, prefix: Option<&str>) -> String {
    format!("s3://{bucket}/{}", prefix.unwrap_or_default())
}

fn span(started: Option<i64>, ended: Option<i64>) -> String {
    let started = started.map_or_else(String::new, |at| format!("started {}", moment::show(at)));
    ended.map_or(started.clone(), |at| format!("{started}, ended {}", moment::show(at)))
}

fn row(what: String, status: &str, running: bool, facts: Vec<Option<String>>, failure: Option<String>) -> AnyView {
    let facts = facts
        .into_iter()
        .flatten()
        .filter(|fact| !fact.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    let bar = running.then(|| view! { <ProgressBar value=Signal::stored(None) label=Signal::stored(what.clone()) /> });
    view! {
        <li class="transfer">
            <div class="row">
                <code>{what.clone()}</code>
                <StatusDot tone=tone(status) label=status.to_owned() pulsing=running />
            </div>
            {bar}
            <p class="muted">{facts}</p>
            {failure.map(|why| view! { <p class="transfer-failure">{why}</p> })}
        </li>
    }
    .into_any()
}

fn export(export: ExportView) -> AnyView {
    let kind = if export.kind == "INCREMENTAL_EXPORT" {
        "what changed"
    } else {
        "whole table"
    };
    let facts = vec![
        Some(kind.to_owned()),
        Some(export.format.clone()),
        Some(span(export.started, export.ended)),
        export.items.map(|items| format::counted(items, "item", "items")),
        export.billed_bytes.map(format::bytes),
        export.manifest.clone(),
    ];
    let what = place(&export.bucket, export.prefix.as_deref());
    row(what, &export.status, !export.is_over(), facts, export.failure.clone())
}

fn import(import: ImportView) -> AnyView {
    let progress = format!(
        "{} of {} imported, {} read",
        format::count(import.imported_items),
        format::counted(import.processed_items, "item", "items"),
        format::bytes(import.processed_bytes)
    );
    let errors = (import.errors > 0).then(|| {
        let log = import.log_group.as_deref().unwrap_or("CloudWatch Logs");
        format!("{} failed, see {log}", format::counted(import.errors, "item", "items"))
    });
    let what = format!("{} → {}", place(&import.bucket, import.prefix.as_deref()), import.table);
    let facts = vec![
        Some(import.format.clone()),
        Some(import.compression.to_lowercase()).filter(|word| word != "none"),
        Some(progress),
        Some(span(import.started, import.ended)),
    ];
    let failure = [errors, import.failure.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(". ");
    row(
        what,
        &import.status,
        !import.is_over(),
        facts,
        Some(failure).filter(|text| !text.is_empty()),
    )
}
