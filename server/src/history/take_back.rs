//! Sends the write that takes a row back, and tells what it took the place of.

use std::time::Duration;

use dynadesk_shared::edit::Plan;
use dynadesk_shared::{Item, KeySchema};

use super::carry_out::Due;
use super::way_back::Fate;
use crate::connections::Connection;
use crate::engine::items::{Overwritten, jittered};
use crate::engine::{EngineError, EngineErrorKind};
use crate::items::{ends_all, lost, still};

/// How often a throttled write is tried.
const TRIES: u32 = 10;
/// How often one is tried whose answer does not come.
const TRIES_UNREACHABLE: u32 = 3;

/// What a write took the place of.
pub(super) enum Over {
    AsRead,
    /// Somebody was there between the read and the write.
    Other(Option<Item>),
    /// It may have been done, and its answer was lost.
    Unknown,
}

/// How an item stands after a write that did not simply succeed.
enum Stands {
    AsRead,
    AsBefore,
    Changed,
}

/// Sends a plan, again where the engine has no room for it and the item is still what was read; an error
/// ends the whole job.
pub(super) async fn take_back(connection: &Connection, table: &str, schema: &KeySchema, due: &Due) -> Result<(Fate, Over), EngineError> {
    // A transaction or an update may have been sent again within one call.
    let mut unsure = matches!(due.plan, Plan::Move { .. } | Plan::Update { .. });
    for attempt in 1.. {
        let error = match connection.engine.write_over(table, &due.plan).await {
            Ok(Overwritten::Nothing) => return Ok((Fate::AsBefore, Over::AsRead)),
            Ok(Overwritten::Untold) => return Ok((Fate::Done, Over::AsRead)),
            Ok(Overwritten::Item(old)) => {
                let over = match (old, &due.now) {
                    (old, now) if old == *now => Over::AsRead,
                    // The condition held, so there was something: the engine does not tell.
                    (None, Some(_)) => Over::Unknown,
                    (old, _) => Over::Other(old),
                };
                return Ok((Fate::Done, over));
            }
            Err(error) => error,
        };
        let may_pass = error.kind == EngineErrorKind::Unreachable && attempt < TRIES_UNREACHABLE;
        if ends_all(&error) && !may_pass {
            return Err(error);
        }
        let changed = match &error.kind {
            EngineErrorKind::ConditionFailed => true,
            EngineErrorKind::TransactionCancelled { reasons } => reasons.iter().any(lost),
            _ => false,
        };
        if !changed {
            if !error.is_transient() {
                return Ok((Fate::Failed(error.message), Over::AsRead));
            }
            unsure |= error.kind != EngineErrorKind::Throttled;
            tokio::time::sleep(jittered(Duration::from_millis(50), attempt, Duration::from_secs(5))).await;
        }
        // The condition does not see an attribute that somebody added since: never again unread.
        match stands(connection, table, schema, due).await {
            Ok(Stands::AsBefore) if unsure => return Ok((Fate::Done, Over::Unknown)),
            Ok(Stands::AsBefore) => return Ok((Fate::AsBefore, Over::AsRead)),
            Ok(Stands::AsRead) if !changed && attempt < TRIES => {}
            Ok(Stands::AsRead) if !changed => return Ok((Fate::Failed(error.message), Over::AsRead)),
            Ok(_) => return Ok((Fate::Changed, Over::AsRead)),
            Err(error) if ends_all(&error) => return Err(error),
            // The next write would be a blind one.
            Err(unread) => {
                let over = if unsure { Over::Unknown } else { Over::AsRead };
                return Ok((Fate::Failed(unread.message), over));
            }
        }
    }
    Ok((Fate::Changed, Over::AsRead))
}

async fn stands(connection: &Connection, table: &str, schema: &KeySchema, due: &Due) -> Result<Stands, EngineError> {
    let before = due.row.before.as_ref();
    let read = match &due.now {
        Some(item) => Some(now_of(connection, table, schema, item).await?),
        None => None,
    };
    let old = match before {
        Some(item) => now_of(connection, table, schema, item).await?,
        None => read.clone().flatten(),
    };
    if still(before, old.as_ref()) {
        return Ok(Stands::AsBefore);
    }
    let as_read = match read {
        Some(read) => read == due.now,
        None => old.is_none(),
    };
    Ok(if as_read { Stands::AsRead } else { Stands::Changed })
}

/// What is there under the key of an item.
async fn now_of(connection: &Connection, table: &str, schema: &KeySchema, item: &Item) -> Result<Option<Item>, EngineError> {
    let key = schema.key_of(item);
    let key = key.map_err(|why| EngineError::new(EngineErrorKind::Validation, why))?;
    Ok(connection.engine.get(table, &key).await?.0)
}
