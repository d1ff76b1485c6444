//! Carrying a batch out: conversations side by side, each in one transaction.

use dynadesk_shared::AttributeValue;
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream;
use sha2::{Digest as _, Sha256};

use super::hear::Heard;
use crate::conversations::{self, Left};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind};
use crate::store::NewAside;

/// Conversations at a time: they touch different rows.
const SIDE_BY_SIDE: usize = 8;
/// How often a contended conversation is tried before it is set aside: contention passes, and a
/// conversation that can never be written must not hold up the others.
const CONTENDED: u32 = 6;

/// What a batch came to.
#[derive(Debug, Default)]
pub struct Done {
    /// Group rows.
    pub moved: u64,
    pub aside: Vec<NewAside>,
    /// What is left to a person in conversations whose messages were dealt with.
    pub left: Vec<NewAside>,
}

/// Moves the rows of every conversation of a batch. An error is one that waiting may cure: the whole
/// batch is carried out again then, which changes nothing where it was done already. `round` counts
/// how often it was.
pub async fn carry_out(engine: &Engine, table: &str, index: Option<&str>, heard: &Heard, round: u32) -> Result<Done, Error> {
    let mut done = Done::default();
    let mut works: Vec<BoxFuture<'_, _>> = Vec::with_capacity(heard.newest.len());
    for (message, record) in &heard.newest {
        works.push(Box::pin(async move {
            (record, conversations::bring(engine, table, index, message, false).await)
        }));
    }
    let mut brought = stream::iter(works).buffer_unordered(SIDE_BY_SIDE);
    while let Some((record, result)) = brought.next().await {
        match result {
            Ok(brought) => {
                done.moved += brought.rows;
                done.left.extend(brought.left.map(|left| of_conversation(record, left)));
            }
            Err(error) if waits(&error) || (round < CONTENDED && contended(&error)) => return Err(error),
            Err(error) => done.aside.push(NewAside {
                code: error.code.into_owned(),
                reason: error.message,
                ..record.clone()
            }),
        }
    }
    done.aside.extend(heard.malformed.iter().cloned());
    Ok(done)
}

/// What is left to a person stands once for each conversation, however many messages follow.
fn of_conversation(record: &NewAside, left: Left) -> NewAside {
    // A conversation's id may be longer than a key of the store.
    let conversation = record.key.0.get("pk").and_then(AttributeValue::as_s).unwrap_or_default();
    let conversation: String = Sha256::digest(conversation).iter().map(|byte| format!("{byte:02x}")).collect();
    NewAside {
        name: format!("{}#{conversation}", left.code),
        code: left.code.to_owned(),
        reason: left.why,
        ..record.clone()
    }
}

/// Whether others were in the way, or the engine was short of capacity for one of the rows.
fn contended(error: &Error) -> bool {
    matches!(&*error.code, "conversation_busy" | "transaction_cancelled")
}

/// Whether an error is about the engine or the table as they are now, and not about one message.
fn waits(error: &Error) -> bool {
    match error.kind {
        ErrorKind::EngineFailed | ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::TimedOut | ErrorKind::Forbidden => true,
        _ => matches!(&*error.code, "table_not_found" | "table_in_use" | "engine_limit_exceeded"),
    }
}
