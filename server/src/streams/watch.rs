//! One watcher of a stream: from now, from the beginning, or from where it was. It catches up with a
//! replay of its own and then follows the hub; its position in each shard sees to it that nothing
//! comes twice and nothing is left out in between.

use dynadesk_shared::api::streams::{Positions, ShardPosition, ShardState, StreamRecord, StreamState};
use dynadesk_shared::token;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::hub::Seat;
use super::pace;
use super::plan::{self, Family};
use super::replay::{Replay, Told};
use super::ring::{Found, advance, is_after};
use super::walker::{Batch, Start, Walker};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::error::{Error, Result};

/// Empty pages in a row after which a shard without a number counts as read to where nothing follows.
const QUIET: u32 = 10;

/// Where a watcher was: what its browser keeps and gives back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    arn: String,
    positions: Positions,
}

impl Place {
    pub fn read(text: &str) -> Result<Self> {
        let invalid = |why: String| Error::invalid("position_invalid", format!("the position in the stream cannot be used: {why}"));
        let place: Self = token::decode(text).map_err(invalid)?;
        match place.positions.iter().find(|(_, position)| !position.is_possible()) {
            Some((shard, position)) => Err(invalid(format!("{position:?} is no position in shard {shard:?}"))),
            None => Ok(place),
        }
    }

    /// Where a walk goes on. A stream that was turned off and on again is another one: all of it is new.
    pub fn start(self, arn: &str) -> Start {
        if self.arn == arn {
            Start::At(self.positions)
        } else {
            Start::TrimHorizon
        }
    }
}

/// What a watcher is told next.
#[derive(Debug)]
pub enum Event {
    State(StreamState),
    /// Records, and where the watcher is after them.
    Records {
        records: Vec<StreamRecord>,
        place: String,
    },
    /// It was too slow for this many.
    Skipped {
        records: u64,
        place: String,
    },
    /// Records of a shard were trimmed before anybody read them.
    Gap {
        shard: String,
        place: String,
    },
    End,
}

enum Mode {
    /// The hub has not listed the shards yet, or not read them once.
    Waiting(Start),
    /// Another one catches up; two readers of a shard are what DynamoDB takes.
    Queued(Start),
    Catching(Start, Replay),
    /// The engine refused the replay: it is tried again then, and others have their turn meanwhile.
    Resting(Start, Instant),
    /// At this place in the ring, after this many records that passed.
    Live {
        place: u64,
        passed: u64,
    },
    Over,
}

pub struct Watcher {
    seat: Seat,
    engine: Engine,
    arn: String,
    clock: Clock,
    mode: Mode,
    own: Positions,
    /// Empty pages of each shard in a row while catching up.
    idle: std::collections::BTreeMap<String, u32>,
    /// Why nothing comes of a replay, and how often that was so in a row.
    trouble: Option<String>,
    failures: u32,
    told: Option<StreamState>,
    told_at: Instant,
    queue: std::collections::VecDeque<Event>,
}

/// Between two states that differ in nothing but positions.
const STATE_EVERY: std::time::Duration = std::time::Duration::from_secs(2);

impl Watcher {
    pub fn new(seat: Seat, engine: Engine, arn: String, clock: Clock, start: Start) -> Self {
        Self {
            seat,
            engine,
            arn,
            clock,
            mode: Mode::Waiting(start),
            own: Positions::new(),
            idle: Default::default(),
            trouble: None,
            failures: 0,
            told: None,
            told_at: Instant::now(),
            queue: Default::default(),
        }
    }

    /// The next event; nothing after the end.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Some(event);
            }
            if let Some(state) = self.state() {
                return Some(Event::State(state));
            }
            self.seat.changes.mark_unchanged();
            match std::mem::replace(&mut self.mode, Mode::Over) {
                Mode::Over => return None,
                Mode::Waiting(start) => self.enter(start).await,
                Mode::Queued(start) => {
                    let waiting = self.seat.hub.catching_up.clone().acquire_owned();
                    // Nobody closes the semaphore.
                    let Ok(permit) = waiting.await else { return None };
                    let walker = Walker::new(self.engine.clone(), &self.arn, start.clone(), self.clock.clone());
                    self.mode = Mode::Catching(start, Replay::start(walker, permit));
                }
                Mode::Catching(start, replay) => self.catch_up(start, replay).await,
                Mode::Resting(start, until) => {
                    tokio::time::sleep_until(until).await;
                    self.mode = Mode::Queued(start);
                }
                Mode::Live { place, passed } => self.follow(place, passed).await,
            }
        }
    }

    /// Decides how to begin, once the hub knows the shards.
    async fn enter(&mut self, start: Start) {
        let (ready, ended) = {
            let state = self.seat.hub.state();
            (state.stream.is_some() && state.ring.is_ready(), state.ended)
        };
        if ended {
            self.queue.push_back(Event::End);
            return;
        }
        if !ready {
            self.mode = Mode::Waiting(start);
            let _ = self.seat.changes.changed().await;
            return;
        }
        let state = self.seat.hub.state();
        self.mode = match start {
            Start::Now => {
                let (place, tip) = state.ring.end();
                self.own = tip;
                Mode::Live {
                    place,
                    passed: state.ring.passed_before(place),
                }
            }
            Start::At(positions) => {
                // Shards that the position does not name are new, or were read before one that it names.
                let family = state.stream.as_ref().map(Family::of).unwrap_or_default();
                let (own, gone) = plan::from_kept(&family, &positions);
                if gone.is_empty() && state.ring.covers(&own, |_| false) {
                    let (place, passed) = state.ring.place_after(&own);
                    self.own = own;
                    Mode::Live { place, passed }
                } else {
                    Mode::Queued(Start::At(positions))
                }
            }
            Start::TrimHorizon => Mode::Queued(Start::TrimHorizon),
        };
        drop(state);
        let place = self.place();
        // An empty batch tells the browser where it begins, so that it can come back there.
        if matches!(self.mode, Mode::Live { .. }) {
            self.queue.push_back(Event::Records {
                records: Vec::new(),
                place,
            });
        }
    }

    async fn catch_up(&mut self, start: Start, mut replay: Replay) {
        match replay.next().await {
            Some(Told::Batch { batch, positions }) => {
                (self.trouble, self.failures) = (None, 0);
                let idle = self.idle.entry(batch.shard.clone()).or_default();
                *idle = if batch.records.is_empty() { *idle + 1 } else { 0 };
                for (shard, position) in &positions {
                    if *shard != batch.shard {
                        self.own.entry(shard.clone()).or_insert_with(|| position.clone());
                    }
                }
                self.take(batch);
                self.mode = match self.joined(&positions) {
                    Some((place, passed)) => Mode::Live { place, passed },
                    None => Mode::Catching(Start::At(self.own.clone()), replay),
                };
            }
            Some(Told::Trouble(why)) => {
                self.trouble = Some(why);
                self.mode = Mode::Catching(start, replay);
            }
            Some(Told::Failed(why)) => {
                tracing::warn!(why, stream = %self.arn, "a watcher cannot catch up");
                self.trouble = Some(why);
                self.failures = self.failures.saturating_add(1);
                self.mode = Mode::Resting(start, Instant::now() + STATE_EVERY + pace::back_off(self.failures));
            }
            Some(Told::End) => self.queue.push_back(Event::End),
            None => self.mode = Mode::Queued(start),
        }
    }

    /// Where it goes on in the hub's memory, once that has everything from its positions on.
    fn joined(&self, positions: &Positions) -> Option<(u64, u64)> {
        let state = self.seat.hub.state();
        let known = positions
            .iter()
            .all(|(shard, position)| *position == ShardPosition::Done || state.ring.tip().contains_key(shard));
        let quiet = |shard: &str| self.idle.get(shard).is_some_and(|idle| *idle >= QUIET);
        (known && state.ring.covers(&self.own, quiet)).then(|| state.ring.place_after(&self.own))
    }

    fn take(&mut self, batch: Batch) {
        self.own.insert(batch.shard.clone(), batch.position);
        let place = self.place();
        if batch.gap.is_some() {
            self.queue.push_back(Event::Gap {
                shard: batch.shard,
                place: place.clone(),
            });
        }
        if !batch.records.is_empty() {
            self.queue.push_back(Event::Records {
                records: batch.records,
                place,
            });
        }
    }

    async fn follow(&mut self, place: u64, passed: u64) {
        let (found, ended) = {
            let state = self.seat.hub.state();
            (state.ring.at(place, passed), state.ended)
        };
        self.mode = Mode::Live { place, passed };
        match found {
            Found::Entry(entry) => {
                self.mode = Mode::Live {
                    place: place + 1,
                    passed: passed + entry.records.len() as u64,
                };
                let own = self.own.get(&entry.shard);
                let fresh = entry.records.iter().filter(|record| is_after(record, own));
                let records: Vec<_> = fresh.cloned().collect();
                advance(&mut self.own, &entry.shard, &entry.position);
                let place = self.place();
                if entry.gap.is_some() {
                    self.queue.push_back(Event::Gap {
                        shard: entry.shard.clone(),
                        place: place.clone(),
                    });
                }
                if !records.is_empty() {
                    self.queue.push_back(Event::Records { records, place });
                }
            }
            Found::Skipped { records, at, start } => {
                self.mode = Mode::Live {
                    place: at,
                    passed: passed + records,
                };
                for (shard, position) in &start {
                    advance(&mut self.own, shard, position);
                }
                // What left the ring may have been a position without records.
                if records > 0 {
                    let place = self.place();
                    self.queue.push_back(Event::Skipped { records, place });
                }
            }
            Found::Nothing if ended => {
                self.mode = Mode::Over;
                self.queue.push_back(Event::End);
            }
            Found::Nothing => {
                let _ = self.seat.changes.changed().await;
            }
        }
    }

    fn place(&self) -> String {
        let family = self.seat.hub.state().stream.as_ref().map(Family::of).unwrap_or_default();
        token::encode(&Place {
            arn: self.arn.clone(),
            positions: plan::to_keep(&family, &self.own),
        })
    }

    /// What the panel shows, when it has changed enough to be said again.
    fn state(&mut self) -> Option<StreamState> {
        let state = {
            let hub = self.seat.hub.state();
            let stream = hub.stream.as_ref();
            StreamState {
                trouble: self.trouble.clone().or_else(|| hub.trouble.clone()),
                waiting: matches!(self.mode, Mode::Queued(_)),
                beginning: matches!(self.mode, Mode::Waiting(_)),
                catching_up: matches!(self.mode, Mode::Catching(..) | Mode::Resting(..)),
                shards: stream.map_or_else(Vec::new, |stream| {
                    let shard = |shard: &dynadesk_shared::api::streams::ShardView| ShardState {
                        id: shard.id.clone(),
                        parent: shard.parent.clone(),
                        closed: stream.is_closed(shard),
                        position: self.own.get(&shard.id).cloned(),
                    };
                    stream.shards.iter().map(shard).collect()
                }),
            }
        };
        let without_positions = |state: &StreamState| {
            let shards = state
                .shards
                .iter()
                .map(|shard| (shard.id.clone(), shard.closed))
                .collect::<Vec<_>>();
            (state.trouble.clone(), state.waiting, state.catching_up, shards)
        };
        let differs = match &self.told {
            None => true,
            Some(told) if *told == state => false,
            Some(told) => without_positions(told) != without_positions(&state) || self.told_at.elapsed() >= STATE_EVERY,
        };
        if !differs {
            return None;
        }
        self.told = Some(state.clone());
        self.told_at = Instant::now();
        Some(state)
    }
}
