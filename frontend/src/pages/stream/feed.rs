//! What was heard of a stream and is kept in the browser: the newest records, bounded in number and
//! in bytes, and how the connection stands.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::api::streams::{StreamRecord, StreamState};
use leptos::prelude::*;

use crate::api::events::{self, Events};
use crate::api::streams::{self, Change};

/// What a browser keeps.
pub const MOST: usize = 5_000;
const MOST_BYTES: u64 = 48 * 1024 * 1024;
/// A record's fields beside its images.
const OVERHEAD: u64 = 512;

/// How the connection stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    #[default]
    Connecting,
    Live,
    Reconnecting,
    Ended,
}

/// The newest first. Records are numbered as they come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    pub records: VecDeque<(u64, Arc<StreamRecord>)>,
    bytes: u64,
    next: u64,
    /// Records that made room for newer ones.
    pub let_go: u64,
}

impl Kept {
    fn add(&mut self, records: impl IntoIterator<Item = Arc<StreamRecord>>) {
        for record in records {
            self.bytes += record.size_bytes + OVERHEAD;
            self.records.push_front((self.next, record));
            self.next += 1;
        }
        while self.records.len() > MOST || (self.bytes > MOST_BYTES && self.records.len() > 1) {
            if let Some((_, gone)) = self.records.pop_back() {
                self.bytes -= gone.size_bytes + OVERHEAD;
                self.let_go += 1;
            }
        }
    }

    fn take(&mut self) -> Vec<Arc<StreamRecord>> {
        self.bytes = 0;
        std::mem::take(&mut self.records)
            .into_iter()
            .rev()
            .map(|(_, record)| record)
            .collect()
    }

    fn clear(&mut self) {
        self.records.clear();
        self.bytes = 0;
        self.let_go = 0;
    }
}

/// One watch of one stream. Cheap to copy; lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct Feed {
    pub kept: RwSignal<Kept>,
    /// What came while it was paused.
    pub held: RwSignal<Kept>,
    pub paused: RwSignal<bool>,
    pub skipped: RwSignal<u64>,
    /// Shards of which records were trimmed before they were read.
    pub gaps: RwSignal<u64>,
    pub link: RwSignal<Link>,
    pub state: RwSignal<StreamState>,
    /// How late the last records came, in milliseconds.
    pub lag_ms: RwSignal<Option<u64>>,
    watch: StoredValue<Option<Events>, LocalStorage>,
    /// Counts the watches, so that a late word of an older one is not heard.
    turn: StoredValue<u64>,
}

impl Feed {
    pub fn new() -> Self {
        let feed = Self {
            kept: RwSignal::default(),
            held: RwSignal::default(),
            paused: RwSignal::new(false),
            skipped: RwSignal::new(0),
            gaps: RwSignal::new(0),
            link: RwSignal::default(),
            state: RwSignal::default(),
            lag_ms: RwSignal::default(),
            watch: StoredValue::new_local(None),
            turn: StoredValue::new(0),
        };
        on_cleanup(move || {
            feed.watch.try_set_value(None);
        });
        feed
    }

    /// Begins anew: nothing of what was heard before stays.
    pub fn begin(self, connection: &str, table: &str, start: bool) {
        self.clear();
        self.lag_ms.set(None);
        self.link.set(Link::Connecting);
        self.state.set(StreamState::default());
        let turn = self.turn.get_value() + 1;
        self.turn.set_value(turn);
        let is_late = move || self.turn.try_get_value() != Some(turn);
        let take = move |change| {
            if !is_late() {
                self.hear(change, turn);
            }
        };
        let stands = move |link| {
            // A stream that has ended breaks off, too.
            if !is_late() && self.link.get_untracked() != Link::Ended {
                self.link.set(match link {
                    events::Link::Live => Link::Live,
                    events::Link::Lost => Link::Reconnecting,
                });
            }
        };
        self.watch.set_value(Some(streams::watch(connection, table, start, take, stands)));
    }

    fn hear(self, change: Change, turn: u64) {
        match change {
            Change::State(state) => self.state.set(state),
            Change::Records(records) if records.records.is_empty() => {}
            Change::Records(records) => {
                self.lag_ms.set(records.lag_ms);
                let place = if self.paused.get_untracked() { self.held } else { self.kept };
                place.update(|kept| kept.add(records.records.into_iter().map(Arc::new)));
            }
            Change::Skipped(records) => self.skipped.update(|skipped| *skipped += records),
            Change::Gap => self.gaps.update(|gaps| *gaps += 1),
            Change::End => {
                self.link.set(Link::Ended);
                // The browser would ask again for ever; it is closed when this word is done.
                let close = move || {
                    if self.turn.try_get_value() == Some(turn) {
                        self.watch.set_value(None);
                    }
                };
                set_timeout(close, Duration::ZERO);
            }
        }
    }

    pub fn pause(self, paused: bool) {
        self.paused.set(paused);
        if !paused {
            let (held, let_go) = self
                .held
                .try_update(|held| (held.take(), std::mem::take(&mut held.let_go)))
                .unwrap_or_default();
            self.kept.update(|kept| {
                kept.let_go += let_go;
                kept.add(held);
            });
        }
    }

    pub fn clear(self) {
        self.kept.update(Kept::clear);
        self.held.update(Kept::clear);
        self.skipped.set(0);
        self.gaps.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::api::streams::ChangeKind;

    fn record(size_bytes: u64) -> Arc<StreamRecord> {
        Arc::new(StreamRecord {
            event_id: String::new(),
            kind: ChangeKind::Insert,
            by_ttl: false,
            shard: String::new(),
            sequence_number: String::new(),
            at: None,
            key: Default::default(),
            old: None,
            new: None,
            size_bytes,
            view_type: None,
        })
    }

    #[test]
    fn the_newest_are_kept_within_number_and_bytes() {
        let mut kept = Kept::default();
        kept.add((0..MOST + 10).map(|_| record(10)));
        assert_eq!((kept.records.len(), kept.let_go), (MOST, 10));
        assert_eq!(kept.records[0].0, MOST as u64 + 9);
        kept.add([record(MOST_BYTES - 1_000)]);
        assert!(kept.bytes <= MOST_BYTES && kept.records.len() < 5);
        kept.add([record(MOST_BYTES * 2)]);
        assert_eq!(kept.records.len(), 1);
        assert_eq!(kept.take().len(), 1);
        assert_eq!(kept.bytes, 0);
    }
}
