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
use crate::engine::{EngineError, EngineErrorKind};
use crate::error::Result;
use crate::store::{ShardRow, Store};
use crate::streams::Source;

/// How often the shards are looked at: a dead server's are taken over at the first look after its
/// lease has run out.
const LOOK: Duration = Duration::from_secs(5);
/// A shard that was read to where nothing follows this long before it went has lost nothing, in microseconds.
const SURE: i64 = 60_000_000;
/// Calls to the stream at a time.
const CALLS: usize = 8;

pub struct TableRelay {
    pub connection: Arc<Connection>,
    /// Where the store has the connection's relays.
    pub place: String,
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
    /// The table's own ARN, and when it was made, in microseconds since 1970.
    table: Option<String>,
    made_at: Option<i64>,
}

impl Look {
    /// The ARN of an older stream, unless it is that of a table that had this name before.
    fn of_this_table(&self, label: &str) -> Option<String> {
        let dropped = time::parse_iso(label).zip(self.made_at).is_some_and(|(begun, made)| begun < made);
        let table = self.table.as_ref().filter(|_| !dropped)?;
        Some(format!("{table}/stream/{label}"))
    }
}

impl TableRelay {
    pub fn new(
        connection: Arc<Connection>,
        (place, table): (String, String),
        store: Store,
        clock: Clock,
        server: String,
        stop: CancellationToken,
    ) -> Self {
        Self {
            connection,
            place,
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
        if let Some(hindrance) = &look.hindrance {
            self.note(hindrance.why.clone());
            match hindrance.kind {
                // An engine that does not answer may do so again.
                HindranceKind::Waiting => return Ok(()),
                HindranceKind::Impossible => {
                    works.stop().await;
                    return Ok(());
                }
                // What was written while there was a stream can still be read.
                HindranceKind::Stream => {}
            }
        }
        let current = look.arn.clone().filter(|_| look.hindrance.is_none());
        let rows = self.store.relays().shards(&self.place, &self.table).await?;
        if let Some(arn) = &current {
            let stream = self.connection.engine.describe_stream(arn).await?;
            self.work(works, &look, &rows, &stream).await?;
        }
        // Newest wins in any order, so what an older stream still has is worked beside the one of today.
        for label in unfinished(&rows, current.as_deref()) {
            let arn = look.of_this_table(&label);
            let found = match &arn {
                Some(arn) => self.connection.engine.describe_stream(arn).await,
                None => Err(EngineError::new(EngineErrorKind::NotFound, "it is of a table that was dropped")),
            };
            match found {
                Ok(stream) if stream.status.starts_with("DISABL") => self.work(works, &look, &rows, &stream).await?,
                Err(error) if !error.is_not_found() => self.note(error.message),
                // It is gone, or the engine gives the one of today for it.
                _ => {
                    for row in rows.iter().filter(|row| is_unfinished(row) && label_of(row) == label) {
                        self.give_up(works, row, arn.is_some()).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Works the shards of a stream whose turn it is.
    async fn work(self: &Arc<Self>, works: &mut Works, look: &Look, rows: &[ShardRow], stream: &StreamView) -> Result<()> {
        for row in unlisted(rows, stream) {
            self.give_up(works, row, true).await?;
        }
        let done: BTreeSet<&str> = rows.iter().filter(|row| !is_unfinished(row)).map(|row| row.name.as_str()).collect();
        for shard in ready(stream, |shard| done.contains(row_name(&stream.arn, shard).as_str())) {
            let name = row_name(&stream.arn, &shard);
            if works.find(&name).is_some() {
                continue;
            }
            let claimed = self.store.relays().claim(&self.place, &self.table, &name, &self.server).await?;
            let Some(claimed) = claimed else { continue };
            let source = Source {
                engine: self.connection.engine.clone(),
                arn: Arc::from(stream.arn.as_str()),
                calls: works.calls.clone(),
            };
            let stop = works.stop.child_token();
            let work = ShardWork::new(self.clone(), source, look.index.clone(), claimed, stop.clone());
            let relay = self.clone();
            let task = works.tasks.spawn(async move {
                if work.run(shard).await == Over::Ended {
                    relay.wake.notify_one();
                }
            });
            works.running.insert(task.id(), (name, stop));
        }
        Ok(())
    }

    /// A shard that cannot be read any more and was not read to its end: it is done, and told where
    /// something may be lost by it.
    async fn give_up(&self, works: &Works, row: &ShardRow, tell: bool) -> Result<()> {
        // Some engines answer for a stream that is off for ever. The next look finds it let go of.
        if let Some(stop) = works.find(&row.name) {
            stop.cancel();
            return Ok(());
        }
        let relays = self.store.relays();
        let Some((lease, mut progress)) = relays.claim(&self.place, &self.table, &row.name, &self.server).await? else {
            return Ok(());
        };
        // Nothing was left in it, and that is hardly older than the time in which it went.
        let sure = progress.caught_up && self.clock.now() - row.until < SURE;
        if tell && !sure {
            let shard = row.name.split_once('#').map_or(row.name.as_str(), |(_, shard)| shard);
            relays.set_aside(&self.place, &self.table, vec![lost::trimmed(shard)]).await?;
        }
        progress.position = Some(ShardPosition::Done);
        relays.keep(&lease, &progress).await?;
        relays.release(&lease).await?;
        Ok(())
    }
}

/// The shards that are being worked.
struct Works {
    /// The names of their rows by task, so that one which panicked is known too.
    running: HashMap<task::Id, (String, CancellationToken)>,
    tasks: JoinSet<()>,
    calls: Arc<Semaphore>,
    stop: CancellationToken,
}

impl Default for Works {
    fn default() -> Self {
        Self {
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
            let shard = self.running.remove(&id).map(|(name, _)| name);
            if let Err(panicked) = ended {
                tracing::error!(%panicked, shard, "a relay's shard ended badly");
            }
        }
    }

    /// What stops the work on a row, where there is some.
    fn find(&self, name: &str) -> Option<&CancellationToken> {
        self.running.values().find(|(running, _)| running == name).map(|(_, stop)| stop)
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

fn label_of(row: &ShardRow) -> &str {
    row.name.split('#').next().unwrap_or_default()
}

fn is_unfinished(row: &ShardRow) -> bool {
    row.progress.position != Some(ShardPosition::Done)
}

/// The labels of streams other than the one of today that were not read to their end.
fn unfinished(rows: &[ShardRow], current: Option<&str>) -> BTreeSet<String> {
    let current = current.map(label);
    let older = rows.iter().filter(|row| is_unfinished(row) && Some(label_of(row)) != current);
    older.map(|row| label_of(row).to_owned()).collect()
}

/// Rows of shards of this stream that are not done, and that it does not list any more.
fn unlisted<'a>(rows: &'a [ShardRow], stream: &StreamView) -> Vec<&'a ShardRow> {
    let listed: BTreeSet<String> = stream.shards.iter().map(|shard| row_name(&stream.arn, &shard.id)).collect();
    let own = label(&stream.arn);
    rows.iter()
        .filter(|row| label_of(row) == own && !listed.contains(&row.name) && is_unfinished(row))
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
        table: view.arn,
        made_at: view.created_at.as_deref().and_then(time::parse_iso),
        arn: view.stream_arn,
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
