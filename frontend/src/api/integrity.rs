//! Whether a table's users are those of the application, and their names up to date.

use dynadesk_shared::api::integrity::{IntegrityPage, IntegrityRequest, RefreshRequest};
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::paths;

use super::{ApiFailure, post};

/// What is found on the next stretch of a table.
pub async fn check(connection: &str, table: &str, asked: &IntegrityRequest) -> Result<IntegrityPage, ApiFailure> {
    post(&paths::fill(paths::INTEGRITY, &[connection, table]), asked).await
}

/// Starts the job that brings names up to date.
pub async fn refresh(connection: &str, table: &str, asked: &RefreshRequest) -> Result<JobView, ApiFailure> {
    post(&paths::fill(paths::INTEGRITY_REFRESH, &[connection, table]), asked).await
}
