//! Time to live: read, turned on and turned off, under the condition of what the operator saw.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::expiry::{ExpiryChange, ExpiryChanged, ExpiryView, TtlState, TtlStatus};
use dynadesk_shared::expiry;

use super::of_table;
use crate::connections::Connection;
use crate::engine::{EngineError, EngineErrorKind};
use crate::error::{Error, ErrorKind, Result};

/// What the engine says of a table's TTL.
pub async fn describe(connection: &Connection, table: &str) -> Result<ExpiryView> {
    can(connection)?;
    connection.engine.describe_ttl(table).await.map_err(|error| of_table(table, error))
}

/// Turns TTL on or off where it is still what the operator saw. Between the look and the change
/// another one may come; then the engine itself refuses an attribute that is not the table's.
pub async fn change(connection: &Connection, table: &str, asked: &ExpiryChange) -> Result<ExpiryChanged> {
    can(connection)?;
    if let Err(fault) = expiry::check_attribute(&asked.attribute) {
        return Err(Error::invalid("invalid_expiry", fault.message.clone()).with_fields(vec![fault]));
    }
    let before = describe(connection, table).await?;
    let now = &before.state;
    if *now != asked.seen {
        return Err(Error::conflict(
            "expiry_changed",
            format!(
                "TTL of {table} changed meanwhile, so nothing was done: it is {}, and you saw {}",
                words(now),
                words(&asked.seen)
            ),
        ));
    }
    possible(table, now, asked)?;
    let exchange = connection
        .engine
        .update_ttl(table, &asked.attribute, asked.enabled)
        .await
        .map_err(|error| refused(table, error))?;
    // It is done, whether or not it can be read again: then it is told as under way, and looked at later.
    let view = describe(connection, table).await.unwrap_or_else(|error| {
        tracing::warn!(%error, table, "TTL was changed and cannot be read again");
        ExpiryView {
            state: asked.under_way(),
            ..before
        }
    });
    Ok(ExpiryChanged { view, exchange })
}

fn can(connection: &Connection) -> Result<()> {
    match connection.engine.capabilities().why_not(Feature::Ttl) {
        None => Ok(()),
        Some(why) => Err(Error::invalid("unsupported_by_engine", why.to_owned())),
    }
}

/// What DynamoDB would refuse, said before it is asked.
fn possible(table: &str, now: &TtlState, asked: &ExpiryChange) -> Result<()> {
    let current = now.attribute.as_deref().unwrap_or_default();
    let why = match (now.status, asked.enabled) {
        (TtlStatus::Enabling | TtlStatus::Disabling, _) => format!(
            "TTL of {table} is {}: the engine takes the next change when that is done, on AWS within an hour",
            words(now)
        ),
        (TtlStatus::Enabled, true) if current == asked.attribute => format!("TTL of {table} is on {current:?} already"),
        (TtlStatus::Enabled, true) => {
            format!(
                "TTL of {table} is on {current:?}: turn it off first, then on for {:?}",
                asked.attribute
            )
        }
        (TtlStatus::Enabled, false) if current != asked.attribute => {
            format!("TTL of {table} is on {current:?}, not on {:?}", asked.attribute)
        }
        (TtlStatus::Disabled, false) => format!("TTL of {table} is off already"),
        _ => return Ok(()),
    };
    Err(Error::conflict("expiry_not_now", why))
}

/// AWS takes one change an hour and says so with a code of no meaning of its own.
fn refused(table: &str, error: EngineError) -> Error {
    if error.kind == EngineErrorKind::Validation && error.message.contains("modified multiple times") {
        return Error {
            engine_code: error.code,
            ..Error::new(
                ErrorKind::Conflict,
                "expiry_too_soon",
                format!("DynamoDB takes one change of TTL an hour for a table, and {table} had one: try again later"),
            )
        };
    }
    of_table(table, error)
}

fn words(state: &TtlState) -> String {
    match &state.attribute {
        Some(attribute) => format!("{} on {attribute:?}", state.status.name()),
        None => state.status.name().to_owned(),
    }
}
