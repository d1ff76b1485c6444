//! The rows of a group, newest first, wherever they are kept: each as a write of its own, or packed.

use dynadesk_shared::api::history::{WriteKind, WriteState, WriteSummary};
use dynadesk_shared::{Item, Key};

use crate::error::{Error, Result};
use crate::store::{Ended, Store};
use crate::who;

/// Writes that are read for one step.
const AT_ONCE: u32 = 25;

/// A group that is there.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    pub(super) store: &'a Store,
    pub(super) connection: &'a str,
    pub(super) id: &'a str,
    /// The entry of a job, or the newest of the writes.
    pub(super) head: WriteSummary,
}

/// One row with both images.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its id, as a write of its own.
    pub(super) write: String,
    /// Whether it is kept with the many of a job.
    pub(super) packed: bool,
    pub(super) state: WriteState,
    pub(super) table: String,
    pub(super) key: Key,
    pub(super) before: Option<Item>,
    pub(super) after: Option<Item>,
}

impl Row {
    /// One of the many of a job, which is in `state` as a whole.
    pub(super) fn of_pack(ended: Ended, state: WriteState) -> Self {
        Self {
            write: ended.place.to_string(),
            packed: true,
            state: if ended.undone { WriteState::Undone } else { state },
            table: ended.table,
            key: ended.image.key,
            before: ended.image.before,
            after: ended.image.after,
        }
    }

    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Whether there is something to undo.
    pub(super) fn is_open(&self) -> bool {
        self.state.is_open()
    }

    /// What was done to the item, from its images.
    pub(super) fn kind(&self) -> WriteKind {
        match (&self.before, &self.after) {
            (None, _) => WriteKind::Create,
            (Some(_), None) => WriteKind::Delete,
            (Some(_), Some(_)) => WriteKind::Replace,
        }
    }
}

/// Some rows, and where the older ones begin.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) position: String,
    pub(super) rows: Vec<Row>,
    /// Writes whose images are not kept any more.
    pub(super) lost: Vec<String>,
}

/// Whether what has this id is kept for the audit log alone by now, and whoever asks may not read that.
pub(super) fn only_for_audits(store: &Store, id: &str) -> bool {
    store.writes().is_old(id) && !who::audits()
}

impl<'a> Group<'a> {
    /// 404 `group_not_found` where there is none; one that is kept for the audit log alone is there for who may read
    /// that.
    pub(super) async fn find(store: &'a Store, connection: &'a str, id: &'a str) -> Result<Self> {
        let missing = || {
            Error::not_found(
                "group_not_found",
                format!("there are no writes under {id:?} here: writes are kept for 7 days"),
            )
        };
        if only_for_audits(store, id) {
            return Err(missing());
        }
        let head = match store.writes().get(connection, id).await {
            Ok(view) if view.summary.packed => Some(view.summary),
            Ok(_) => None,
            Err(error) if error.code == "write_not_found" => {
                let newest = store.groups().members(connection, id, None, 1).await?;
                store.groups().summaries(connection, &newest.ids).await?.into_iter().next()
            }
            Err(error) => return Err(error),
        };
        let head = head.ok_or_else(missing)?;
        Ok(Self {
            store,
            connection,
            id,
            head,
        })
    }

    /// The newest rows that are older than `below`, or nothing.
    pub(super) async fn step(&self, below: Option<&str>) -> Result<Option<Step>> {
        match self.head.packed {
            true => self.packed(below).await,
            false => self.writes(below).await,
        }
    }

    async fn packed(&self, below: Option<&str>) -> Result<Option<Step>> {
        let Some((position, pack)) = self.store.packs().newest(self.id, below).await? else {
            return Ok(None);
        };
        let rows = pack.into_iter().map(|row| Row::of_pack(row, self.head.state));
        Ok(Some(Step {
            position,
            rows: rows.collect(),
            lost: Vec::new(),
        }))
    }

    async fn writes(&self, below: Option<&str>) -> Result<Option<Step>> {
        let members = self.store.groups().members(self.connection, self.id, below, AT_ONCE).await?;
        let Some(position) = members.ids.last().cloned() else {
            return Ok(None);
        };
        let (mut rows, mut lost) = (Vec::new(), Vec::new());
        for id in members.ids {
            match self.store.writes().get(self.connection, &id).await {
                Ok(view) => rows.push(Row {
                    write: id,
                    packed: false,
                    state: view.summary.state,
                    table: view.summary.table,
                    key: view.summary.key,
                    before: view.before,
                    after: view.after,
                }),
                Err(error) if error.code == "write_not_found" => lost.push(error.message),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(Step { position, rows, lost }))
    }

    /// How many rows there are, by walking through them where nobody counted.
    pub(super) async fn count(&self) -> Result<u64> {
        if let Some(items) = self.head.items {
            return Ok(items);
        }
        let (mut count, mut below) = (0, None::<String>);
        loop {
            let (some, last) = match self.head.packed {
                true => match self.store.packs().newest(self.id, below.as_deref()).await? {
                    Some((id, pack)) => (pack.len(), Some(id)),
                    None => return Ok(count),
                },
                false => {
                    let members = self
                        .store
                        .groups()
                        .members(self.connection, self.id, below.as_deref(), 1000)
                        .await?;
                    (members.ids.len(), members.ids.last().cloned().filter(|_| members.more))
                }
            };
            count += some as u64;
            below = last;
            if below.is_none() {
                return Ok(count);
            }
        }
    }
}
