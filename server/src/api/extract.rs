//! What a handler may hold: only what has been checked. Who may call it, and whether it writes, stands in
//! its signature: it takes an [`Asker`], a [`Conn`], a [`WritableConn`] or an [`AdminConn`], or what
//! [`super::named`] has where the URL does not name the table.

use std::ops::Deref;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Query, RawPathParams, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use dynadesk_shared::access::{IDENTITY, Role};
use serde::de::DeserializeOwned;

use super::error::ApiError;
use crate::app::AppState;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind};
use crate::who::Person;

/// Whoever is signed in, or 401 `sign_in_needed`.
#[derive(Clone, Debug)]
pub struct Asker(pub Arc<Person>);

impl Deref for Asker {
    type Target = Person;

    fn deref(&self) -> &Person {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let person = parts.extensions.get::<Arc<Person>>().cloned();
        let missing = || Error::new(ErrorKind::Unauthenticated, "sign_in_needed", "sign in first");
        Ok(Self(person.ok_or_else(missing)?))
    }
}

/// Whoever is signed in, or nobody: for the few routes that anybody may ask.
#[derive(Clone, Debug)]
pub struct Anybody(pub Option<Arc<Person>>);

impl<S: Send + Sync> FromRequestParts<S> for Anybody {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(parts.extensions.get::<Arc<Person>>().cloned()))
    }
}

/// Whoever has a role on everything: what concerns Dynadesk itself.
macro_rules! askers {
    ($($(#[$doc:meta])* $name:ident: $check:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Arc<Person>);

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                let Asker(person) = Asker::from_request_parts(parts, state).await?;
                let check: fn(&Person) -> crate::error::Result<()> = $check;
                check(&person)?;
                Ok(Self(person))
            }
        }
    )*};
}

askers! {
    /// Who looks after Dynadesk itself.
    Keeper: |person| person.may_everywhere(Role::Admin);
    /// Who may see the users of the application.
    UsersReader: |person| person.may_on_all_of(Role::Viewer, IDENTITY);
    /// Who may unlock them, and lock them again.
    UsersKeeper: |person| person.may_on_all_of(Role::Operator, IDENTITY);
}

/// Who may change the users of the application: not where they are read-only, and on production only
/// while they are unlocked.
#[derive(Clone, Debug)]
pub struct UsersWriter;

impl FromRequestParts<AppState> for UsersWriter {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let UsersKeeper(person) = UsersKeeper::from_request_parts(parts, state).await?;
        state.access.users_unlocked(&person, &state.identity).await?;
        Ok(Self)
    }
}

/// The connection that the URL names and who asks for it, with the role that the kind says: on the table
/// of the URL where it names one, else on some table of the connection, and then whoever reads the
/// table's name from elsewhere asks [`Person::may`] again.
macro_rules! connections {
    ($($(#[$doc:meta])* $name:ident: $role:expr, $writes:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Arc<Connection>, pub Arc<Person>);

        impl Deref for $name {
            type Target = Connection;

            fn deref(&self) -> &Connection {
                &self.0
            }
        }

        impl FromRequestParts<AppState> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
                // Boxed, so that what holds one of these may be held itself: the store's futures are deep.
                let (connection, person) = Box::pin(connection(parts, state, $role, $writes)).await?;
                Ok(Self(connection, person))
            }
        }
    )*};
}

connections! {
    /// For reading.
    Conn: Role::Viewer, false;
    /// For changing what Dynadesk's own store has of it, which a read-only connection does not hinder.
    NotesConn: Role::Operator, false;
    /// For writing items: not where it is read-only, and on production only while it is unlocked.
    WritableConn: Role::Operator, true;
    /// For asking somebody else to do what an admin does, and for answering that.
    AskingConn: Role::Admin, false;
    /// For making, changing and dropping tables.
    AdminConn: Role::Admin, true;
}

async fn connection(parts: &mut Parts, state: &AppState, role: Role, writes: bool) -> Result<(Arc<Connection>, Arc<Person>), ApiError> {
    let Asker(person) = Asker::from_request_parts(parts, state).await?;
    let (name, table) = (path_part(parts, "connection").await?, path_part(parts, "table").await.ok());
    let on_some = person.grants.on_some_of(&name);
    if on_some.is_none() {
        // Nobody guesses names of connections unseen.
        crate::audit::refused("connection_not_found");
    }
    let connection = state.connections.get(&name)?;
    if on_some.is_none() {
        // Who was given nothing of it cannot even tell that it is there.
        return Err(crate::connections::not_found(&name).into());
    }
    match &table {
        Some(table) => {
            person.may(role, &name, table)?;
            connection.is_not_ours(table)?;
        }
        None if on_some >= Some(role) => {}
        None => person.may_on_all_of(role, &name)?,
    }
    if writes {
        connection.writable()?;
        state.access.unlocked(&person, &connection).await?;
    }
    Ok((connection, person))
}

/// A table name as DynamoDB takes it, or 400 `invalid_table_name`.
#[derive(Clone, Debug)]
pub struct TableName(pub String);

impl Deref for TableName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl FromRequestParts<AppState> for TableName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let name = path_part(parts, "table").await?;
        dynadesk_shared::limits::table_name(&name).map_err(|why| Error::invalid("invalid_table_name", why))?;
        Ok(Self(name))
    }
}

/// Nothing that the API names has a longer id; the store could not even look for one.
const MOST_ID: usize = 800;

/// Ids as the URL has them; whoever keeps the thing knows whether there is one.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident from $part:literal,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub String);

        impl FromRequestParts<AppState> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
                let id = path_part(parts, $part).await?;
                if id.len() > MOST_ID {
                    return Err(Error::invalid("invalid_path", format!("an id has at most {MOST_ID} bytes")).into());
                }
                Ok(Self(id))
            }
        }
    )*};
}

ids! {
    JobId from "job",
    /// A write in the history.
    WriteId from "write",
    /// The writes of one request or job.
    GroupId from "group",
    /// A run in the history.
    RunId from "run",
    /// A saved query.
    SavedId from "saved",
    /// An access pattern.
    PatternId from "pattern",
    /// A sync of Cognito ids.
    SyncId from "sync",
    /// Somebody's session.
    SessionId from "session",
}

pub(super) async fn path_part(parts: &mut Parts, wanted: &str) -> Result<String, ApiError> {
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Error::invalid("invalid_path", "the URL holds bytes that are no UTF-8"))?;
    let found = params.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned());
    found.ok_or_else(|| ApiError(Error::internal(format!("the route has no {{{wanted}}}"))))
}

/// What stands after the `?`, or 400 `invalid_query`.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Query::<T>::try_from_uri(&parts.uri);
        let query = query.map_err(|why| Error::invalid("invalid_query", why.body_text()))?;
        Ok(Self(query.0))
    }
}

/// A JSON body, or 400 `invalid_json` with line and column, 413 or 415.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let media_type = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        // A form of another site cannot send this type without the browser asking us first.
        if media_type.split(';').next().map(str::trim) != Some("application/json") {
            return Err(ApiError(Error::new(
                ErrorKind::WrongMediaType,
                "unsupported_media_type",
                "the body must be sent as application/json",
            )));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|cause| ApiError(Error::invalid("invalid_json", format!("the body is not as expected: {cause}"))))
    }
}

fn unread(rejection: BytesRejection) -> ApiError {
    if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError(Error::new(
            ErrorKind::TooLarge,
            "body_too_large",
            "the body is larger than this route takes",
        ));
    }
    ApiError(Error::invalid("body_unreadable", "the body did not arrive as a whole"))
}
