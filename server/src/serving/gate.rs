//! Which connections are open. Where there are too many, one that waits for nothing makes room, so that
//! whoever opens thousands and says nothing keeps nobody out.

use std::collections::{BTreeMap, HashMap};
use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::Layer;

use super::Limits;
use super::stream::Guarded;
use crate::access::network;

/// How long a new connection is waited for to ask its first question, before the server stops.
const SETTLE: Duration = Duration::from_secs(5);

/// Connections that were closed to make room may be so many until they are gone: they have descriptors still.
const LEAVING: usize = 128;

/// Cheap to clone; all clones are one gate.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    stall: Duration,
    began: Instant,
    last: AtomicU64,
    /// Those that were accepted and did not come to the gate yet.
    coming: AtomicU64,
    /// Fires when nobody is let in any more.
    shut: CancellationToken,
    /// Those that were closed or not opened because there were too many.
    turned_away: AtomicU64,
    /// Those of them that are not gone yet.
    leaving: AtomicUsize,
    lines: Mutex<BTreeMap<u64, Arc<Line>>>,
}

/// One connection.
#[derive(Debug)]
pub struct Line {
    peer: Option<IpAddr>,
    gate: Arc<Inner>,
    /// Requests that are being answered.
    busy: AtomicUsize,
    /// Since when there are none: milliseconds since the gate began.
    idle_since: AtomicU64,
    /// Whether no request came yet.
    fresh: AtomicBool,
    closed: CancellationToken,
}

/// A request that is being answered, until its answer was sent.
#[derive(Debug)]
pub struct Busy(Arc<Line>);

/// A connection's place; it is free when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    line: Arc<Line>,
}

impl Gate {
    pub fn new(limits: &Limits) -> Self {
        Self(Arc::new(Inner {
            most: limits.connections.max(1),
            stall: limits.stall,
            began: Instant::now(),
            last: AtomicU64::default(),
            coming: AtomicU64::default(),
            shut: CancellationToken::new(),
            turned_away: AtomicU64::default(),
            leaving: AtomicUsize::default(),
            lines: Mutex::default(),
        }))
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.0.lines().len()
    }

    /// How many were closed or refused to make room.
    pub fn turned_away(&self) -> u64 {
        self.0.turned_away.load(Ordering::Relaxed)
    }

    /// A connection was accepted and is on its way here.
    pub(super) fn expect_one(&self) {
        self.0.coming.fetch_add(1, Ordering::Relaxed);
    }

    /// Nobody comes any more.
    pub(super) fn shut(&self) {
        self.0.shut.cancel();
    }

    /// Waits until those that just came in have asked something: the server closes connections without a
    /// request when it stops. Who stays silent, as browsers do in advance, is not waited for much longer.
    pub async fn settled(&self) {
        let began = Instant::now();
        // Whoever is just being let in is not counted before.
        _ = tokio::time::timeout(SETTLE, self.0.shut.cancelled()).await;
        while began.elapsed() < SETTLE && self.0.is_unsettled() {
            tokio::time::sleep(SETTLE / 500).await;
        }
    }

    /// A place for one more connection; nothing where all are busy with others.
    fn enter(&self, peer: Option<IpAddr>) -> Option<Place> {
        let gate = &self.0;
        let line = Arc::new(Line {
            peer,
            gate: gate.clone(),
            busy: AtomicUsize::default(),
            idle_since: AtomicU64::new(gate.now()),
            fresh: AtomicBool::new(true),
            closed: CancellationToken::new(),
        });
        let id = gate.last.fetch_add(1, Ordering::Relaxed);
        let mut lines = gate.lines();
        // Within the lock, so that it is always seen either here or on its way.
        _ = gate
            .coming
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |coming| coming.checked_sub(1));
        if lines.len() >= gate.most {
            gate.turned_away.fetch_add(1, Ordering::Relaxed);
            if gate.leaving.load(Ordering::Relaxed) >= LEAVING {
                return None;
            }
            let victim = longest_idle(&lines).or_else(|| of_the_greediest(&lines, peer))?;
            if let Some(line) = lines.remove(&victim) {
                gate.leaving.fetch_add(1, Ordering::Relaxed);
                line.closed.cancel();
            }
        }
        lines.insert(id, line.clone());
        Some(Place { id, line })
    }
}

impl Inner {
    fn lines(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_unsettled(&self) -> bool {
        let lines = self.lines();
        let young = |line: &Line| self.now().saturating_sub(line.idle_since.load(Ordering::Relaxed)) < SETTLE.as_millis() as u64;
        self.coming.load(Ordering::Relaxed) > 0 || lines.values().any(|line| line.fresh.load(Ordering::Relaxed) && young(line))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// The connection that has waited for a request longest.
fn longest_idle(lines: &BTreeMap<u64, Arc<Line>>) -> Option<u64> {
    let idle = lines.iter().filter(|(_, line)| line.busy.load(Ordering::Relaxed) == 0);
    idle.min_by_key(|(_, line)| line.idle_since.load(Ordering::Relaxed))
        .map(|(id, _)| *id)
}

/// The oldest connection of the address that has the most, where that is another one than who comes: nobody
/// who holds everything with answers that never end keeps others out.
fn of_the_greediest(lines: &BTreeMap<u64, Arc<Line>>, newcomer: Option<IpAddr>) -> Option<u64> {
    let mut count = HashMap::<Option<IpAddr>, usize>::new();
    for line in lines.values() {
        *count.entry(line.peer).or_default() += 1;
    }
    let own = count.get(&newcomer).copied().unwrap_or_default();
    let (greediest, most) = count.into_iter().max_by_key(|(_, lines)| *lines)?;
    if greediest == newcomer || most <= own + 1 {
        return None;
    }
    lines.iter().find(|(_, line)| line.peer == greediest).map(|(id, _)| *id)
}

impl Line {
    /// Once somebody else has its place.
    pub async fn closed(&self) {
        self.closed.cancelled().await;
    }
}

impl Busy {
    pub fn new(line: Arc<Line>) -> Self {
        line.busy.fetch_add(1, Ordering::Relaxed);
        line.fresh.store(false, Ordering::Relaxed);
        Self(line)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.idle_since.store(self.0.gate.now(), Ordering::Relaxed);
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Place {
    pub fn closed(&self) -> &CancellationToken {
        &self.line.closed
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let gate = &self.line.gate;
        if gate.lines().remove(&self.id).is_none() {
            gate.leaving.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl<S> Accept<TcpStream, S> for Gate {
    type Stream = Guarded;
    /// Each request knows its connection.
    type Service = AddExtension<S, Arc<Line>>;
    type Future = Ready<io::Result<(Self::Stream, Self::Service)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let peer = stream.peer_addr().ok().map(|peer| network(peer.ip()));
        ready(match self.enter(peer) {
            Some(place) => {
                let service = Extension(place.line.clone()).layer(service);
                // Small answers go at once.
                stream
                    .set_nodelay(true)
                    .map(|()| (Guarded::new(stream, place, self.0.stall), service))
            }
            None => Err(io::Error::other("all connections are taken")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(most: usize) -> Gate {
        Gate::new(&Limits::of(most))
    }

    fn from(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, 0, last]))
    }

    #[test]
    fn who_waits_longest_makes_room() {
        let gate = gate(3);
        let places: Vec<Place> = (0..3).map(|_| gate.enter(from(1)).expect("a place")).collect();
        let _busy = Busy::new(places[0].line.clone());
        places[1].line.idle_since.store(9, Ordering::Relaxed);
        places[2].line.idle_since.store(5, Ordering::Relaxed);
        let new = gate.enter(from(1)).expect("a place");
        let closed: Vec<bool> = places.iter().map(|place| place.closed().is_cancelled()).collect();
        assert_eq!(closed, [false, false, true]);
        assert_eq!((gate.open(), gate.turned_away()), (3, 1));
        drop((places, new));
        assert_eq!(gate.open(), 0);
    }

    #[test]
    fn an_answer_that_was_sent_leaves_its_connection_idle() {
        let gate = gate(1);
        let first = gate.enter(from(1)).expect("a place");
        let busy = Busy::new(first.line.clone());
        assert!(gate.enter(from(1)).is_none(), "all are busy, and it has them all itself");
        drop(busy);
        assert!(gate.enter(from(1)).is_some());
        assert!(first.closed().is_cancelled());
    }

    #[test]
    fn who_just_came_in_is_waited_for_until_it_asks() {
        let gate = gate(9);
        gate.expect_one();
        assert!(gate.0.is_unsettled(), "one is on its way");
        let place = gate.enter(from(1)).expect("a place");
        assert!(gate.0.is_unsettled(), "it has not asked yet");
        let busy = Busy::new(place.line.clone());
        assert!(!gate.0.is_unsettled(), "its request is waited for by others");
        drop(busy);
        assert!(!gate.0.is_unsettled(), "it had its answer");
    }

    #[test]
    fn those_that_make_room_are_counted_until_they_are_gone() {
        let gate = gate(1);
        let mut places: Vec<Place> = (0..=LEAVING).map(|_| gate.enter(from(1)).expect("a place")).collect();
        assert!(gate.enter(from(1)).is_none(), "as many are leaving as may");
        assert_eq!(gate.open(), 1);
        places.remove(0);
        places.push(gate.enter(from(1)).expect("one of them is gone"));
        drop(places);
        assert_eq!((gate.open(), gate.0.leaving.load(Ordering::Relaxed)), (0, 0));
    }

    #[test]
    fn who_holds_everything_gives_some_of_it_to_others() {
        let gate = gate(4);
        let places: Vec<Place> = (0..4).map(|_| gate.enter(from(1)).expect("a place")).collect();
        let _busy: Vec<Busy> = places.iter().map(|place| Busy::new(place.line.clone())).collect();
        let other = gate.enter(from(2)).expect("another address comes in");
        let _other = Busy::new(other.line.clone());
        assert!(places[0].closed().is_cancelled());
        let second = gate.enter(from(2)).expect("three against one");
        let _second = Busy::new(second.line.clone());
        assert!(gate.enter(from(2)).is_none(), "two against two: nobody has more");
        assert!(gate.enter(from(1)).is_none());
    }
}
