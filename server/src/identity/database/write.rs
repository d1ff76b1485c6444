//! Changing `cognito_user_id`: all of the rows in one transaction, or none.

use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::identity::{DbUser, MOCK};
use sqlx::AssertSqlSafe;

use super::Database;
use super::fault::{is_lost, refused};
use super::read::db_user;
use crate::error::{Error, Result};

/// Rows of one statement.
const AT_ONCE: usize = 1000;

/// A row as it was planned, and the id it is to have.
#[derive(Clone, Debug)]
pub struct Change {
    pub uuid: String,
    pub handle: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// What is checked beside the rows themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    /// No other row may have a handle or a new id of these.
    Unique,
    /// What was there before is put back: no row outside of these may have got one of the ids since.
    Elsewhere,
}

/// How it ended.
#[derive(Debug)]
pub enum Written {
    All,
    /// Nothing was written: these rows are no longer as planned, and how they are now (nothing where
    /// a row is gone); and these handles and ids stand for more than one row.
    Nothing {
        moved: BTreeMap<String, Option<DbUser>>,
        shared: BTreeSet<String>,
    },
    /// The answer to the last word was lost: all was written, or nothing.
    Unknown(Error),
}

impl Database {
    /// Every change, if each row is still as planned.
    pub async fn write(&self, changes: &[Change], checks: Checks) -> Result<Written> {
        let shape = self.shape().await?;
        let update = self.sql.update(&shape);
        let fault = |cause| refused(&self.view.place, cause);
        // Dropped without a commit, the transaction writes nothing.
        let mut transaction = self.pool.begin().await.map_err(fault)?;
        let mut written = BTreeMap::new();
        for some in changes.chunks(AT_ONCE) {
            let rows: Vec<(String, Option<String>)> = sqlx::query_as(AssertSqlSafe(update.clone()))
                .bind(some.iter().map(|change| change.uuid.as_str()).collect::<Vec<_>>())
                .bind(some.iter().map(|change| change.handle.as_str()).collect::<Vec<_>>())
                .bind(some.iter().map(|change| change.old.as_deref()).collect::<Vec<_>>())
                .bind(some.iter().map(|change| change.new.as_deref()).collect::<Vec<_>>())
                .fetch_all(&mut *transaction)
                .await
                .map_err(fault)?;
            written.extend(rows);
        }
        let missed: Vec<String> = changes
            .iter()
            // What the column made something else of is not written as planned either.
            .filter(|change| written.get(&change.uuid) != Some(&change.new))
            .map(|change| change.uuid.clone())
            .collect();
        let mut shared = BTreeSet::new();
        let ids = changes.iter().filter_map(|change| change.new.as_deref());
        let (question, beside, ids): (_, Vec<&str>, Vec<&str>) = match checks {
            Checks::Unique => (
                self.sql.shared(),
                changes.iter().map(|change| change.handle.as_str()).collect(),
                ids.collect(),
            ),
            // The mark of a row that was never synchronised is no id.
            Checks::Elsewhere => (
                self.sql.elsewhere(),
                changes.iter().map(|change| change.uuid.as_str()).collect(),
                ids.filter(|id| *id != MOCK).collect(),
            ),
        };
        let found: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(question))
            .bind(beside)
            .bind(ids)
            .fetch_all(&mut *transaction)
            .await
            .map_err(fault)?;
        shared.extend(found.into_iter().map(|row| row.0));
        if missed.is_empty() && shared.is_empty() {
            return Ok(match transaction.commit().await.map_err(fault) {
                Ok(()) => Written::All,
                Err(error) if is_lost(&error) => Written::Unknown(error),
                Err(error) => return Err(error),
            });
        }
        transaction.rollback().await.map_err(fault)?;
        let mut moved: BTreeMap<String, Option<DbUser>> = missed.iter().map(|uuid| (uuid.clone(), None)).collect();
        for row in self.by_uuid(&missed).await? {
            moved.insert(row.0.clone(), Some(db_user(row)));
        }
        Ok(Written::Nothing { moved, shared })
    }
}
