//! Carries out a change: its requests one after the other, each when the table takes it.

use std::time::Duration;

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::settings::{SettingsChanged, SettingsRequest, SettingsUpdate};
use dynadesk_shared::settings;

use super::check;
use crate::connections::Connection;
use crate::engine::{Engine, EngineError, EngineErrorKind};
use crate::error::{Error, Result};
use crate::tables::of_table;

/// How long the next request of a change waits for the table: less than an answer may take.
const WAIT: (u32, Duration) = (160, Duration::from_millis(250));

/// Changes one setting that is still what the operator saw.
pub async fn change(connection: &Connection, table: &str, asked: SettingsUpdate) -> Result<SettingsChanged> {
    let view = super::view(connection, table).await?;
    check::check(connection, &view, &asked)?;
    let engine = &connection.engine;
    let mut exchanges: Vec<Exchange> = Vec::new();
    for request in settings::requests(&view, &asked.change) {
        match send(engine, table, &request, !exchanges.is_empty()).await {
            Ok(exchange) => exchanges.push(exchange),
            Err(error) => return Err(refused(table, &exchanges, &request, error)),
        }
    }
    Ok(SettingsChanged { exchanges })
}

/// Sends a request; one that follows another waits until the table is active again.
async fn send(engine: &Engine, table: &str, request: &SettingsRequest, follows: bool) -> std::result::Result<Exchange, EngineError> {
    if follows && matches!(request, SettingsRequest::UpdateTable(_)) {
        let (tries, pause) = WAIT;
        let mut status = engine.table_status(table).await?;
        for _ in 0..tries {
            if status == "ACTIVE" {
                break;
            }
            tokio::time::sleep(pause).await;
            status = engine.table_status(table).await?;
        }
        if status != "ACTIVE" {
            let message = format!("the table is still {status}");
            return Err(EngineError::new(EngineErrorKind::InUse, message));
        }
    }
    engine.change_settings(request).await
}

/// Says what was done already, where a change of several requests stopped in the middle.
fn refused(table: &str, done: &[Exchange], request: &SettingsRequest, error: EngineError) -> Error {
    // A policy has another revision than the one that was seen: another was quicker by a moment.
    if error.code.as_deref() == Some("PolicyNotFoundException") {
        let mut changed = check::changed(table, &serde_json::Value::from(error.message));
        changed.engine_code = error.code;
        return changed;
    }
    let mut refused = of_table(table, error);
    if !done.is_empty() {
        let names: Vec<_> = done.iter().map(|exchange| exchange.operation.as_str()).collect();
        refused.code = "settings_half_done".into();
        refused.message = format!(
            "{} was carried out, and the {} that should follow was not: {}",
            names.join(", "),
            request.operation(),
            refused.message
        );
    }
    refused
}
