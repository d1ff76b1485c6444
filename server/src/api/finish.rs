//! Writes that go on when nobody waits for them any more.

use axum::Json;

use super::error::ApiResult;
use crate::audit;
use crate::error::{Error, Result};
use crate::{traces, who};

/// Carries a write out to its end, also where the browser has gone or its patience is over: what was
/// begun and written down is finished, and the history tells how.
pub async fn to_the_end<T: Send + 'static>(write: impl Future<Output = Result<T>> + Send + 'static) -> ApiResult<T> {
    let done = tokio::spawn(traces::carry(audit::carry(who::carry(write))))
        .await
        .map_err(Error::internal)?;
    Ok(Json(done?))
}
