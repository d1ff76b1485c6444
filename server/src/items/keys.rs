//! The keys of tables and their indexes, for checking a Query before the engine sees it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use dynadesk_shared::KeySchema;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::items::QueryRequest;
use dynadesk_shared::api::tables::{IndexKind, TableView};
use dynadesk_shared::key_condition::key_in_filter;

use crate::connections::Connection;
use crate::engine::EngineErrorKind;
use crate::error::{Error, Result};
use crate::tables::of_table;

/// A connection remembers the keys of so many tables; then it forgets them all.
const MOST_TABLES: usize = 500;

/// What a connection remembers of its tables' keys. Nothing is refused by memory alone: a table may
/// have been made anew since, so a fault is looked at once more with a fresh description.
#[derive(Debug, Default)]
pub struct KnownKeys(Mutex<HashMap<String, Arc<Keys>>>);

#[derive(Debug)]
struct Keys {
    table: KeySchema,
    indexes: Vec<(String, IndexKind, KeySchema)>,
}

impl From<TableView> for Keys {
    fn from(view: TableView) -> Self {
        Self {
            table: view.key,
            indexes: view.indexes.into_iter().map(|index| (index.name, index.kind, index.key)).collect(),
        }
    }
}

impl KnownKeys {
    fn get(&self, table: &str) -> Option<Arc<Keys>> {
        self.0.lock().ok()?.get(table).cloned()
    }

    fn put(&self, table: &str, keys: &Arc<Keys>) {
        if let Ok(mut known) = self.0.lock() {
            if known.len() >= MOST_TABLES {
                known.clear();
            }
            known.insert(table.to_owned(), keys.clone());
        }
    }
}

/// Refuses a query that DynamoDB would refuse, each fault at its field.
pub async fn check(connection: &Connection, table: &str, asked: &QueryRequest) -> Result<()> {
    let faults = |keys: &Keys| query_faults(keys, asked);
    let faults = with_keys(connection, table, faults).await?;
    let Some(first) = faults.first() else { return Ok(()) };
    let message = format!("the query cannot be run: {}: {}", first.field, first.message);
    Err(Error::invalid("invalid_read", message).with_fields(faults))
}

/// Refuses a consistent read of a global index.
pub async fn consistent_index(connection: &Connection, table: &str, index: &str) -> Result<()> {
    let faults = with_keys(connection, table, |keys| match keys.find(index) {
        Some((IndexKind::Gsi, _)) => vec![consistent_fault()],
        _ => Vec::new(),
    })
    .await?;
    let Some(first) = faults.first() else { return Ok(()) };
    Err(Error::invalid("invalid_read", first.message.clone()).with_fields(faults))
}

/// The key of a table or of an index, where it can be found out.
pub async fn key_of(connection: &Connection, table: &str, index: Option<&str>) -> Option<KeySchema> {
    let view = connection.engine.describe_table_only(table).await.ok()?;
    let keys = Keys::from(view);
    match index {
        None => Some(keys.table),
        Some(name) => keys.find(name).map(|(_, key)| key.clone()),
    }
}

async fn with_keys(connection: &Connection, table: &str, faults: impl Fn(&Keys) -> Vec<FieldError>) -> Result<Vec<FieldError>> {
    if let Some(known) = connection.keys.get(table)
        && faults(&known).is_empty()
    {
        return Ok(Vec::new());
    }
    match connection.engine.describe_table_only(table).await {
        Ok(view) => {
            let keys = Arc::new(Keys::from(view));
            connection.keys.put(table, &keys);
            Ok(faults(&keys))
        }
        // Who may query may not always describe; then the engine itself checks.
        Err(error) if error.kind == EngineErrorKind::Denied => Ok(Vec::new()),
        Err(error) => Err(of_table(table, error)),
    }
}

impl Keys {
    fn find(&self, name: &str) -> Option<(IndexKind, &KeySchema)> {
        let found = self.indexes.iter().find(|(index, ..)| index == name);
        found.map(|(_, kind, key)| (*kind, key))
    }
}

fn query_faults(keys: &Keys, asked: &QueryRequest) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let schema = match &asked.index {
        None => &keys.table,
        Some(name) => match keys.find(name) {
            None => return vec![FieldError::new("index", format!("the table has no index {name:?}"))],
            Some((kind, schema)) => {
                if kind == IndexKind::Gsi && asked.consistent {
                    faults.push(consistent_fault());
                }
                schema
            }
        },
    };
    faults.extend(asked.key.validate(schema));
    if let Some(name) = asked.filter.as_ref().and_then(|filter| key_in_filter(filter, schema)) {
        let message = format!("the filter of a Query cannot test a key attribute, and {name:?} is one: put it into the key condition");
        faults.push(FieldError::new("filter", message));
    }
    faults
}

fn consistent_fault() -> FieldError {
    FieldError::new("consistent", "a global secondary index cannot be read consistently")
}
