//! Seeding: the plan that is reviewed, and the job that writes it.

use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::seed::{SeedPlan, SeedRequest};

use super::{ApiFailure, post};

/// What a seed would write. Writes nothing.
pub async fn plan(connection: &str, table: &str, request: &SeedRequest) -> Result<SeedPlan, ApiFailure> {
    post(&paths::fill(paths::SEED_PLAN, &[connection, table]), request).await
}

/// Starts the job that writes what the plan showed.
pub async fn start(connection: &str, table: &str, request: &SeedRequest) -> Result<JobView, ApiFailure> {
    post(&paths::fill(paths::SEED, &[connection, table]), request).await
}
