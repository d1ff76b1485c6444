//! What a table consumes and how it answers.

use dynadesk_shared::api::monitoring::{MonitoringView, Period};
use dynadesk_shared::api::paths;

use super::{ApiFailure, get};
use crate::nav::with_query;

/// `source` is `cloud_watch` or `dynadesk`; without one the server takes the connection's best.
pub async fn view(connection: &str, table: &str, period: Period, source: Option<String>) -> Result<MonitoringView, ApiFailure> {
    let path = paths::fill(paths::MONITORING, &[connection, table]);
    get(&with_query(
        &path,
        &[("period", Some(period.word().to_owned())), ("source", source)],
    ))
    .await
}
