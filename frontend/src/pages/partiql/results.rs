//! What came back: each statement's outcome, the items, and what they cost.

use dynadesk_shared::api::partiql::StatementResult;
use dynadesk_shared::value::plain_json;
use leptos::prelude::*;

use super::desk::{Answer, Desk};
use super::expiring::{ExpiredSwitch, Shown};
use crate::components::FailurePanel;
use crate::components::grid::{CellShown, Grid, GridSource};
use crate::format;
use crate::format::cell::{CellText, cell, copied};
use crate::format::{expiry, time};
use crate::nav;
use crate::ui::{Button, CodeBlock, DataTable, IconName, LinkButton, Notice, SidePanel, StatusDot, Tone};

#[component]
pub fn Results(desk: Desk) -> impl IntoView {
    let opened = desk.opened;
    let several = Memo::new(move |_| desk.answers.with(|answers| answers.len() > 1));
    let has_rows = Memo::new(move |_| desk.rows.get() > 0);
    let shown = Shown::new(desk);
    view! {
        <section class="partiql-results" aria-label="Results">
            {move || desk.refusal.get().map(|refusal| view! { <Notice tone=Tone::Bad>{refusal.message}</Notice> })}
            {move || {
                desk.failure
                    .get()
                    .map(|failure| view! { <FailurePanel what="The statement was not run to its end" failure /> })
            }}
            {move || {
                desk.unkept
                    .get()
                    .map(|why| view! { <Notice tone=Tone::Warning>{format!("Written, but it cannot be undone: {why}")}</Notice> })
            }}
            <Show when=move || several.get()>
                <Outcomes desk />
            </Show>
            <div class="partiql-items" class:is-hidden=move || !has_rows.get()>
                <div class="partiql-grid">
                    <Grid
                        label="Items that the statements gave"
                        source=source(desk, shown)
                        columns=desk.columns
                        rows=Signal::derive(move || shown.rows.with(Vec::len))
                        complete=Signal::derive(move || desk.next.with(Option::is_none))
                        version=Signal::derive(move || shown.version())
                        opened=Signal::derive(move || opened.get().and_then(|item| shown.row(item)))
                        on_open=move |row| opened.set(shown.item(row))
                        on_view=|_| ()
                    />
                </div>
                {move || opened.get().map(|row| view! { <ItemAside desk row on_close=move |()| opened.set(None) /> })}
            </div>
            <ExpiredSwitch shown />
            <Status desk />
        </section>
    }
}

#[component]
fn ItemAside(desk: Desk, row: usize, #[prop(into)] on_close: Callback<()>) -> impl IntoView {
    let width = RwSignal::new(420.0);
    let item = desk.items.with_value(|items| items.get(row).cloned()).unwrap_or_default();
    let dynamo = serde_json::to_string_pretty(&item).unwrap_or_default();
    // A row that holds its item's key leads to the item, whole.
    let link = desk.read_from().and_then(|(table, schema)| {
        let key = schema.key_of(&item).ok()?;
        let items = desk.connection.with_value(|connection| nav::items(&connection.name, &table));
        Some((nav::with_query(&items, &[("item", Some(key.to_token()))]), table))
    });
    view! {
        <SidePanel title=format!("Item {}", row + 1) on_close width>
            <div class="partiql-item">
                {link
                    .map(|(href, table)| {
                        view! { <LinkButton href small=true icon=IconName::Edit>{format!("Open in {table}")}</LinkButton> }
                    })}
                <CodeBlock label="Item as plain JSON" text=plain_json::item_to_string(&item) wrap=true />
                <CodeBlock label="Item as DynamoDB JSON" text=dynamo wrap=true />
            </div>
        </SidePanel>
    }
}

/// A line for each statement of a batch or a transaction.
#[component]
fn Outcomes(desk: Desk) -> impl IntoView {
    let row = |(at, answer): (usize, Answer)| {
        let (tone, word, more) = outcome(&answer.result);
        view! {
            <tr>
                <td class="num">{at + 1}</td>
                <td><StatusDot tone label=word /></td>
                <td class="partiql-statement"><code>{answer.text}</code></td>
                <td>{more}</td>
            </tr>
        }
    };
    view! {
        <DataTable label="Outcome of each statement">
            <thead>
                <tr>
                    <th scope="col" class="num">"No."</th>
                    <th scope="col">"Outcome"</th>
                    <th scope="col">"Statement"</th>
                    <th scope="col">"Details"</th>
                </tr>
            </thead>
            <tbody>{move || desk.answers.get().into_iter().enumerate().map(row).collect_view()}</tbody>
        </DataTable>
    }
}

fn outcome(result: &StatementResult) -> (Tone, &'static str, String) {
    match result {
        StatementResult::Done { items } if items.is_empty() => (Tone::Good, "Done", String::new()),
        StatementResult::Done { items } => (Tone::Good, "Done", format::counted(items.len() as u64, "item", "items")),
        StatementResult::NotRun => (Tone::Neutral, "Not run", "Another statement stood in the way".to_owned()),
        StatementResult::Refused {
            code,
            message,
            engine_code,
        } => {
            let code = engine_code.as_ref().unwrap_or(code);
            (Tone::Bad, "Refused", format!("{message} ({code})"))
        }
    }
}

/// What was read and what it cost; reads on where there is more.
#[component]
fn Status(desk: Desk) -> impl IntoView {
    let words = Memo::new(move |_| {
        if desk.busy.get() {
            return "Running …".to_owned();
        }
        let Some(exchange) = desk.exchange.get() else {
            return String::new();
        };
        let answers = desk.answers.get();
        if answers.is_empty() {
            return String::new();
        }
        let refused = answers
            .iter()
            .filter(|one| !matches!(one.result, StatementResult::Done { .. }))
            .count();
        let rows = desk.rows.get() as u64;
        let mut said = match (answers.len(), refused) {
            (1, 0) if rows > 0 || desk.next.with(Option::is_some) => vec![format::counted(rows, "item", "items")],
            (1, 0) => vec!["Done, no items came back".to_owned()],
            (all, 0) => vec![format!("All {all} statements done")],
            (all, refused) => vec![format!("{} of {all} statements done", all - refused)],
        };
        if let Some(units) = desk.units.get() {
            said.push(format::capacity(units));
        }
        said.push(format::millis(exchange.took_ms));
        if desk.next.with(Option::is_some) {
            said.push("there may be more".to_owned());
        }
        said.join(" · ")
    });
    view! {
        <div class="partiql-status">
            <p role="status">{words}</p>
            <Show when=move || desk.next.with(Option::is_some)>
                <Button small=true icon=IconName::ArrowDown busy=desk.busy on_press=move |()| desk.more()>
                    "Continue"
                </Button>
            </Show>
        </div>
    }
}

fn source(desk: Desk, shown: Shown) -> GridSource {
    let item = move |row: usize, name: &str| {
        let at = shown.item(row)?;
        let found = desk.items.try_with_value(|items| items.get(at).map(|item| item.get(name).cloned()));
        found.flatten()
    };
    GridSource {
        cell: Box::new(move |row, column| match item(row, &column.name) {
            None => CellText::waiting().into(),
            Some(None) => CellText::missing().into(),
            Some(Some(value)) => CellShown {
                mark: (value.type_name() != column.kind).then(|| value.type_name()),
                ..match shown.is_ttl(&column.name) {
                    true => expiry::ttl_cell(&value, expiry::now()),
                    false => cell(&value),
                }
                .into()
            },
        }),
        hover: Box::new(move |row, column| {
            let value = item(row, &column.name).flatten()?;
            match shown.is_ttl(&column.name) {
                true => Some(expiry::ttl_words(&value, expiry::now())),
                false => time::hover(&value),
            }
        }),
        copy: Box::new(move |row, column| item(row, &column.name).flatten().as_ref().map(copied)),
        gone: Box::new(|_| false),
        expired: Box::new(move |row| shown.is_expired(row)),
    }
}
