//! What one process holds of readings: the newest that it read itself, the newest that it saw in the store, and
//! the rows of one.

use std::sync::Arc;

use tokio::task::AbortHandle;

use super::Kind;
use crate::store::{Head, RowsAt, Stage};

#[derive(Debug)]
pub(super) struct Held<K: Kind> {
    mine: Option<Mine<K::View>>,
    /// The store's, as it was seen last.
    pub(super) seen: Option<Head<K::View>>,
    /// The rows of one reading, by its id.
    pub(super) rows: Option<(String, Arc<Vec<K::Row>>)>,
}

/// The newest that was begun here.
#[derive(Debug)]
pub(super) struct Mine<V> {
    pub(super) head: Head<V>,
    /// Whether the store has it as it is, so that other servers know of it.
    pub(super) kept: bool,
    /// Reads it.
    pub(super) task: Option<AbortHandle>,
}

/// What ended here, with its own rows where it has some.
type Late<K> = (Head<<K as Kind>::View>, Option<Arc<Vec<<K as Kind>::Row>>>);

impl<K: Kind> Default for Held<K> {
    fn default() -> Self {
        Self {
            mine: None,
            seen: None,
            rows: None,
        }
    }
}

impl<K: Kind> Held<K> {
    pub(super) fn mine(&mut self, id: &str) -> Option<&mut Mine<K::View>> {
        self.mine.as_mut().filter(|mine| mine.head.id == id)
    }

    /// The newest that is known here, without asking the store.
    pub(super) fn newest(&self) -> Option<Head<K::View>> {
        match (&self.mine, &self.seen) {
            (Some(mine), Some(seen)) if mine.head.id != seen.id && mine.head.made > seen.made => Some(mine.head.clone()),
            _ => self.fresher(self.seen.clone()),
        }
    }

    /// The store's, or what this process knows better: how far it is itself, and what the store has not got yet.
    pub(super) fn fresher(&self, seen: Option<Head<K::View>>) -> Option<Head<K::View>> {
        let Some(mine) = &self.mine else { return seen };
        let better = match &seen {
            Some(seen) if seen.id == mine.head.id => seen.stage == Stage::Reading,
            Some(seen) => !mine.kept && seen.made <= mine.head.made,
            // Where the store had it, its time is over.
            None => !mine.kept || mine.head.stage == Stage::Reading,
        };
        if better { Some(mine.head.clone()) } else { seen }
    }

    /// Puts a new one in the place of the one that was begun here before, and ends that.
    pub(super) fn take(&mut self, head: Head<K::View>, kept: bool) {
        if kept {
            self.seen = Some(head.clone());
        }
        let new = Mine { head, kept, task: None };
        if let Some(task) = self.mine.replace(new).and_then(|old| old.task) {
            task.abort();
        }
    }

    pub(super) fn forget(&mut self, id: &str) {
        self.mine.take_if(|mine| mine.head.id == id);
    }

    /// Says how one ended.
    pub(super) fn end(&mut self, mut head: Head<K::View>, rows: Option<Arc<Vec<K::Row>>>, kept: bool) {
        let Some(mine) = self.mine.as_mut().filter(|mine| mine.head.id == head.id) else {
            return;
        };
        if let Some(rows) = rows {
            let here = || RowsAt {
                id: head.id.clone(),
                parts: Vec::new(),
            };
            head.rows = head.rows.take().filter(|at| at.id == head.id).or_else(|| Some(here()));
            self.rows = Some((head.id.clone(), rows));
        }
        if kept {
            self.seen = Some(head.clone());
        }
        (mine.head, mine.kept) = (head, kept);
    }

    /// What is read here, and the store has not got.
    pub(super) fn late(&self) -> Option<Late<K>> {
        let mine = self.mine.as_ref().filter(|mine| !mine.kept && mine.head.stage != Stage::Reading)?;
        let own = self.rows.as_ref().filter(|(id, _)| *id == mine.head.id);
        Some((mine.head.clone(), own.map(|(_, rows)| rows.clone())))
    }

    pub(super) fn rows_of(&self, at: &RowsAt) -> Option<Arc<Vec<K::Row>>> {
        let (id, rows) = self.rows.as_ref()?;
        (*id == at.id).then(|| rows.clone())
    }

    /// Keeps rows that came from the store, unless those that are here are in no other place yet.
    pub(super) fn remember(&mut self, at: &RowsAt, rows: &Arc<Vec<K::Row>>) {
        if self.late().is_none() {
            self.rows = Some((at.id.clone(), rows.clone()));
        }
    }

    pub(super) fn spend(&mut self, id: &str) {
        self.forget(id);
        self.rows.take_if(|(of, _)| of == id);
        if let Some(seen) = self.seen.as_mut().filter(|seen| seen.id == id) {
            seen.stage = Stage::Spent;
        }
    }
}
