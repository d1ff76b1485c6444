//! The way back from the message that told of a write.

use dynadesk_shared::Item;
use dynadesk_shared::api::writes::Outcome;
use leptos::task::spawn_local;

use crate::api::{self, ApiFailure};
use crate::format;
use crate::state::store;
use crate::state::toasts::ToastQueue;

/// Says what was written and offers to take it back. `writes` are in the order in which they were made;
/// `on_back` is told of each that was undone, with the item as it is again. It may come when the page
/// that wrote is gone.
pub fn offer(
    toasts: ToastQueue,
    connection: String,
    message: String,
    writes: Vec<String>,
    on_back: impl Fn(Option<Item>) + Clone + Send + Sync + 'static,
) {
    let said = message.clone();
    toasts.action(message, "Undo", move || {
        let (connection, said, writes, on_back) = (connection.clone(), said.clone(), writes.clone(), on_back.clone());
        spawn_local(async move { take_back(toasts, &connection, &said, &writes, on_back).await });
    });
}

async fn take_back(toasts: ToastQueue, connection: &str, said: &str, writes: &[String], on_back: impl Fn(Option<Item>)) {
    let (mut done, mut changed, mut refused, mut ended) = (0_u64, 0_u64, None, None);
    // The newest first: a later write may stand on an earlier one.
    for write in writes.iter().rev() {
        match api::history::undo(connection, write).await {
            Ok(answer) => match answer.outcome {
                Outcome::Written { item, .. } => {
                    done += 1;
                    on_back(item);
                }
                Outcome::Unchanged => {
                    done += 1;
                    on_back(None);
                }
                Outcome::Conflict { .. } => changed += 1,
                Outcome::Refused { message, .. } => refused = Some(message),
                Outcome::NotWritten => {}
            },
            // One that the history does not have any more keeps none of the others.
            Err(failure @ ApiFailure::Refused { .. }) => {
                store::heard(&failure);
                refused = Some(failure.message());
            }
            Err(failure) => {
                ended = Some(failure);
                break;
            }
        }
    }
    if let [_] = writes {
        return match (ended, refused) {
            (Some(failure), _) => toasts.failed("Not undone", &failure),
            (None, Some(reason)) => toasts.note(format!("Not undone: {reason}")),
            (None, None) if changed > 0 => toasts.note("Not undone: the item was changed again since"),
            (None, None) if done == 0 => toasts.note("Not undone"),
            (None, None) => toasts.done(format!("Undone: {said}")),
        };
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
}
