//! Dropping a table where that takes two people.

use dynadesk_shared::api::drops::{DropApprove, DropAsk, DropList, DropRefuse, DropRequest, DropWithdraw};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::paths::{self, fill};
use serde_json::Value;

use super::{ApiFailure, delete, get, post};

/// The requests of a connection.
pub async fn list(connection: &str) -> Result<DropList, ApiFailure> {
    get(&fill(paths::DROPS, &[connection])).await
}

/// Asks for a table to be dropped.
pub async fn ask(connection: &str, table: &str, asked: &DropAsk) -> Result<DropRequest, ApiFailure> {
    post(&fill(paths::DROP, &[connection, table]), asked).await
}

/// Drops a table that somebody else asked for.
pub async fn approve(connection: &str, table: &str, asked: &DropApprove) -> Result<Exchange, ApiFailure> {
    post(&fill(paths::DROP_APPROVE, &[connection, table]), asked).await
}

pub async fn refuse(connection: &str, table: &str, asked: &DropRefuse) -> Result<Value, ApiFailure> {
    post(&fill(paths::DROP_REFUSE, &[connection, table]), asked).await
}

/// Takes one's own request back, or puts an answer to it away.
pub async fn withdraw(connection: &str, table: &str, id: String) -> Result<Value, ApiFailure> {
    delete(&fill(paths::DROP, &[connection, table]), &DropWithdraw { id }).await
}
