//! Deletes the chosen rows, each only while it is what the operator saw.

use dynadesk_shared::api::writes::{Change, ItemsWrite, Outcome};
use dynadesk_shared::key::KeySchema;
use dynadesk_shared::projection::Projection;
use dynadesk_shared::value::same_item;
use dynadesk_shared::{Item, Key};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::{View, undo};
use super::{BATCH, Ended, Failed, Report};
use crate::api::{self, ApiFailure};
use crate::components::TableScope;
use crate::format;
use crate::grid::pages::Spot;
use crate::ui::ConfirmDialog;

/// How many changes go into one request.
const AT_ONCE: usize = 100;
/// How many keys the question shows.
const SHOWN: usize = 5;

/// Asks before anything is deleted.
pub fn ask(view: View) {
    if view.chosen.count() == 0 {
        return view.toasts.note("No row is selected");
    }
    view.chosen.delete_open.set(true);
}

#[component]
pub fn DeleteDialog(view: View, scope: TableScope) -> impl IntoView {
    let open = view.chosen.delete_open;
    let production = scope.connection.production.then(|| scope.table.clone());
    let typed = StoredValue::new(production.clone());
    let kept = StoredValue::new(scope);
    let message = Signal::derive(move || {
        if !open.get() {
            return String::new();
        }
        let count = view.chosen.rows.with(|rows| rows.count());
        let first: Vec<usize> = view.chosen.rows.with(|rows| rows.rows().take(SHOWN).collect());
        let more = count - first.len();
        let keys: Vec<String> = first
            .into_iter()
            .map(|row| kept.with_value(|scope| key_words(view, scope, row)))
            .collect();
        let more = match more {
            0 => String::new(),
            more => format!(" and {} more", format::count(more as u64)),
        };
        format!(
            "{} of {} will be deleted: {}{more}. An item that changed since you saw it stays.",
            format::counted(count as u64, "item", "items"),
            kept.with_value(|scope| scope.table.clone()),
            keys.join(", ")
        )
    });
    view! {
        <ConfirmDialog
            open
            title="Delete the selected items?"
            message
            confirm="Delete items"
            type_name=production
            on_confirm=move |()| {
                open.set(false);
                kept.with_value(|scope| delete_rows(view, scope, typed.get_value()));
            }
        />
    }
}

/// The key of the item in a row, in words.
fn key_words(view: View, scope: &TableScope, row: usize) -> String {
    let key = scope
        .details
        .ready_untracked(|table| view.scan.row(row, |item| table.key.key_of(item).ok()));
    match key.flatten().flatten() {
        Some(key) => format::short(&key.to_string()),
        None => format!("row {}", format::count(row as u64 + 1)),
    }
}

/// `typed` is the name that the operator typed, where that was asked for.
fn delete_rows(view: View, scope: &TableScope, typed: Option<String>) {
    let (toasts, chosen) = (view.toasts, view.chosen);
    let Some(schema) = scope.details.ready_untracked(|table| table.key.clone()) else {
        return;
    };
    let count = chosen.count();
    // They may be deselected while the question is open.
    if count == 0 || !chosen.begin("Reading", count) {
        return;
    }
    let spots = chosen.pin(view.scan);
    let deletion = Deletion {
        view,
        schema,
        connection: scope.connection.name.clone(),
        table: scope.table.clone(),
        typed,
        whole: view.asked.with_untracked(|asked| asked.whole()),
        reads: view.reads.get_untracked(),
        writes: Vec::new(),
        group: None,
        report: Report {
            of: count,
            ..Report::default()
        },
    };
    spawn_local(async move {
        let mut deletion = deletion;
        let ended = deletion.run(&spots).await;
        chosen.end();
        chosen.rows.try_update(|rows| rows.clear());
        if let Err(ended) = &ended {
            ended.say(view, "Deleting ended early", "nothing more was deleted");
        }
        let Deletion {
            connection,
            writes,
            report,
            ..
        } = deletion;
        let deleted = format!("{} deleted", format::counted(report.done as u64, "item", "items"));
        if !writes.is_empty() {
            undo::offer(view, connection, deleted, writes);
        } else if ended.is_ok() || report.done > 0 {
            toasts.done(deleted);
        }
        if !report.failed.is_empty() || report.changed > 0 || report.stopped {
            chosen.report.try_set(Some(report));
        }
    });
}

struct Deletion {
    view: View,
    schema: KeySchema,
    connection: String,
    table: String,
    typed: Option<String>,
    /// Whether the rows hold whole items.
    whole: bool,
    /// What they hold of them, where a projection says so.
    reads: Option<Projection>,
    /// What takes it back.
    writes: Vec<String>,
    /// All of it in the history, however many requests it takes.
    group: Option<String>,
    report: Report,
}

/// An item that shall go.
struct Base {
    spot: Spot,
    key: Key,
    /// All of it, as the operator saw it: it goes only while it is this.
    item: Item,
}

impl Deletion {
    /// Everything is read before anything is written. What was deleted or put into another order would
    /// give the rows that are still to read to other items.
    async fn run(&mut self, spots: &[Spot]) -> Result<(), Ended> {
        let (scan, chosen) = (self.view.scan, self.view.chosen);
        let mut bases = Vec::with_capacity(spots.len());
        let mut taken = 0;
        for batch in spots.chunks(BATCH) {
            let found = scan.gather(batch).await?;
            for (spot, seen) in batch.iter().zip(found) {
                taken += 1;
                match seen {
                    _ if scan.is_deleted(spot.row) => {}
                    Some(seen) => bases.extend(self.base(*spot, seen).await?),
                    None => self.report.changed += 1,
                }
                // Items of an index are fetched one by one, which takes long.
                if (taken % AT_ONCE == 0 || taken == spots.len()) && !chosen.went_on(taken).await {
                    self.report.stopped = true;
                    return Ok(());
                }
            }
        }
        // One that moved would be struck through in another's place, and the operator looks at other rows.
        scan.stand(spots)?;
        chosen.go_over("Deleting", bases.len());
        let (mut bases, mut done) = (bases.into_iter(), 0);
        loop {
            let part: Vec<Base> = bases.by_ref().take(AT_ONCE).collect();
            if part.is_empty() {
                return Ok(());
            }
            done += part.len();
            scan.stand(part.iter().map(|base| &base.spot))?;
            self.delete(part).await?;
            if !chosen.went_on(done).await {
                self.report.stopped = true;
                return Ok(());
            }
        }
    }

    /// The item of a row, whole; nothing where it stays, which the report says.
    async fn base(&mut self, spot: Spot, seen: Item) -> Result<Option<Base>, Ended> {
        let Ok(key) = self.schema.key_of(&seen) else { return Ok(None) };
        let whole = match self.whole {
            true => Ok(seen),
            false => self.fetch_whole(&key, &seen).await?,
        };
        Ok(match whole {
            Ok(item) => Some(Base { spot, key, item }),
            Err(reason) => {
                self.report.failed.push(Failed { key, reason });
                None
            }
        })
    }

    async fn delete(&mut self, part: Vec<Base>) -> Result<(), Ended> {
        let mut changes = Vec::with_capacity(part.len());
        let mut rows = Vec::with_capacity(part.len());
        for Base { spot, key, item } in part {
            changes.push(Change::Delete { base: item });
            rows.push((spot, key));
        }
        let request = ItemsWrite {
            changes,
            together: false,
            group: self.group.clone(),
            confirm: self.typed.clone(),
        };
        let answer = api::writes::write(&self.connection, &self.table, &request).await?;
        self.group = answer.group.or(self.group.take());
        let mut gone = Vec::new();
        for ((spot, key), outcome) in rows.into_iter().zip(answer.outcomes) {
            match why_not(&outcome) {
                None => gone.push(spot),
                Some(reason) => self.report.failed.push(Failed { key, reason }),
            }
            if let Outcome::Written { write: Some(write), .. } = outcome {
                self.writes.push(write);
            }
        }
        self.report.done += gone.len();
        let scan = self.view.scan;
        scan.stand(&gone)?;
        scan.mark_deleted(gone.iter().map(|spot| spot.row));
        Ok(())
    }

    /// The item whole, of a row that holds only a part of it; or why it stays.
    async fn fetch_whole(&self, key: &Key, seen: &Item) -> Result<Result<Item, String>, ApiFailure> {
        let item = api::items::get(&self.connection, &self.table, key.clone()).await?.item;
        Ok(match item {
            None => Err(GONE.to_owned()),
            Some(item) => {
                let now = self.reads.as_ref().map_or_else(|| item.clone(), |reads| reads.of(&item));
                if same_item(seen, &now) { Ok(item) } else { Err(CHANGED.to_owned()) }
            }
        })
    }
}

const GONE: &str = "It is not in the table any more";
const CHANGED: &str = "It changed since you saw it";

/// Why an item was not deleted; nothing where it was.
fn why_not(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Written { .. } | Outcome::Unchanged => None,
        Outcome::Conflict { theirs: None } => Some(GONE.to_owned()),
        Outcome::Conflict { .. } => Some(CHANGED.to_owned()),
        Outcome::Refused {
            message,
            engine_code: Some(code),
            ..
        } => Some(format!("{code}: {message}")),
        Outcome::Refused { message, .. } => Some(message.clone()),
        Outcome::NotWritten => Some("It was not tried".to_owned()),
    }
}
