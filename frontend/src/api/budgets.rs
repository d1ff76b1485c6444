//! How much of whole tables one may still read.

use dynadesk_shared::api::budgets::ScanBudget;
use dynadesk_shared::api::paths::{self, fill};

use super::{ApiFailure, get};

pub async fn scan_budget(connection: &str, table: &str) -> Result<ScanBudget, ApiFailure> {
    get(&fill(paths::SCAN_BUDGET, &[connection, table])).await
}
