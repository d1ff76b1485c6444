//! One shard, worked by this server for as long as it holds the lease: read a page, carry it out,
//! write the checkpoint, again. A crash in between carries a page out twice, which changes nothing.

use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::api::relay::RelayProgress;
use dynadesk_shared::api::streams::{ShardPosition, StreamRecord};
use futures_util::future::BoxFuture;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::batch::{Done, carry_out};
use super::hear::{Heard, hear};
use super::lost;
use super::table::TableRelay;
use crate::error::ErrorKind;
use crate::store::{Lease, NewAside};
use crate::streams::{Reader, Source, Turn};

/// How often a silent shard says that it is worked, well within the time of a lease.
const BEAT: Duration = Duration::from_secs(4);
/// The first and the longest wait for an engine or a store that does not answer.
const WAIT: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(5);
/// The rate is that of this long.
const WINDOW: Duration = Duration::from_secs(3);

/// How the work on a shard ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// It is closed and done: its children may begin.
    Ended,
    /// Another server has taken it.
    Lost,
    /// The relay was turned off, or the server stops.
    Stopped,
}

pub struct ShardWork {
    relay: Arc<TableRelay>,
    source: Source,
    index: Option<String>,
    lease: Lease,
    progress: RelayProgress,
    stop: CancellationToken,
    /// When the row was last written.
    kept: Instant,
    window: (Instant, u64),
}

impl ShardWork {
    pub fn new(
        relay: Arc<TableRelay>,
        source: Source,
        index: Option<String>,
        (lease, progress): (Lease, RelayProgress),
        stop: CancellationToken,
    ) -> Self {
        let window = (Instant::now(), progress.seen);
        Self {
            relay,
            source,
            index,
            lease,
            progress,
            stop,
            kept: Instant::now(),
            window,
        }
    }

    /// Works the shard to its end, or until it is to stop.
    pub async fn run(mut self, shard: String) -> Over {
        let over = self.work(shard).await.err().unwrap_or(Over::Ended);
        if over != Over::Lost
            && let Err(error) = self.relay.store.relays().release(&self.lease).await
        {
            tracing::info!(%error, "a relay's lease was not let go of: it runs out");
        }
        over
    }

    async fn work(&mut self, shard: String) -> Result<(), Over> {
        let from = self.progress.position.clone().unwrap_or(ShardPosition::TrimHorizon);
        let mut reader = Reader::new(shard, from, false);
        let mut rest = Duration::ZERO;
        while self.progress.position != Some(ShardPosition::Done) {
            let turn = reader.turn(self.source.clone(), Instant::now() + rest);
            let (next, turn, wait) = self.beating(Box::pin(turn)).await?;
            (reader, rest) = (next, wait);
            match turn {
                Turn::Read { records, damaged, trimmed } => {
                    if trimmed {
                        self.set_aside(vec![lost::trimmed(&reader.shard)]).await?;
                    }
                    if !damaged.is_empty() {
                        self.set_aside(lost::damaged(&reader.shard, &damaged)).await?;
                    }
                    self.page(records, reader.position.clone()).await?;
                }
                Turn::Gone => self.gone(&reader.shard).await?,
                Turn::Refused(error) | Turn::Failed(error) => self.trouble(error.message).await?,
            }
        }
        Ok(())
    }

    /// A shard that the engine does not find is done only when it is not listed either: a checkpoint is for good.
    async fn gone(&mut self, shard: &str) -> Result<(), Over> {
        let (relay, arn) = (self.relay.clone(), self.source.arn.clone());
        let described = self.beating(Box::pin(relay.connection.engine.describe_stream(&arn))).await?;
        match described {
            Ok(stream) if stream.shards.iter().any(|listed| listed.id == shard) => {
                self.trouble(format!("the engine lists shard {shard} and does not find it")).await
            }
            Err(error) if !error.is_not_found() => self.trouble(error.message).await,
            _ => {
                // Where nothing was left when it was last read, nothing is lost.
                if !self.progress.caught_up {
                    self.set_aside(vec![lost::trimmed(shard)]).await?;
                }
                self.progress.position = Some(ShardPosition::Done);
                self.commit().await
            }
        }
    }

    async fn page(&mut self, records: Vec<StreamRecord>, position: ShardPosition) -> Result<(), Over> {
        let heard = hear(&records);
        let done = self.carried_out(&heard).await?;
        let aside = done.aside.len() as u64;
        let listed = [done.aside, done.left].concat();
        if !listed.is_empty() {
            self.set_aside(listed).await?;
        }
        let (before, progress) = (self.progress.clone(), &mut self.progress);
        progress.position = Some(position);
        progress.caught_up = records.is_empty();
        progress.last_at = records.last().and_then(|record| record.at).or(progress.last_at);
        progress.seen += records.len() as u64;
        progress.messages += heard.messages;
        progress.ignored += heard.ignored;
        progress.moved += done.moved;
        progress.aside += aside;
        progress.problem = None;
        self.measure();
        if self.progress != before || self.kept.elapsed() >= BEAT {
            self.commit().await?;
        }
        Ok(())
    }

    /// Carries a page out, waiting for the engine where it does not answer.
    async fn carried_out(&mut self, heard: &Heard) -> Result<Done, Over> {
        let (relay, index) = (self.relay.clone(), self.index.clone());
        let (mut wait, mut round) = (WAIT, 0);
        loop {
            let work = carry_out(&relay.connection.engine, &relay.table, index.as_deref(), heard, round);
            match self.beating(Box::pin(work)).await? {
                Ok(done) => return Ok(done),
                Err(error) => self.trouble(error.message).await?,
            }
            self.beating(Box::pin(tokio::time::sleep(wait))).await?;
            wait = (wait * 2).min(LONGEST);
            round += 1;
        }
    }

    /// Lists records. Where the store does not answer nothing goes on; what it refuses for good is listed
    /// without the row, and at last only noted: a list must not hold up what it is a list of.
    async fn set_aside(&mut self, mut aside: Vec<NewAside>) -> Result<(), Over> {
        let relay = self.relay.clone();
        let (place, table) = (&relay.place, &relay.table);
        let mut bare = false;
        loop {
            let error = match relay.store.relays().set_aside(place, table, aside.clone()).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let away = matches!(
                error.kind,
                ErrorKind::Unavailable | ErrorKind::Throttled | ErrorKind::TimedOut | ErrorKind::EngineFailed
            );
            relay.note(error.message);
            if away {
                self.beating(Box::pin(tokio::time::sleep(LONGEST))).await?;
            } else if bare {
                tracing::error!(table, names = ?aside.iter().map(|one| &one.name).collect::<Vec<_>>(), "set aside and not listed");
                return Ok(());
            } else {
                bare = true;
                for one in &mut aside {
                    one.item = None;
                    one.reason = one.reason.chars().take(500).collect();
                }
            }
        }
    }

    /// Writes the checkpoint; where the store does not answer, nothing goes on before it does.
    async fn commit(&mut self) -> Result<(), Over> {
        loop {
            match self.relay.store.relays().keep(&self.lease, &self.progress).await {
                Ok(true) => {
                    self.kept = Instant::now();
                    return Ok(());
                }
                Ok(false) => return Err(Over::Lost),
                Err(error) => self.relay.note(error.message),
            }
            tokio::select! {
                () = self.stop.cancelled() => return Err(Over::Stopped),
                () = tokio::time::sleep(LONGEST) => {}
            }
        }
    }

    /// Says in the shard's row what is wrong; the checkpoint stays where it is.
    async fn trouble(&mut self, why: String) -> Result<(), Over> {
        self.relay.note(why.clone());
        self.progress.caught_up = false;
        let new = self.progress.problem.replace(why.clone()).is_none_or(|old| old != why);
        match new || self.kept.elapsed() >= BEAT {
            true => self.commit().await,
            false => Ok(()),
        }
    }

    /// Does something that may take long, and holds the lease meanwhile.
    async fn beating<T>(&mut self, mut work: BoxFuture<'_, T>) -> Result<T, Over> {
        loop {
            let beat = self.kept + BEAT;
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = self.stop.cancelled() => return Err(Over::Stopped),
                () = tokio::time::sleep_until(beat) => {
                    // A store that does not answer is waited for when there is something to write.
                    self.kept = Instant::now();
                    if let Ok(false) = self.relay.store.relays().keep(&self.lease, &self.progress).await {
                        return Err(Over::Lost);
                    }
                }
            }
        }
    }

    fn measure(&mut self) {
        let (since, seen) = self.window;
        if since.elapsed() >= WINDOW {
            let rate = (self.progress.seen - seen) as f64 / since.elapsed().as_secs_f64();
            self.progress.per_second = rate.round() as u64;
            self.window = (Instant::now(), self.progress.seen);
        }
    }
}
