//! Signing in and out, sessions, and unlocking production.

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::header::{LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use dynadesk_shared::api::paths::encode;
use dynadesk_shared::api::session::{
    PasswordSignIn, PersonView, SessionList, SessionRow, SessionView, SignedOut, UnlockRequest, UnlockView, Way,
};
use dynadesk_shared::time;
use schemars::JsonSchema;
use serde::Deserialize;

use super::error::{ApiError, ApiResult};
use super::extract::{Anybody, ApiJson, ApiQuery, Conn, Keeper, SessionId};
use crate::access::{BEGUN_COOKIE, COOKIE, NewSession, Whence};
use crate::app::AppState;
use crate::audit;
use crate::error::Error;
use crate::who::Person;

/// The largest body of who is not signed in yet.
pub const MAX_BODY: usize = 4 * 1024;

/// Seconds that a browser may stay at the provider.
const AT_PROVIDER: u32 = 600;

/// `GET /api/session`: anybody may ask who they are, and how to sign in.
pub async fn view(State(app): State<AppState>, Anybody(person): Anybody) -> Json<SessionView> {
    let person = match person {
        Some(person) => Some(person_view(&app, &person).await),
        None => None,
    };
    Json(SessionView {
        ways: app.access.ways(),
        person,
    })
}

async fn person_view(app: &AppState, person: &Person) -> PersonView {
    PersonView {
        name: person.name.clone(),
        way: person.way,
        grants: person.grants.clone(),
        ends_at: person.session.as_ref().map(|session| time::to_iso_offset(session.ends)),
        idle_seconds: person.session.as_ref().map(|session| session.idle_seconds),
        unlocks: app.access.unlocks(person).await,
    }
}

/// `POST /api/session/sign-in`
pub async fn sign_in(
    State(app): State<AppState>,
    Extension(whence): Extension<Whence>,
    headers: HeaderMap,
    ApiJson(asked): ApiJson<PasswordSignIn>,
) -> Result<Response, ApiError> {
    audit::who(asked.name.trim(), Way::Password);
    let new = app
        .access
        .with_password(asked.name.trim(), &asked.password, whence, browser(&headers))
        .await;
    app.metrics.sign_in("password", new.is_ok());
    let new = new?;
    app.access.forget(&headers).await?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, session_cookie(&new)?)]).into_response())
}

/// `POST /api/session/sign-out`
pub async fn sign_out(State(app): State<AppState>, Anybody(person): Anybody, headers: HeaderMap) -> Result<Response, ApiError> {
    let go = app.access.sign_out(&headers, person.as_deref()).await?;
    Ok(([(SET_COOKIE, cookie(COOKIE, "", "Strict", 0)?)], Json(SignedOut { go })).into_response())
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// A path of ours to go to afterwards.
    #[serde(default)]
    to: String,
}

/// `GET /sign-in/oidc?to=`: sends the browser to the provider.
pub async fn begin(
    State(app): State<AppState>,
    Extension(whence): Extension<Whence>,
    headers: HeaderMap,
    ApiQuery(asked): ApiQuery<Begin>,
) -> Result<Response, ApiError> {
    let to = asked.to.strip_prefix(&app.base).unwrap_or(&asked.to);
    let sent = app.access.begin_oidc(to, &headers, whence).await?;
    // The browser comes back from another site, so this one cookie cannot be strict.
    let cookie = cookie(BEGUN_COOKIE, &sent.cookie, "Lax", AT_PROVIDER)?;
    let location = HeaderValue::from_str(&sent.url).map_err(Error::internal)?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, location), (SET_COOKIE, cookie)]).into_response())
}

#[derive(Deserialize, JsonSchema)]
pub struct Done {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
}

/// `GET /sign-in/oidc/done?code=&state=`: a person reads what comes of it, so what went wrong is told by
/// the sign-in page of the console.
pub async fn done(
    State(app): State<AppState>,
    Extension(whence): Extension<Whence>,
    headers: HeaderMap,
    ApiQuery(asked): ApiQuery<Done>,
) -> Result<Response, ApiError> {
    if let Some(said) = &asked.error {
        // The text is the provider's, and anybody can write such a link.
        tracing::info!(?said, "a provider signed nobody in");
    }
    let code = asked.code.filter(|_| asked.error.is_none());
    let (to, finished) = app
        .access
        .finish_oidc(&asked.state, code, &headers, whence, browser(&headers))
        .await;
    app.metrics.sign_in("oidc", finished.is_ok());
    // The cookie of who is at the provider stays until it is over: other tabs may be there too, and what one
    // state was begun for is used once.
    match finished {
        Ok(new) => {
            audit::who(&new.session.name, Way::Oidc);
            app.access.forget(&headers).await?;
            let location = format!("{}{}", app.base, to.as_deref().unwrap_or("/"));
            let location = HeaderValue::from_str(&location).map_err(Error::internal)?;
            let mut answer = (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response();
            answer.headers_mut().append(SET_COOKIE, session_cookie(&new)?);
            Ok(answer)
        }
        Err(error) => {
            audit::refused(&error.code);
            match &error.cause {
                Some(cause) => tracing::error!(code = %error.code, %cause, "a sign-in failed"),
                None => tracing::warn!(code = %error.code, message = %error.message, "a sign-in failed"),
            }
            // A window that was opened beside another one stays such a window: it is to close in the end.
            let beside = to.filter(|to| to.starts_with("/sign-in?"));
            let page = beside.map_or_else(|| "/sign-in?".to_owned(), |to| format!("{to}&"));
            let location = format!("{}{page}failed={}", app.base, encode(&error.code));
            let location = HeaderValue::from_str(&location).map_err(Error::internal)?;
            Ok((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
        }
    }
}

/// `GET /api/sessions`
pub async fn list(State(app): State<AppState>, Keeper(person): Keeper) -> ApiResult<SessionList> {
    let all = app.access.sessions().await?;
    let rows = all.into_iter().map(|(session, grants)| SessionRow {
        own: person.session.as_ref().is_some_and(|own| own.id == session.id),
        id: session.id,
        name: session.name,
        way: session.way,
        grants,
        from: session.from,
        browser: session.browser,
        signed_in_at: time::to_iso_offset(session.made),
        seen_at: time::to_iso_offset(session.seen),
        ends_at: time::to_iso_offset(session.ends),
    });
    Ok(Json(SessionList { sessions: rows.collect() }))
}

/// `DELETE /api/sessions/{session}`
pub async fn end(State(app): State<AppState>, _: Keeper, SessionId(id): SessionId) -> ApiResult<()> {
    let whose = app.access.end(&id).await?;
    audit::detail(&format!("the session {id} of {whose}"));
    Ok(Json(()))
}

/// `POST /api/c/{connection}/unlock`
pub async fn unlock(State(app): State<AppState>, connection: Conn, ApiJson(asked): ApiJson<UnlockRequest>) -> ApiResult<UnlockView> {
    audit::detail(&asked.reason);
    Ok(Json(app.access.unlock(&connection.1, &connection, &asked.reason).await?))
}

/// `DELETE /api/c/{connection}/unlock`
pub async fn lock(State(app): State<AppState>, connection: Conn) -> ApiResult<()> {
    Ok(Json(app.access.lock(&connection.1, &connection.view.name).await?))
}

fn browser(headers: &HeaderMap) -> &str {
    headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A cookie of the session: scripts never see it, and other sites never send it. It goes with the browser;
/// the store says when it is over.
fn session_cookie(new: &NewSession) -> Result<HeaderValue, Error> {
    let lives = (new.session.ends - new.session.made) / 1_000_000;
    cookie(COOKIE, &new.secret, "Strict", u32::try_from(lives).unwrap_or(u32::MAX))
}

fn cookie(name: &str, value: &str, site: &str, seconds: u32) -> Result<HeaderValue, Error> {
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite={site}; Max-Age={seconds}");
    HeaderValue::from_str(&text).map_err(Error::internal)
}
