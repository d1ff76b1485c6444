//! Tables: what is asked of them before and after the engine.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableDrop, TableNames, TableView};

use crate::engine::{Engine, EngineError};
use crate::error::{Error, Result};

/// A page of names, after the one given.
pub async fn list(engine: &Engine, after: Option<String>) -> Result<TableNames> {
    Ok(engine.list_tables(after.filter(|name| !name.is_empty())).await?)
}

pub async fn describe(engine: &Engine, table: &str) -> Result<TableView> {
    engine.describe_table(table).await.map_err(|error| of_table(table, error))
}

pub async fn create(engine: &Engine, wanted: TableCreate) -> Result<TableCreated> {
    Ok(engine.create_table(&wanted.request).await?)
}

/// Drops a table when the request repeats its name and nothing protects it.
pub async fn delete(engine: &Engine, table: &str, asked: &TableDrop) -> Result<Exchange> {
    if asked.confirm != table {
        return Err(Error::invalid(
            "confirmation_mismatch",
            format!("type the table's name to drop it: {:?} is not {table:?}", asked.confirm),
        ));
    }
    if describe(engine, table).await?.deletion_protection {
        return Err(Error::conflict(
            "deletion_protected",
            format!("table {table} has deletion protection: turn it off first"),
        ));
    }
    engine.delete_table(table).await.map_err(|error| of_table(table, error))
}

/// Names the table where the engine only says that something is missing.
pub fn of_table(table: &str, error: EngineError) -> Error {
    if error.is_not_found() {
        return Error {
            engine_code: error.code,
            ..Error::not_found("table_not_found", format!("there is no table {table:?} on this connection"))
        };
    }
    error.into()
}
