//! A check as the page knows it: the pool is read first, then the table stretch by stretch.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::identity::PoolState;
use dynadesk_shared::api::integrity::{Finding, FindingKind, IntegrityRequest};
use dynadesk_shared::identity::integrity::merge;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::choice::Chosen;
use crate::api::{self, ApiFailure};

/// Between two looks at the pool while it is being read.
const LOOK: u32 = 400;
/// One press reads so many stretches; a large table is not walked to its end unasked.
const STRETCHES: u32 = 50;

/// Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Checking {
    pub found: RwSignal<Vec<Finding>>,
    pub scanned: RwSignal<u64>,
    pub rows: RwSignal<u64>,
    pub next: RwSignal<Option<String>>,
    /// Whether any stretch has come.
    pub begun: RwSignal<bool>,
    pub reading: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    pub exchange: RwSignal<Option<Exchange>>,
    pub pool: RwSignal<PoolState>,
    /// Users whose names are to be refreshed.
    pub chosen: RwSignal<Chosen>,
    turn: StoredValue<u64>,
}

impl Checking {
    pub fn new() -> Self {
        Self {
            found: RwSignal::new(Vec::new()),
            scanned: RwSignal::new(0),
            rows: RwSignal::new(0),
            next: RwSignal::new(None),
            begun: RwSignal::new(false),
            reading: RwSignal::new(false),
            failure: RwSignal::new(None),
            exchange: RwSignal::new(None),
            pool: RwSignal::new(PoolState::Unread),
            chosen: RwSignal::new(Chosen::default()),
            turn: StoredValue::new(0),
        }
    }

    pub fn forget(self) {
        self.stop();
        self.found.set(Vec::new());
        self.scanned.set(0);
        self.rows.set(0);
        self.next.set(None);
        self.begun.set(false);
        self.failure.set(None);
        self.exchange.set(None);
        self.chosen.set(Chosen::default());
    }

    /// Whatever is on its way is not waited for any more.
    pub fn stop(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.reading.set(false);
        self.pool.set(PoolState::Unread);
    }

    /// Begins anew, with the pool.
    pub fn begin(self, place: (String, String), with_pool: bool) {
        self.forget();
        self.reading.set(true);
        let turn = self.turn.get_value();
        spawn_local(async move {
            if with_pool && !self.read_pool(turn).await {
                return;
            }
            self.stretches(place, turn).await;
        });
    }

    /// Reads the next stretches.
    pub fn read_on(self, place: (String, String)) {
        self.failure.set(None);
        self.reading.set(true);
        let turn = self.turn.get_value();
        spawn_local(async move { self.stretches(place, turn).await });
    }

    fn wants(self, turn: u64) -> bool {
        self.turn.try_get_value() == Some(turn)
    }

    /// Whether the pool is read and still wanted.
    async fn read_pool(self, turn: u64) -> bool {
        let mut state = api::identity::read_pool().await;
        loop {
            if !self.wants(turn) {
                return false;
            }
            match state {
                Ok(failed @ PoolState::Failed { .. }) => {
                    self.pool.set(failed);
                    self.reading.set(false);
                    return false;
                }
                Ok(reading @ PoolState::Reading(_)) => self.pool.set(reading),
                Ok(read) => {
                    self.pool.set(read);
                    return true;
                }
                Err(failure) => {
                    self.reading.set(false);
                    self.failure.set(Some(failure));
                    return false;
                }
            }
            TimeoutFuture::new(LOOK).await;
            state = api::identity::pool().await;
        }
    }

    async fn stretches(self, (connection, table): (String, String), turn: u64) {
        for _ in 0..STRETCHES {
            let Some(cursor) = self.next.try_get_untracked() else { return };
            let answer = api::integrity::check(&connection, &table, &IntegrityRequest { cursor }).await;
            if !self.wants(turn) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.found.update(|found| merge(found, page.found));
                    self.scanned.update(|scanned| *scanned += page.scanned);
                    self.rows.update(|rows| *rows += page.rows);
                    self.exchange.set(Some(page.exchange));
                    self.begun.set(true);
                    let ended = page.next.is_none();
                    self.next.set(page.next);
                    if ended {
                        break;
                    }
                }
                Err(failure) => {
                    self.failure.set(Some(failure));
                    break;
                }
            }
        }
        self.reading.set(false);
    }

    /// What was found of a kind.
    pub fn of(self, kind: FindingKind) -> Vec<Finding> {
        let is_so = |finding: &&Finding| finding.kind == kind;
        self.found.with(|found| found.iter().filter(is_so).cloned().collect())
    }
}
