//! Takes writes of this page back, from the message that told of them.

use dynadesk_shared::Key;
use dynadesk_shared::api::writes::Outcome;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{View, editing};
use crate::api::{self, ApiFailure};
use crate::format;

/// Says what was written and offers to take it back. `writes` are in the order in which they were made.
pub fn offer(view: View, connection: String, message: String, writes: Vec<String>) {
    let toasts = view.toasts;
    toasts.action(message, "Undo", move || take_back(view, connection.clone(), writes.clone()));
}

fn take_back(view: View, connection: String, writes: Vec<String>) {
    let toasts = view.toasts;
    spawn_local(async move {
        let (mut done, mut changed, mut refused, mut ended) = (0_u64, 0_u64, None, None);
        // The newest first: a later write may stand on an earlier one.
        for write in writes.iter().rev() {
            match api::history::undo(&connection, write).await {
                Ok(answer) => match answer.outcome {
                    Outcome::Written { item, .. } => {
                        done += 1;
                        if let Some(item) = item {
                            show(view, &item);
                        }
                    }
                    Outcome::Unchanged => done += 1,
                    Outcome::Conflict { .. } => changed += 1,
                    Outcome::Refused { message, .. } => refused = Some(message),
                    Outcome::NotWritten => {}
                },
                // One that the history does not have any more keeps none of the others.
                Err(failure @ ApiFailure::Refused { .. }) => refused = Some(failure.message()),
                Err(failure) => {
                    ended = Some(failure);
                    break;
                }
            }
        }
        let back = format!("{} undone", format::counted(done, "write", "writes"));
        if let Some(failure) = ended {
            return toasts.failed(&format!("Undo ended early, {back}"), &failure);
        }
        let stays = (changed > 0).then(|| format::counted(changed, "item changed since and stays", "items changed since and stay"));
        let refused = refused.map(|reason| format!("Refused: {reason}"));
        let but: Vec<String> = stays.into_iter().chain(refused).collect();
        match but.is_empty() {
            true => toasts.done(back),
            false => toasts.note(format!("{back}. {}", but.join(". "))),
        }
    });
}

/// Shows an item in its row as it is again.
fn show(view: View, item: &dynadesk_shared::Item) {
    let names = view.key_names.try_get_untracked().unwrap_or_default();
    let key: dynadesk_shared::Item = names
        .iter()
        .filter_map(|name| item.get(name).map(|value| (name.clone(), value.clone())))
        .collect();
    editing::patched(view, &vec![(Key(key), Some(item.clone()))]);
}
