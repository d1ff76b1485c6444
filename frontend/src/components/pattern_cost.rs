//! What a run of an access pattern cost, on its way to the sheet.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::patterns::{Measured, PatternMeasured};
use leptos::task::spawn_local;

use crate::api;
use crate::state::store;

/// Keeps it. Nobody waits for that, and nothing is lost where it fails.
pub fn keep(connection: String, table: String, name: String, measured: Measured) {
    spawn_local(async move {
        let asked = PatternMeasured { name, measured };
        if let Err(failure) = api::patterns::measured(&connection, &table, &asked).await {
            store::heard(&failure);
        }
    });
}

/// Keeps what one request cost, where the engine said it.
pub fn keep_one(connection: &str, table: &str, name: &str, exchange: &Exchange) {
    if let Some(units) = exchange.consumed {
        let measured = Measured {
            units,
            requests: 1,
            ..Measured::default()
        };
        keep(connection.to_owned(), table.to_owned(), name.to_owned(), measured);
    }
}
