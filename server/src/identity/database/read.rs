//! Reading rows: pages for the screen, all of them for a plan, some by uuid.

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::identity::{PeopleRequest, Person};
use dynadesk_shared::identity::{DbUser, mask};
use sqlx::AssertSqlSafe;

use super::fault::refused;
use super::{Database, sql};
use crate::error::Result;

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
        let mut rows: Vec<SortedRow> = sqlx::query_as(AssertSqlSafe(text))
            .bind(sql::pattern(&asked.search))
            .bind(value)
            .bind(uuid)
            .bind(PAGE + 1)
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| refused(&self.view.place, cause))?;
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
        let count: (i64,) = sqlx::query_as(AssertSqlSafe(self.sql.count(asked.filter)))
            .bind(sql::pattern(&asked.search))
            .fetch_one(&self.pool)
            .await
            .map_err(|cause| refused(&self.view.place, cause))?;
        Ok(u64::try_from(count.0).unwrap_or_default())
    }

    /// Every row for a plan, in stretches; `seen` hears how many there are so far.
    pub async fn all(&self, mut seen: impl FnMut(u64)) -> Result<Vec<DbUser>> {
        let shape = self.shape().await?;
        let mut all: Vec<DbUser> = Vec::new();
        loop {
            let after = all.last().map(|row| row.uuid.clone());
            let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(self.sql.all(&shape, after.is_none())))
                .bind(after)
                .bind(STRETCH)
                .fetch_all(&self.pool)
                .await
                .map_err(|cause| refused(&self.view.place, cause))?;
            let end = rows.len() < STRETCH as usize;
            all.extend(rows.into_iter().map(db_user));
            seen(all.len() as u64);
            if end {
                return Ok(all);
            }
        }
    }

    /// Who has these uuids. What is no uuid to the database is left out.
    pub async fn named(&self, uuids: &[String]) -> Result<Vec<UserRef>> {
        let rows = self.by_uuid(uuids).await?;
        Ok(rows.into_iter().map(user_ref).collect())
    }

    /// Who has this handle; more than one where the database has it twice.
    pub async fn by_handle(&self, handle: &str) -> Result<Vec<UserRef>> {
        self.shape().await?;
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(self.sql.by_handle()))
            .bind(handle)
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| refused(&self.view.place, cause))?;
        Ok(rows.into_iter().map(user_ref).collect())
    }

    /// The addresses of these rows.
    pub async fn emails(&self, uuids: &[String]) -> Result<Vec<(String, String)>> {
        let rows = self.by_uuid(uuids).await?;
        Ok(rows.into_iter().map(|(uuid, _, _, email, ..)| (uuid, email)).collect())
    }

    pub(super) async fn by_uuid(&self, uuids: &[String]) -> Result<Vec<Row>> {
        let shape = self.shape().await?;
        let fits = |uuid: &&String| shape.uuid != "uuid" || is_canonical(uuid);
        let uuids: Vec<&String> = uuids.iter().filter(fits).collect();
        sqlx::query_as(AssertSqlSafe(self.sql.by_uuid(&shape)))
            .bind(uuids)
            .fetch_all(&self.pool)
            .await
            .map_err(|cause| refused(&self.view.place, cause))
    }
}

/// Only what PostgreSQL takes as well: the parser takes more forms, and one of them would fail the whole question.
fn is_canonical(uuid: &str) -> bool {
    uuid::Uuid::try_parse(uuid).is_ok_and(|parsed| parsed.hyphenated().to_string().eq_ignore_ascii_case(uuid))
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
