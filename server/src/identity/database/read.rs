//! Reading rows: pages for the screen, all of them for a plan, some by uuid.

use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::identity::{PeopleRequest, Person};
use dynadesk_shared::identity::{DbUser, mask};
use sqlx::AssertSqlSafe;

use super::{Database, sql};
use crate::error::Result;
use crate::identity::plain_uuid;

/// Rows of one page on the screen.
const PAGE: i64 = 100;
/// Rows that a plan reads at once.
const STRETCH: i64 = 5000;

type Row = (String, String, Option<String>, String, Option<String>, String);
type SortedRow = (String, String, Option<String>, String, Option<String>, String, String);

impl Database {
    /// A page of people after a sort value and a uuid, and where the next one begins.
    pub async fn people(&self, asked: &PeopleRequest, after: Option<(String, String)>) -> Result<(Vec<Person>, Option<(String, String)>)> {
        self.shape().await?;
        let (value, uuid) = after.unzip();
        let text = self.sql.people(asked.filter, asked.sort, asked.descending);
        let question = sqlx::query_as(AssertSqlSafe(text))
            .bind(sql::pattern(&asked.search))
            .bind(value)
            .bind(uuid)
            .bind(PAGE + 1)
            .fetch_all(&self.pool);
        let mut rows: Vec<SortedRow> = self.answer(question).await?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| (row.6.clone(), row.0.clone()));
        let people = rows
            .into_iter()
            .map(|(uuid, name, handle, email, id, at, _)| person((uuid, name, handle, email, id, at)));
        Ok((people.collect(), next))
    }

    pub async fn count(&self, asked: &PeopleRequest) -> Result<u64> {
        self.shape().await?;
        let question = sqlx::query_as(AssertSqlSafe(self.sql.count(asked.filter)))
            .bind(sql::pattern(&asked.search))
            .fetch_one(&self.pool);
        let count: (i64,) = self.answer(question).await?;
        Ok(u64::try_from(count.0).unwrap_or_default())
    }

    /// Every row for a plan, in stretches; `seen` hears how many there are so far.
    pub async fn all(&self, mut seen: impl FnMut(u64)) -> Result<Vec<DbUser>> {
        let shape = self.shape().await?;
        let mut all: Vec<DbUser> = Vec::new();
        loop {
            let after = all.last().map(|row| row.uuid.clone());
            let question = sqlx::query_as(AssertSqlSafe(self.sql.all(&shape, after.is_none())))
                .bind(after)
                .bind(STRETCH)
                .fetch_all(&self.pool);
            let rows: Vec<Row> = self.answer(question).await?;
            let end = rows.len() < STRETCH as usize;
            all.extend(rows.into_iter().map(db_user));
            seen(all.len() as u64);
            if end {
                return Ok(all);
            }
        }
    }

    /// Which of these handles rows have.
    pub async fn handles(&self, asked: &[&str]) -> Result<BTreeSet<String>> {
        self.shape().await?;
        let mut there = BTreeSet::new();
        for some in asked.chunks(STRETCH as usize) {
            let question = sqlx::query_scalar(AssertSqlSafe(self.sql.handles()))
                .bind(some)
                .fetch_all(&self.pool);
            let found: Vec<String> = self.answer(question).await?;
            there.extend(found);
        }
        Ok(there)
    }

    /// Who has these uuids, each under the uuid as it was asked for: one in capitals means the same row.
    /// What is no uuid to the database is left out.
    pub async fn named(&self, uuids: &[String]) -> Result<Vec<UserRef>> {
        let rows = self.by_uuid(uuids).await?;
        let rows: BTreeMap<String, UserRef> = rows.into_iter().map(|row| (row.0.clone(), user_ref(row))).collect();
        let named = uuids.iter().filter_map(|uuid| {
            let row = rows.get(uuid).or_else(|| rows.get(plain_uuid(uuid)?.as_str()))?;
            Some(UserRef {
                uuid: uuid.clone(),
                ..row.clone()
            })
        });
        Ok(named.collect())
    }

    /// Who has this handle; more than one where the database has it twice.
    pub async fn by_handle(&self, handle: &str) -> Result<Vec<UserRef>> {
        self.shape().await?;
        let question = sqlx::query_as(AssertSqlSafe(self.sql.by_handle()))
            .bind(handle)
            .fetch_all(&self.pool);
        let rows: Vec<Row> = self.answer(question).await?;
        Ok(rows.into_iter().map(user_ref).collect())
    }

    /// The addresses of these rows.
    pub async fn emails(&self, uuids: &[String]) -> Result<Vec<(String, String)>> {
        let rows = self.by_uuid(uuids).await?;
        Ok(rows.into_iter().map(|(uuid, _, _, email, ..)| (uuid, email)).collect())
    }

    pub(super) async fn by_uuid(&self, uuids: &[String]) -> Result<Vec<Row>> {
        let shape = self.shape().await?;
        let uuids: Vec<&String> = uuids.iter().filter(|uuid| fits(&shape.uuid, uuid)).collect();
        let question = sqlx::query_as(AssertSqlSafe(self.sql.by_uuid(&shape)))
            .bind(uuids)
            .fetch_all(&self.pool);
        self.answer(question).await
    }
}

/// A value that the column's type does not take would fail the whole question, and be in no row anyway.
fn fits(kind: &str, uuid: &str) -> bool {
    match kind {
        // The parser takes more forms than PostgreSQL does.
        "uuid" => plain_uuid(uuid).is_some(),
        "smallint" => uuid.parse().is_ok_and(|number: i16| number.to_string() == uuid),
        "integer" => uuid.parse().is_ok_and(|number: i32| number.to_string() == uuid),
        "bigint" => uuid.parse().is_ok_and(|number: i64| number.to_string() == uuid),
        _ => true,
    }
}

pub(super) fn db_user((uuid, display_name, handle, _, cognito_user_id, _): Row) -> DbUser {
    DbUser {
        uuid,
        display_name,
        handle,
        cognito_user_id,
    }
}

fn user_ref((uuid, display_name, handle, ..): Row) -> UserRef {
    UserRef {
        uuid,
        display_name,
        handle: handle.unwrap_or_default(),
    }
}

fn person((uuid, display_name, handle, email, cognito_user_id, created_at): Row) -> Person {
    Person {
        uuid: Some(uuid),
        display_name,
        handle: handle.unwrap_or_default(),
        email: mask::email(&email),
        cognito_user_id,
        created_at,
        pool: Vec::new(),
    }
}
