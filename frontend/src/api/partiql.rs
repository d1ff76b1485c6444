//! PartiQL statements.

use dynadesk_shared::api::partiql::{PartiQlResult, PartiQlRun};
use dynadesk_shared::api::paths;

use super::{ApiFailure, post};

/// Runs statements; the `next` of a SELECT is the `cursor` of the page after it.
pub async fn run(connection: &str, run: &PartiQlRun) -> Result<PartiQlResult, ApiFailure> {
    post(&paths::fill(paths::PARTIQL, &[connection]), run).await
}
