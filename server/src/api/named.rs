//! What a handler may hold whose table the URL does not name: it stands in the body, in statements, or in the
//! job that an id leads to. As with those of [`super::extract`], the signature says who may call it.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use dynadesk_shared::access::Role;
use dynadesk_shared::api::backups::{ImportStart, Restore};
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::partiql::PartiQlRun;
use dynadesk_shared::api::tables::TableCreate;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::ApiError;
use super::extract::{AdminConn, ApiJson, Asker, Conn, JobId, TableName, path_part};
use crate::app::AppState;
use crate::connections::Connection;
use crate::who::Person;
use crate::{audit, jobs, partiql};

/// What asks for a table that is not there yet.
pub trait MakesTable: DeserializeOwned + Serialize {
    /// Whether what goes into it may be from any table there is.
    const HOLDS_ANY: bool = false;

    fn table(&self) -> &str;
}

impl MakesTable for TableCreate {
    fn table(&self) -> &str {
        &self.request.table_name
    }
}

impl MakesTable for Restore {
    fn table(&self) -> &str {
        &self.target
    }
}

impl MakesTable for ImportStart {
    /// The bucket may have what was exported of any table.
    const HOLDS_ANY: bool = true;

    fn table(&self) -> &str {
        &self.target
    }
}

/// For making a table: an admin of the very one that the body names, and of the one of the URL where that
/// names one too.
#[derive(Debug)]
pub struct NewTable<T> {
    pub connection: AdminConn,
    /// The one of the URL.
    pub from: Option<TableName>,
    pub wanted: T,
}

impl<T: MakesTable> FromRequest<AppState> for NewTable<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let connection = AdminConn::from_request_parts(&mut parts, state).await?;
        let from = match path_part(&mut parts, "table").await.is_ok() {
            true => Some(TableName::from_request_parts(&mut parts, state).await?),
            false => None,
        };
        let ApiJson(wanted) = ApiJson::<T>::from_request(Request::from_parts(parts, body), state).await?;
        if from.is_none() {
            audit::table(wanted.table());
        }
        audit::asked(&wanted);
        let (name, person) = (&connection.view.name, &connection.1);
        if T::HOLDS_ANY {
            person.may_on_all_of(Role::Admin, name)?;
        }
        person.may(Role::Admin, name, wanted.table())?;
        connection.is_not_ours(wanted.table())?;
        Ok(Self { connection, from, wanted })
    }
}

/// Statements of somebody who may read each table that they read, and write each table that they write, on
/// production while it is unlocked. What is not understood passes, and is refused before anything is run.
#[derive(Debug)]
pub struct Statements {
    pub connection: Conn,
    pub asked: PartiQlRun,
    pub writes: bool,
}

impl FromRequest<AppState> for Statements {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let connection = Conn::from_request_parts(&mut parts, state).await?;
        let ApiJson(asked) = ApiJson::<PartiQlRun>::from_request(Request::from_parts(parts, body), state).await?;
        audit::detail(&partiql::kinds(&asked));
        let mut writes = false;
        for one in partiql::understood(&asked) {
            let table = &one.target().table;
            let role = if one.kind().writes() { Role::Operator } else { Role::Viewer };
            connection.1.may(role, &connection.view.name, table)?;
            connection.is_not_ours(table)?;
            writes |= one.kind().writes();
        }
        // A read-only connection is refused with the statements that would write.
        if writes && !connection.view.read_only {
            state.access.unlocked(&connection.1, &connection).await?;
        }
        Ok(Self { connection, asked, writes })
    }
}

/// A job of a table that the person may read.
#[derive(Debug)]
pub struct SeenJob(pub JobView);

impl FromRequestParts<AppState> for SeenJob {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self(job(parts, state, Role::Viewer).await?.0))
    }
}

/// A job of a table that the person may write.
#[derive(Debug)]
pub struct RunJob(pub JobView);

impl FromRequestParts<AppState> for RunJob {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self(job(parts, state, Role::Operator).await?.0))
    }
}

/// The same where its connection takes writes at this moment.
#[derive(Debug)]
pub struct WritableJob(pub JobView, pub Arc<Connection>);

impl FromRequestParts<AppState> for WritableJob {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let (job, person) = job(parts, state, Role::Operator).await?;
        let connection = state.connections.get(&job.connection)?;
        connection.writable()?;
        state.access.unlocked(&person, &connection).await?;
        Ok(Self(job, connection))
    }
}

/// A job of a table on which the person has a role: 404 `job_not_found` where that is none at all.
async fn job(parts: &mut Parts, state: &AppState, role: Role) -> Result<(JobView, Arc<Person>), ApiError> {
    let Asker(person) = Asker::from_request_parts(parts, state).await?;
    let JobId(id) = JobId::from_request_parts(parts, state).await?;
    let job = state.jobs.get(&id).await?;
    if person.may(Role::Viewer, &job.connection, &job.table).is_err() {
        audit::hidden("job_not_found", &job.connection, &job.table);
        return Err(jobs::not_found(&id).into());
    }
    person.may(role, &job.connection, &job.table)?;
    Ok((job, person))
}
