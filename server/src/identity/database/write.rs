//! Changing `cognito_user_id`: all of the rows in one transaction, or none.

use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::identity::{DbUser, MOCK};
use sqlx::{AssertSqlSafe, PgTransaction};
use uuid::Uuid;

use super::Database;
use super::fault::is_lost;
use super::read::db_user;
use super::sql::Shape;
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
        // Dropped without a commit, the transaction writes nothing.
        let mut transaction = self.answer(self.pool.begin()).await?;
        self.lock_table(&mut transaction).await?;
        let freed = freed(changes);
        self.update(&mut transaction, &shape, &freed).await?;
        let between: BTreeMap<&str, &Change> = freed.iter().map(|change| (change.uuid.as_str(), change)).collect();
        let last: Vec<Change> = changes
            .iter()
            .map(|change| Change {
                old: between.get(change.uuid.as_str()).map_or(&change.old, |freed| &freed.new).clone(),
                ..change.clone()
            })
            .collect();
        let written = self.update(&mut transaction, &shape, &last).await?;
        let missed: Vec<String> = changes
            .iter()
            // What the column made something else of is not written as planned either.
            .filter(|change| written.get(&change.uuid) != Some(&change.new))
            .map(|change| change.uuid.clone())
            .collect();
        let shared = self.shared(&mut transaction, changes, checks).await?;
        if missed.is_empty() && shared.is_empty() {
            return match self.answer(transaction.commit()).await {
                Ok(()) => Ok(Written::All),
                Err(error) if is_lost(&error) => Ok(Written::Unknown(error)),
                Err(error) => Err(error),
            };
        }
        self.answer(transaction.rollback()).await?;
        let mut moved: BTreeMap<String, Option<DbUser>> = missed.iter().map(|uuid| (uuid.clone(), None)).collect();
        for row in self.by_uuid(&missed).await? {
            moved.insert(row.0.clone(), Some(db_user(row)));
        }
        Ok(Written::Nothing { moved, shared })
    }

    /// Nobody else writes to the table until the transaction ends: what is checked in it then holds.
    async fn lock_table(&self, transaction: &mut PgTransaction<'_>) -> Result<()> {
        let wait = format!("SET LOCAL lock_timeout = {}", self.lock_wait);
        self.answer(sqlx::query(AssertSqlSafe(wait)).execute(&mut **transaction)).await?;
        let lock = sqlx::query(AssertSqlSafe(self.sql.lock()));
        let locked = self.answer(lock.execute(&mut **transaction)).await;
        locked.map(drop).map_err(|mut error| {
            if error.engine_code.as_deref() == Some("42501") {
                error.message = format!(
                    "{}: for as long as it writes an update keeps other writers out, and that takes UPDATE on the whole table (GRANT UPDATE ON {} TO …), not only on its columns",
                    error.message, self.sql.table
                );
            }
            error
        })
    }

    /// Writes each row that is as it should be, and says which got which id.
    async fn update(
        &self,
        transaction: &mut PgTransaction<'_>,
        shape: &Shape,
        changes: &[Change],
    ) -> Result<BTreeMap<String, Option<String>>> {
        let update = self.sql.update(shape);
        let mut written = BTreeMap::new();
        for some in changes.chunks(AT_ONCE) {
            let question = sqlx::query_as(AssertSqlSafe(update.clone()))
                .bind(some.iter().map(|change| change.uuid.as_str()).collect::<Vec<_>>())
                .bind(some.iter().map(|change| change.handle.as_str()).collect::<Vec<_>>())
                .bind(some.iter().map(|change| change.old.as_deref()).collect::<Vec<_>>())
                .bind(some.iter().map(|change| change.new.as_deref()).collect::<Vec<_>>())
                .fetch_all(&mut **transaction);
            let rows: Vec<(String, Option<String>)> = self.answer(question).await?;
            written.extend(rows);
        }
        Ok(written)
    }

    /// Which handles and ids other rows have as well.
    async fn shared(&self, transaction: &mut PgTransaction<'_>, changes: &[Change], checks: Checks) -> Result<BTreeSet<String>> {
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
        let question = sqlx::query_scalar(AssertSqlSafe(question))
            .bind(beside)
            .bind(ids)
            .fetch_all(&mut **transaction);
        let found: Vec<String> = self.answer(question).await?;
        Ok(found.into_iter().collect())
    }
}

/// The rows whose id another of them is to get: each first gets one that nobody has. A UNIQUE index is kept
/// row by row, and would refuse two rows that change places.
fn freed(changes: &[Change]) -> Vec<Change> {
    let wanted: BTreeSet<&str> = changes.iter().filter_map(|change| change.new.as_deref()).collect();
    changes
        .iter()
        .filter(|change| change.old.as_deref().is_some_and(|old| wanted.contains(old)))
        .map(|change| Change {
            new: Some(Uuid::new_v4().to_string()),
            ..change.clone()
        })
        .collect()
}
