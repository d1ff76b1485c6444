//! Tables: what is asked of them before and after the engine.

pub mod expiry;
mod follow_ups;
pub mod settings;

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::{TableCreate, TableCreated, TableDrop, TableNames, TableView};
use dynadesk_shared::create_table;

use crate::confirm;
use crate::connections::Connection;
use crate::engine::{Engine, EngineError, EngineErrorKind};
use crate::error::{Error, Result};

pub use follow_ups::FollowUps;

/// A page of names, after the one given.
pub async fn list(engine: &Engine, after: Option<String>) -> Result<TableNames> {
    Ok(engine.list_tables(after.filter(|name| !name.is_empty())).await?)
}

/// A table, and what is still to be done to it or could not be done.
pub async fn describe(connection: &Connection, follow_ups: &FollowUps, table: &str) -> Result<TableView> {
    let mut view = connection
        .engine
        .describe_table(table)
        .await
        .map_err(|error| of_table(table, error))?;
    view.unread.extend(follow_ups.note(&connection.view.name, table));
    Ok(view)
}

/// Creates a table that DynamoDB's limits allow; TTL follows when the table is active.
pub async fn create(connection: &Connection, follow_ups: &FollowUps, wanted: TableCreate) -> Result<TableCreated> {
    let engine = &connection.engine;
    let fields = create_table::validate(&wanted, engine.capabilities());
    if let Some(first) = fields.first() {
        let message = format!("the table cannot be created: {}: {}", first.field, first.message);
        return Err(Error::invalid("invalid_table", message).with_fields(fields));
    }
    let mut created = engine
        .create_table(&wanted.request)
        .await
        .map_err(|error| taken(&wanted.request.table_name, error))?;
    let name = &connection.view.name;
    follow_ups.forget(name, &created.name);
    if let Some(attribute) = wanted.ttl_attribute {
        created.notes = follow_ups.turn_on_ttl(name, engine, &created.name, &attribute).await;
    }
    Ok(created)
}

/// Drops a table when the request repeats its name, nothing protects it, and one person may decide that.
pub async fn delete(connection: &Connection, follow_ups: &FollowUps, table: &str, asked: &TableDrop) -> Result<Exchange> {
    confirm::by_name(table, Some(&asked.confirm))?;
    if connection.view.second_person {
        return Err(Error::conflict(
            "second_person_needed",
            format!(
                "dropping a table of this connection takes two people: ask for it, and somebody else approves. {table} was not dropped"
            ),
        ));
    }
    let engine = &connection.engine;
    match engine.describe_table_only(table).await {
        Ok(view) if view.deletion_protection => return Err(protected(table)),
        Ok(_) => {}
        // Who may delete may not always describe; the engine itself keeps the protection.
        Err(error) if error.kind == EngineErrorKind::Denied => {}
        Err(error) => return Err(of_table(table, error)),
    }
    drop_now(connection, follow_ups, table).await
}

/// Drops a table that is still the one that was seen, and that nothing protects.
pub async fn drop_as_seen(connection: &Connection, follow_ups: &FollowUps, table: &str, made: &str) -> Result<Exchange> {
    let view = connection.engine.describe_table_only(table).await;
    let view = view.map_err(|error| of_table(table, error))?;
    if view.made() != Some(made) {
        return Err(Error::conflict(
            "another_table",
            format!("table {table:?} is another one than it was: the one that was asked about is gone, and this one was not dropped"),
        ));
    }
    if view.deletion_protection {
        return Err(protected(table));
    }
    drop_now(connection, follow_ups, table).await
}

async fn drop_now(connection: &Connection, follow_ups: &FollowUps, table: &str) -> Result<Exchange> {
    let dropped = connection.engine.delete_table(table).await;
    let exchange = dropped.map_err(|error| of_table(table, error))?;
    follow_ups.forget(&connection.view.name, table);
    Ok(exchange)
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

fn taken(table: &str, error: EngineError) -> Error {
    if error.kind == EngineErrorKind::InUse {
        return Error {
            engine_code: error.code,
            ..Error::conflict("table_exists", format!("there is a table {table:?} already"))
        };
    }
    error.into()
}

/// 409 `deletion_protected`.
pub fn protected(table: &str) -> Error {
    Error::conflict(
        "deletion_protected",
        format!("table {table} has deletion protection: turn it off before dropping it"),
    )
}
