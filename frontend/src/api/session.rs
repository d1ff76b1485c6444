//! Who is signed in, and unlocking production.

use dynadesk_shared::access::IDENTITY;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::session::{PasswordSignIn, SessionList, SessionView, SignedOut, UnlockRequest, UnlockView};
use serde_json::{Value, json};

use super::{ApiFailure, delete, get, post};

/// Who is signed in, and how one signs in: anybody may ask.
pub async fn view() -> Result<SessionView, ApiFailure> {
    get(paths::SESSION).await
}

pub async fn sign_in(name: String, password: String) -> Result<(), ApiFailure> {
    post(paths::SIGN_IN, &PasswordSignIn { name, password }).await
}

pub async fn sign_out() -> Result<SignedOut, ApiFailure> {
    post(paths::SIGN_OUT, &json!({})).await
}

pub async fn list() -> Result<SessionList, ApiFailure> {
    get(paths::SESSIONS).await
}

/// Ends somebody's session.
pub async fn end(session: &str) -> Result<Value, ApiFailure> {
    delete(&fill(paths::SESSION_ONE, &[session]), &json!({})).await
}

/// Lets this session write to a production connection, or to the users of the application, for a while.
pub async fn unlock(connection: &str, reason: String) -> Result<UnlockView, ApiFailure> {
    post(&lock_of(connection), &UnlockRequest { reason }).await
}

pub async fn lock(connection: &str) -> Result<Value, ApiFailure> {
    delete(&lock_of(connection), &json!({})).await
}

fn lock_of(connection: &str) -> String {
    match connection {
        IDENTITY => paths::IDENTITY_UNLOCK.to_owned(),
        other => fill(paths::UNLOCK, &[other]),
    }
}
