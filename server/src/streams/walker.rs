//! A reader of a whole stream: every shard in order, parents before children, through splits,
//! expired iterators and refusals, to the end of the stream where it has one.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::api::streams::{Positions, ShardPosition, StreamRecord, StreamView};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::pace;
use super::plan::{self, Family};
use super::read::{Reader, Source, Turn};
use crate::clock::Clock;
use crate::engine::{Engine, EngineError};

/// Calls of one walker at a time, however many shards there are.
const CALLS: usize = 8;
/// How often the shards are listed while all is well, and while there is none to read.
const LIST: Duration = Duration::from_secs(10);
const LIST_SOON: Duration = Duration::from_secs(1);

/// Where a walk begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The oldest records that the stream keeps.
    TrimHorizon,
    /// What is written from now on.
    Now,
    /// Where another walk was, by its [`Walker::positions`].
    At(Positions),
}

/// What comes next.
#[derive(Debug)]
pub enum Step {
    Batch(Batch),
    /// A call was refused and is made again after a wait; nothing is lost by it.
    Trouble {
        error: EngineError,
        wait: Duration,
    },
    /// The stream is off and was read to its end, or is gone.
    End,
}

/// The next records of one shard, often none. Whoever takes it commits `position` when it is done
/// with the records: a walk that starts there goes on right after them.
#[derive(Debug)]
pub struct Batch {
    pub shard: String,
    pub records: Vec<StreamRecord>,
    pub position: ShardPosition,
    pub gap: Option<Gap>,
}

/// Records that were trimmed before they were read, in front of the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub shard: String,
    /// The last position before the gap.
    pub after: ShardPosition,
}

/// Reads one stream. `next` may be dropped at any await without losing anything.
pub struct Walker {
    source: Source,
    start: Option<Start>,
    clock: Clock,
    stream: Option<StreamView>,
    family: Family,
    positions: Positions,
    /// The shards that are being read.
    turns: FuturesUnordered<BoxFuture<'static, (Reader, Turn, Duration)>>,
    active: BTreeSet<String>,
    /// Shards that a call said are gone, until the list of shards agrees.
    gone: BTreeSet<String>,
    waiting: VecDeque<Step>,
    list_at: Instant,
    list_failures: u32,
    over: bool,
}

impl Walker {
    /// Nothing is asked before the first [`Walker::next`].
    pub fn new(engine: Engine, arn: &str, start: Start, clock: Clock) -> Self {
        Self {
            source: Source {
                engine,
                arn: Arc::from(arn),
                calls: Arc::new(Semaphore::new(CALLS)),
            },
            start: Some(start),
            clock,
            stream: None,
            family: Family::default(),
            positions: Positions::new(),
            turns: FuturesUnordered::new(),
            active: BTreeSet::new(),
            gone: BTreeSet::new(),
            waiting: VecDeque::new(),
            list_at: Instant::now(),
            list_failures: 0,
            over: false,
        }
    }

    /// What has to be kept to go on after everything that was given out. Empty before the first step.
    pub fn positions(&self) -> Positions {
        plan::to_keep(&self.family, &self.positions)
    }

    /// The position in every shard that is listed.
    pub fn all_positions(&self) -> &Positions {
        &self.positions
    }

    /// The stream as it was listed last.
    pub fn stream(&self) -> Option<&StreamView> {
        self.stream.as_ref()
    }

    /// Lists the shards for the first time, so that their positions are known before any record is.
    pub async fn begin(&mut self) -> Result<(), EngineError> {
        while self.stream.is_none() {
            tokio::time::sleep_until(self.list_at).await;
            if let Some(Step::Trouble { error, .. }) = self.list().await? {
                return Err(error);
            }
        }
        Ok(())
    }

    /// The next step. An error is one that waiting does not cure; asking again tries again.
    pub async fn next(&mut self) -> Result<Step, EngineError> {
        loop {
            if let Some(step) = self.waiting.pop_front() {
                return Ok(step);
            }
            if self.over {
                return Ok(Step::End);
            }
            if Instant::now() >= self.list_at {
                if let Some(step) = self.list().await? {
                    return Ok(step);
                }
                continue;
            }
            tokio::select! {
                Some((reader, turn, rest)) = self.turns.next() => {
                    if let Some(step) = self.turned(reader, turn, rest)? {
                        return Ok(step);
                    }
                }
                () = tokio::time::sleep_until(self.list_at) => {}
            }
        }
    }

    /// Lists the shards and starts those whose turn it is.
    async fn list(&mut self) -> Result<Option<Step>, EngineError> {
        let stream = match self.source.engine.describe_stream(&self.source.arn).await {
            Ok(stream) => stream,
            Err(error) if error.is_not_found() && self.stream.is_some() => {
                self.over = true;
                return Ok(None);
            }
            Err(error) => {
                self.list_failures = self.list_failures.saturating_add(1);
                let wait = pace::back_off(self.list_failures);
                self.list_at = Instant::now() + wait;
                if error.is_transient() {
                    return Ok(Some(Step::Trouble { error, wait }));
                }
                return Err(error);
            }
        };
        self.list_failures = 0;
        self.family = Family::of(&stream);
        let fresh = self.start == Some(Start::Now);
        match self.start.take() {
            Some(Start::TrimHorizon) => self.adopt(&Positions::new()),
            Some(Start::At(kept)) => self.adopt(&kept),
            // Engines give whole seconds, so the one that has begun counts as now.
            Some(Start::Now) => self.positions = plan::from_now(&stream, self.clock.now() / 1_000_000 * 1_000_000),
            None => {
                let known = std::mem::take(&mut self.positions);
                self.adopt(&known);
            }
        }
        for shard in std::mem::take(&mut self.gone) {
            self.lose(shard);
        }
        self.start_ready(fresh);
        let ended = self.positions.values().all(|position| *position == ShardPosition::Done);
        self.over = ended && stream.status == "DISABLED";
        let soon = self.active.is_empty();
        self.list_at = Instant::now() + if soon { LIST_SOON } else { LIST };
        self.stream = Some(stream);
        Ok(None)
    }

    fn adopt(&mut self, kept: &Positions) {
        let (positions, gone) = plan::from_kept(&self.family, kept);
        self.positions = positions;
        for shard in gone {
            let after = kept.get(&shard).cloned().unwrap_or(ShardPosition::TrimHorizon);
            self.miss(shard, after);
        }
    }

    /// A shard that is listed and cannot be read any more.
    fn lose(&mut self, shard: String) {
        if let Some(position) = self.positions.get_mut(&shard).filter(|position| **position != ShardPosition::Done) {
            let after = std::mem::replace(position, ShardPosition::Done);
            self.miss(shard, after);
        }
    }

    /// Says that what followed in a shard was trimmed. Who never began there misses nothing.
    fn miss(&mut self, shard: String, after: ShardPosition) {
        self.waiting.push_back(Step::Batch(Batch {
            shard: shard.clone(),
            records: Vec::new(),
            position: ShardPosition::Done,
            gap: (after != ShardPosition::TrimHorizon).then_some(Gap { shard, after }),
        }));
    }

    /// Starts every shard that is not read yet and whose parent is.
    fn start_ready(&mut self, fresh: bool) {
        let ready: Vec<String> = self
            .positions
            .iter()
            .filter(|(shard, position)| **position != ShardPosition::Done && !self.active.contains(*shard))
            .filter(|(shard, _)| {
                let parent = self.family.parent(shard).and_then(|parent| self.positions.get(parent));
                parent.is_none_or(|position| *position == ShardPosition::Done)
            })
            .map(|(shard, _)| shard.clone())
            .collect();
        for shard in ready {
            let Some(position) = self.positions.get(&shard).cloned() else {
                continue;
            };
            self.active.insert(shard.clone());
            self.again(Reader::new(shard, position, fresh), Duration::ZERO);
        }
    }

    fn again(&mut self, reader: Reader, rest: Duration) {
        let turn = reader.turn(self.source.clone(), Instant::now() + rest);
        self.turns.push(Box::pin(turn));
    }

    fn turned(&mut self, reader: Reader, turn: Turn, rest: Duration) -> Result<Option<Step>, EngineError> {
        // A list may have dropped the shard meanwhile, and said so.
        if !self.family.has(&reader.shard) {
            self.active.remove(&reader.shard);
            return Ok(None);
        }
        match turn {
            // A record that cannot be read is missing as one that was trimmed is.
            Turn::Read { records, damaged, trimmed } => {
                let missing = trimmed || !damaged.is_empty();
                Ok(Some(Step::Batch(self.read(reader, records, missing, rest))))
            }
            Turn::Gone => {
                self.active.remove(&reader.shard);
                self.gone.insert(reader.shard);
                self.list_at = Instant::now();
                Ok(None)
            }
            Turn::Refused(error) => {
                self.again(reader, rest);
                Ok(Some(Step::Trouble { error, wait: rest }))
            }
            Turn::Failed(error) => {
                self.again(reader, rest);
                Err(error)
            }
        }
    }

    fn read(&mut self, reader: Reader, records: Vec<StreamRecord>, trimmed: bool, rest: Duration) -> Batch {
        let shard = reader.shard.clone();
        let position = reader.position.clone();
        let before = self.positions.insert(shard.clone(), position.clone());
        let batch = Batch {
            gap: before.filter(|_| trimmed).map(|after| Gap {
                shard: shard.clone(),
                after,
            }),
            shard,
            records,
            position,
        };
        if batch.position == ShardPosition::Done {
            self.active.remove(&batch.shard);
            // Its children may be read now, and may not be listed yet.
            self.start_ready(false);
            self.list_at = self.list_at.min(Instant::now() + LIST_SOON);
        } else {
            self.again(reader, rest);
        }
        batch
    }
}
