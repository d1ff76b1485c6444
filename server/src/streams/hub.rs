//! One reader of a stream for all who watch it: started with the first, stopped soon after the last.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dynadesk_shared::api::streams::StreamView;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::behind::Behind;
use super::ring::Ring;
use super::walker::{Start, Step, Walker};
use crate::clock::Clock;
use crate::engine::{Engine, EngineError};

/// What a hub remembers for those who are slow or come back.
const RING_BYTES: u64 = 8 * 1024 * 1024;
/// How long a hub waits for the next watcher: a browser that loads its page again comes back.
const LINGER: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_secs(1);

/// A connection and the ARN of a stream of it.
type StreamName = (String, String);

/// All hubs, by connection and stream.
#[derive(Clone, Debug, Default)]
pub struct Hubs(Arc<Mutex<BTreeMap<StreamName, Arc<Hub>>>>);

#[derive(Debug)]
pub struct Hub {
    state: Mutex<State>,
    /// Counts what happened; watchers wait for it to move.
    changes: watch::Sender<u64>,
    /// DynamoDB wants two readers of a shard at most: the hub is one, and whoever catches up is the other.
    pub catching_up: Arc<Semaphore>,
}

#[derive(Debug)]
pub struct State {
    pub ring: Ring,
    /// The stream as it was listed last; nothing before the first list.
    pub stream: Option<StreamView>,
    /// Why nothing comes at the moment.
    pub trouble: Option<String>,
    pub ended: bool,
    behind: Behind,
    watchers: usize,
    idle_since: Instant,
}

/// The streams of one connection that are read for browsers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watched {
    pub streams: usize,
    pub watchers: usize,
    pub behind: Duration,
}

/// One watcher's hold on its hub.
#[derive(Debug)]
pub struct Seat {
    pub hub: Arc<Hub>,
    pub changes: watch::Receiver<u64>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.hub.state();
        state.watchers -= 1;
        state.idle_since = Instant::now();
    }
}

impl Hubs {
    /// The hub of a stream, which runs from then on.
    pub fn join(&self, connection: &str, engine: &Engine, arn: &str, clock: &Clock, stopping: &CancellationToken) -> Seat {
        let key = (connection.to_owned(), arn.to_owned());
        let mut hubs = self.lock();
        let hub = hubs.get(&key).filter(|hub| !hub.state().ended).cloned().unwrap_or_else(|| {
            let hub = Arc::new(Hub {
                state: Mutex::new(State {
                    ring: Ring::new(RING_BYTES),
                    stream: None,
                    trouble: None,
                    ended: false,
                    behind: Behind::default(),
                    watchers: 0,
                    idle_since: Instant::now(),
                }),
                changes: watch::Sender::new(0),
                catching_up: Arc::new(Semaphore::new(1)),
            });
            let walker = Walker::new(engine.clone(), arn, Start::Now, clock.clone());
            let (clock, stopping) = (clock.clone(), stopping.clone());
            tokio::spawn(run(self.clone(), key.clone(), hub.clone(), walker, clock, stopping));
            hubs.insert(key, hub.clone());
            hub
        });
        hub.state().watchers += 1;
        Seat {
            changes: hub.changes.subscribe(),
            hub,
        }
    }

    /// What is read of a connection, and how far behind the slowest of it is.
    pub fn watched(&self, connection: &str, now: i64) -> Watched {
        let mut watched = Watched::default();
        for (_, hub) in self.lock().iter().filter(|((name, _), _)| name == connection) {
            let state = hub.state();
            watched.streams += 1;
            watched.watchers += state.watchers;
            watched.behind = watched.behind.max(state.behind.most(now));
        }
        watched
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String), Arc<Hub>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a hub away when nobody came for a while.
    fn leave(&self, key: &(String, String), hub: &Arc<Hub>) -> bool {
        let mut hubs = self.lock();
        let idle = {
            let state = hub.state();
            state.watchers == 0 && state.idle_since.elapsed() >= LINGER
        };
        if idle {
            remove(&mut hubs, key, hub);
        }
        idle
    }
}

/// A newer hub of the same stream stays.
fn remove(hubs: &mut BTreeMap<(String, String), Arc<Hub>>, key: &(String, String), hub: &Arc<Hub>) {
    if hubs.get(key).is_some_and(|known| Arc::ptr_eq(known, hub)) {
        hubs.remove(key);
    }
}

impl Hub {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.changes.send_modify(|count| *count += 1);
    }
}

async fn run(hubs: Hubs, key: StreamName, hub: Arc<Hub>, mut walker: Walker, clock: Clock, stopping: CancellationToken) {
    let mut ticks = tokio::time::interval(TICK);
    'reading: loop {
        let step = {
            // A list of many shards takes longer than a tick, so the step lives on over ticks.
            let mut step = std::pin::pin!(next(&mut walker));
            loop {
                tokio::select! {
                    () = stopping.cancelled() => break 'reading,
                    _ = ticks.tick() => {
                        if hubs.leave(&key, &hub) {
                            return;
                        }
                    }
                    step = &mut step => break step,
                }
            }
        };
        match step {
            Ok(Some(Step::End)) => break,
            Ok(Some(Step::Trouble { error, .. })) => hub.change(|state| state.trouble = Some(error.to_string())),
            Ok(Some(Step::Batch(batch))) => hub.change(|state| {
                state.see(&walker, Some(&batch.shard), clock.now());
                state.behind.read(&batch, clock.now());
                state.ring.push(batch);
            }),
            Ok(None) => hub.change(|state| state.see(&walker, None, clock.now())),
            Err(error) => {
                hub.change(|state| state.trouble = Some(error.to_string()));
                tokio::select! {
                    () = stopping.cancelled() => break,
                    () = tokio::time::sleep(TICK * 2) => {}
                }
            }
        }
    }
    hub.change(|state| state.ended = true);
    remove(&mut hubs.lock(), &key, &hub);
}

/// The shards' positions first, without a step, and then step by step.
async fn next(walker: &mut Walker) -> Result<Option<Step>, EngineError> {
    if walker.stream().is_none() {
        walker.begin().await?;
        return Ok(None);
    }
    walker.next().await.map(Some)
}

impl State {
    /// Takes over what the walker knows of the shards; the position of `moved` comes with its batch.
    fn see(&mut self, walker: &Walker, moved: Option<&str>, now: i64) {
        self.trouble = None;
        self.behind.listed(walker.all_positions(), now);
        let mut positions = walker.all_positions().clone();
        if let Some(shard) = moved {
            positions.remove(shard);
        }
        self.ring.found(&positions);
        let known = self.stream.as_ref().map(|stream| (&stream.status, &stream.shards));
        if known != walker.stream().map(|stream| (&stream.status, &stream.shards)) {
            self.stream = walker.stream().cloned();
        }
    }
}
