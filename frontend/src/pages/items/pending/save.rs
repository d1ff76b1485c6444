//! Saves the changes that wait: in one transaction, or one item after the other.

use dynadesk_shared::Key;
use dynadesk_shared::api::writes::{Change, ItemsWrite, MOST_TOGETHER, Outcome};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::{View, editing, undo};
use super::queue::{Edited, Standing};
use crate::api;
use crate::components::TableScope;
use crate::format;

pub fn save(view: View, scope: &TableScope, together: bool) {
    let (toasts, pending) = (view.toasts, view.pending);
    let ready = |edited: &&Edited| !matches!(edited.standing, Standing::Conflict(_));
    let all: Vec<(Key, Change)> = pending.queue.with_untracked(|queue| {
        let waiting = queue.edits().iter().filter(ready);
        waiting.map(|edited| (edited.key.clone(), edited.change())).collect()
    });
    if all.is_empty() || pending.saving.with_untracked(Option::is_some) {
        return;
    }
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let count = all.len();
    pending.failure.set(None);
    pending.saving.set(Some((0, count)));
    spawn_local(async move {
        let (mut saved, mut writes, mut unkept, mut tried, mut failed) = (0_usize, Vec::new(), None, 0, false);
        // All of it is one entry in the history, however many requests it takes.
        let mut group = None;
        for part in all.chunks(MOST_TOGETHER) {
            let request = ItemsWrite {
                changes: part.iter().map(|(_, change)| change.clone()).collect(),
                together,
                group: group.clone(),
                ..ItemsWrite::default()
            };
            match api::writes::write(&connection, &table, &request).await {
                Ok(answer) => {
                    unkept = answer.unkept.or(unkept);
                    group = answer.group.or(group);
                    for ((key, change), outcome) in part.iter().zip(answer.outcomes) {
                        saved += usize::from(matches!(outcome, Outcome::Written { .. } | Outcome::Unchanged));
                        heard(view, key, change, outcome, &mut writes);
                    }
                }
                Err(failure) => {
                    failed = true;
                    // Where the page is gone, only a message can say it.
                    if let Some(Some(failure)) = pending.failure.try_set(Some(failure)) {
                        toasts.failed("Saving ended early", &failure);
                    }
                    break;
                }
            }
            tried += part.len();
            pending.saving.try_set(Some((tried, count)));
        }
        pending.saving.try_set(None);
        let said = format!("{} saved", format::counted(saved as u64, "item", "items"));
        if !writes.is_empty() {
            undo::offer(view, connection, said, writes);
        } else if saved > 0 {
            toasts.done(said);
        }
        if let Some(reason) = unkept.filter(|_| saved > 0) {
            toasts.note(format!("This cannot be undone: {reason}"));
        }
        if saved == 0 && together && !failed {
            toasts.note("Nothing was saved: one item stood in the way of the transaction");
        }
    });
}

/// Takes what came of one item's changes.
fn heard(view: View, key: &Key, change: &Change, outcome: Outcome, writes: &mut Vec<String>) {
    if let Some(sent) = change.item() {
        view.pending.queue.try_update(|queue| queue.heard(key, sent, &outcome));
    }
    if let Outcome::Written { item, write } = outcome {
        if let Some(item) = &item {
            view.pending.newer.try_update_value(|newer| newer.push((key.clone(), item.clone())));
        }
        editing::patched(view, &vec![(key.clone(), item)]);
        writes.extend(write);
    }
}
