//! The relay of one table on this server: looks at the table and its stream, and works every shard
//! whose turn it is and that nobody else works.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::relay::{Hindrance, HindranceKind, RelayError};
use dynadesk_shared::api::streams::{ShardPosition, StreamView};
use dynadesk_shared::time;
use tokio::sync::{Notify, Semaphore};
use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;

use super::lost;
use super::shard::{Over, ShardWork};
use crate::clock::Clock;
use crate::connections::Connection;
use crate::conversations::{has_cruddur_keys, index_by_group, not_a_cruddur_table};
use crate::error::Result;
use crate::store::{ShardRow, Store};
use crate::streams::Source;

/// How often the shards are looked at: a dead server's are taken over at the first look after its
/// lease has run out.
const LOOK: Duration = Duration::from_secs(5);
/// Calls to the stream at a time.
const CALLS: usize = 8;

pub struct TableRelay {
    pub connection: Arc<Connection>,
    pub table: String,
    pub store: Store,
    pub clock: Clock,
    /// The name of this server.
    pub server: String,
    pub stop: CancellationToken,
    pub error: Mutex<Option<RelayError>>,
    wake: Notify,
}

/// A table as its relay needs to know it.
#[derive(Clone, Debug, Default)]
pub struct Look {
    pub hindrance: Option<Hindrance>,
    pub stream_view: Option<String>,
    pub arn: Option<String>,
    pub index: Option<String>,
}

impl TableRelay {
    pub fn new(connection: Arc<Connection>, table: String, store: Store, clock: Clock, server: String, stop: CancellationToken) -> Self {
        Self {
            connection,
            table,
            store,
            clock,
            server,
            stop,
            error: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// Keeps the last thing that went wrong.
    pub fn note(&self, message: String) {
        tracing::debug!(table = self.table, message, "relay");
        let at = time::to_iso_offset(self.clock.now());
        *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(RelayError { message, at });
    }

    /// Works until it is stopped.
    pub async fn run(self: Arc<Self>) {
        let mut works = Works::default();
        while !self.stop.is_cancelled() {
            if let Err(error) = self.look_after(&mut works).await {
                self.note(error.message);
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.wake.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        works.stop().await;
    }

    async fn look_after(self: &Arc<Self>, works: &mut Works) -> Result<()> {
        works.reap();
        let look = look(&self.connection, &self.table).await;
        let Some(arn) = look.arn.filter(|_| look.hindrance.is_none()) else {
            // A stream that is gone has nothing more to say; an engine that does not answer may.
            if look
                .hindrance
                .as_ref()
                .is_some_and(|hindrance| hindrance.kind != HindranceKind::Waiting)
            {
                works.stop().await;
            }
            if let Some(hindrance) = look.hindrance {
                self.note(hindrance.why);
            }
            return Ok(());
        };
        if works.arn.as_ref() != Some(&arn) {
            works.stop().await;
            works.arn = Some(arn.clone());
        }
        let stream = self.connection.engine.describe_stream(&arn).await?;
        let connection = &self.connection.view.name;
        let rows = self.store.relays().shards(connection, &self.table).await?;
        let done: BTreeSet<&str> = rows
            .iter()
            .filter(|row| row.progress.position == Some(ShardPosition::Done))
            .map(|row| row.name.as_str())
            .collect();
        for row in unlisted(&rows, &stream) {
            let worked = |shard: &String| row_name(&arn, shard) == row.name;
            if !works.running.values().any(worked) {
                self.give_up(row).await?;
            }
        }
        for shard in ready(&stream, |shard| done.contains(row_name(&arn, shard).as_str())) {
            if works.running.values().any(|running| *running == shard) {
                continue;
            }
            let claimed = self
                .store
                .relays()
                .claim(connection, &self.table, &row_name(&arn, &shard), &self.server)
                .await?;
            let Some(claimed) = claimed else { continue };
            let source = Source {
                engine: self.connection.engine.clone(),
                arn: Arc::from(arn.as_str()),
                calls: works.calls.clone(),
            };
            let work = ShardWork::new(self.clone(), source, look.index.clone(), claimed, works.stop.clone());
            let relay = self.clone();
            let name = shard.clone();
            let task = works.tasks.spawn(async move {
                if work.run(shard).await == Over::Ended {
                    relay.wake.notify_one();
                }
            });
            works.running.insert(task.id(), name);
        }
        Ok(())
    }
}

impl TableRelay {
    /// A shard that went from the list before it was read to its end: it is told, and done.
    async fn give_up(&self, row: &ShardRow) -> Result<()> {
        let (relays, connection) = (self.store.relays(), &self.connection.view.name);
        let Some((lease, mut progress)) = relays.claim(connection, &self.table, &row.name, &self.server).await? else {
            return Ok(());
        };
        let shard = row.name.split_once('#').map_or(row.name.as_str(), |(_, shard)| shard);
        relays.set_aside(connection, &self.table, vec![lost::trimmed(shard)]).await?;
        progress.position = Some(ShardPosition::Done);
        relays.keep(&lease, &progress).await?;
        relays.release(&lease).await?;
        Ok(())
    }
}

/// The shards that are being worked.
struct Works {
    arn: Option<String>,
    /// By task, so that one which panicked is known too.
    running: HashMap<task::Id, String>,
    tasks: JoinSet<()>,
    calls: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Default for Works {
    fn default() -> Self {
        Self {
            arn: None,
            running: HashMap::new(),
            tasks: JoinSet::new(),
            calls: Arc::new(Semaphore::new(CALLS)),
            stop: CancellationToken::new(),
        }
    }
}

impl Works {
    fn reap(&mut self) {
        while let Some(ended) = self.tasks.try_join_next_with_id() {
            let id = match &ended {
                Ok((id, ())) => *id,
                Err(panicked) => panicked.id(),
            };
            let shard = self.running.remove(&id);
            if let Err(panicked) = ended {
                tracing::error!(%panicked, shard, "a relay's shard ended badly");
            }
        }
    }

    async fn stop(&mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
        *self = Self::default();
    }
}

/// The name of a shard's row: engines may use a shard's name again in the next stream of a table.
pub fn row_name(arn: &str, shard: &str) -> String {
    format!("{}#{shard}", label(arn))
}

/// The last part of a stream's ARN, which is another for each stream of a table.
pub fn label(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Rows of shards of this stream that are not done, and that it does not list any more.
fn unlisted<'a>(rows: &'a [ShardRow], stream: &StreamView) -> Vec<&'a ShardRow> {
    let listed: BTreeSet<String> = stream.shards.iter().map(|shard| row_name(&stream.arn, &shard.id)).collect();
    let own = format!("{}#", label(&stream.arn));
    rows.iter()
        .filter(|row| row.name.starts_with(&own) && !listed.contains(&row.name) && row.progress.position != Some(ShardPosition::Done))
        .collect()
}

/// Shards to work: not done, and their parents are, or are no longer listed.
fn ready(stream: &StreamView, done: impl Fn(&str) -> bool) -> Vec<String> {
    let listed: BTreeSet<&str> = stream.shards.iter().map(|shard| shard.id.as_str()).collect();
    let begins = |shard: &&dynadesk_shared::api::streams::ShardView| {
        !done(&shard.id)
            && shard
                .parent
                .as_deref()
                .is_none_or(|parent| !listed.contains(parent) || done(parent))
    };
    stream.shards.iter().filter(begins).map(|shard| shard.id.clone()).collect()
}

/// Looks whether a table can have a relay, and with what.
pub async fn look(connection: &Connection, table: &str) -> Look {
    let hindered = |kind, why: String| Look {
        hindrance: Some(Hindrance { kind, why }),
        ..Look::default()
    };
    if connection.view.read_only {
        let why = format!("connection {} is read-only, and a relay writes", connection.view.name);
        return hindered(HindranceKind::Impossible, why);
    }
    for feature in [Feature::Streams, Feature::Transactions] {
        if let Some(why) = connection.engine.capabilities().why_not(feature) {
            return hindered(HindranceKind::Impossible, format!("a relay needs streams and transactions: {why}"));
        }
    }
    let view = match connection.engine.describe_table_only(table).await {
        Ok(view) => view,
        Err(error) if error.is_not_found() => return hindered(HindranceKind::Impossible, format!("there is no table {table}")),
        Err(error) => return hindered(HindranceKind::Waiting, error.message),
    };
    if !has_cruddur_keys(&view.key) {
        return hindered(HindranceKind::Impossible, not_a_cruddur_table(table).message);
    }
    let why = match view.stream_view.as_deref() {
        None => Some("the table has no stream: a relay hears of new messages through one".to_owned()),
        Some(kind) if !kind.starts_with("NEW") => {
            Some(format!("the table's stream is {kind}: a relay needs the new image of each message"))
        }
        Some(_) => None,
    };
    Look {
        hindrance: why.map(|why| Hindrance {
            kind: HindranceKind::Stream,
            why,
        }),
        index: index_by_group(&view),
        stream_view: view.stream_view,
        arn: view.stream_arn,
    }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::api::exchange::Exchange;
    use dynadesk_shared::api::relay::RelayProgress;
    use dynadesk_shared::api::streams::ShardView;

    use super::*;

    #[test]
    fn parents_come_before_their_children() {
        let shard = |id: &str, parent: Option<&str>| ShardView {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            ..ShardView::default()
        };
        let stream = StreamView {
            arn: "arn/stream/1".to_owned(),
            table: "t".to_owned(),
            status: "ENABLED".to_owned(),
            view_type: "NEW_IMAGE".to_owned(),
            shards: vec![
                shard("a", Some("trimmed")),
                shard("b", Some("a")),
                shard("c", Some("a")),
                shard("d", Some("c")),
            ],
            exchange: Exchange {
                operation: String::new(),
                request: serde_json::Value::Null,
                index: None,
                consumed: None,
                split: None,
                took_ms: 0,
            },
        };
        let row = |name: &str, position| ShardRow {
            name: name.to_owned(),
            owner: None,
            until: 0,
            fence: 1,
            progress: RelayProgress {
                position: Some(position),
                ..RelayProgress::default()
            },
        };
        let rows = [
            row("1#a", ShardPosition::TrimHorizon),
            row("1#trimmed", ShardPosition::TrimHorizon),
            row("1#read", ShardPosition::Done),
            row("0#older", ShardPosition::TrimHorizon),
        ];
        let gone: Vec<&str> = unlisted(&rows, &stream).into_iter().map(|row| row.name.as_str()).collect();
        assert_eq!(gone, ["1#trimmed"]);
        assert_eq!(ready(&stream, |_| false), ["a"]);
        assert_eq!(ready(&stream, |shard| shard == "a"), ["b", "c"]);
        assert_eq!(ready(&stream, |shard| matches!(shard, "a" | "c")), ["b", "d"]);
        assert_eq!(row_name("x:table/t/stream/2026-01-01", "s-1"), "2026-01-01#s-1");
    }
}
