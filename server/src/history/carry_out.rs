//! Sends the writes of one table that a job has due: written down before they are done, some at once,
//! each with its own end.

use std::collections::BTreeMap;
use std::sync::Arc;

use dynadesk_shared::api::history::WriteState;
use dynadesk_shared::edit::Plan;
use dynadesk_shared::{Item, Key, KeySchema};
use futures_util::{StreamExt, stream};

use super::packer::{Noted, Packer};
use super::rows::Row;
use super::take_back::{Over, take_back};
use super::way_back::Fate;
use crate::connections::Connection;
use crate::engine::EngineError;
use crate::store::{End, Packed};

/// Items that are written at once.
const AT_ONCE: usize = 8;

/// A row that is still what was seen, and the write that makes it what it is to be: `row.before`.
pub struct Due {
    pub(super) row: Row,
    pub(super) now: Option<Item>,
    pub(super) plan: Plan,
}

impl Due {
    /// An item that is to be changed, under the key that it has.
    pub fn change(table: &str, key: Key, now: Item, wanted: Item, plan: Plan) -> Self {
        let row = Row {
            write: String::new(),
            packed: true,
            state: WriteState::Done,
            table: table.to_owned(),
            key,
            before: Some(wanted),
            after: Some(now.clone()),
        };
        Self { row, now: Some(now), plan }
    }
}

/// How they ended.
pub struct Carried {
    pub ends: Vec<(Row, Fate)>,
    /// What makes going on useless; rows without an end are as they were, or their end is not known.
    pub fatal: Option<EngineError>,
    /// The job stopped before anything of it was written.
    pub stopped: bool,
}

pub async fn carry_out(connection: &Arc<Connection>, packer: &Packer, table: &str, schema: &KeySchema, due: Vec<Due>) -> Carried {
    let mut carried = Carried {
        ends: Vec::with_capacity(due.len()),
        fatal: None,
        stopped: false,
    };
    if due.is_empty() {
        return carried;
    }
    let images = due.iter().map(|due| Packed {
        key: due.row.key.clone(),
        before: due.now.clone(),
        after: due.row.before.clone(),
    });
    let pack = match packer.keep(table, images.collect()).await {
        Noted::In(pack) => Some(pack),
        Noted::Not => None,
        Noted::Stopped => {
            carried.stopped = true;
            return carried;
        }
    };
    let sends: Vec<_> = due
        .into_iter()
        .enumerate()
        .map(|(at, due)| {
            let (connection, table) = (connection.clone(), table.to_owned());
            async move {
                let sent = take_back(&connection, &table, schema, &due).await;
                (at, due.row, sent)
            }
        })
        .collect();
    let (mut ends, mut written) = (BTreeMap::new(), 0);
    let mut sent: Vec<_> = stream::iter(sends).buffer_unordered(AT_ONCE).collect().await;
    sent.sort_by_key(|(at, ..)| *at);
    for (at, row, sent) in sent {
        match sent {
            Ok((fate, over)) => {
                written += u64::from(matches!(fate, Fate::Done));
                match (&fate, over) {
                    (Fate::Done, Over::AsRead) => {}
                    (Fate::Done, Over::Other(old)) => drop(ends.insert(at, End::Before(old))),
                    // It stays as it was written down: an undo looks at what is there.
                    (_, Over::Unknown) => {
                        packer.unanswered(1);
                        if !matches!(fate, Fate::Done) {
                            packer.lose_count();
                        }
                    }
                    _ => drop(ends.insert(at, End::NotWritten)),
                }
                carried.ends.push((row, fate));
            }
            Err(error) => {
                if error.is_transient() {
                    packer.lose_count();
                }
                carried.fatal.get_or_insert(error);
            }
        }
    }
    if let Some(pack) = pack {
        packer.ended(&pack, written, ends).await;
    }
    carried
}
