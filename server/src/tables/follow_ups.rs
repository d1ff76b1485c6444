//! What follows a creation: TTL is a call of its own that an engine takes only when the table is
//! active. The handler waits a moment for quick engines; for slow ones a task goes on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::engine::{Engine, EngineError, EngineErrorKind};

/// How often the status is asked: a few times while the person waits, then patiently.
const WHILE_WAITED_FOR: (u32, Duration) = (4, Duration::from_millis(250));
/// Ten minutes: AWS takes longer only with many indexes.
const IN_THE_BACKGROUND: (u32, Duration) = (300, Duration::from_secs(2));

/// Notes by connection and table: what is still to come, or why it did not.
#[derive(Clone, Debug, Default)]
pub struct FollowUps(Arc<Mutex<BTreeMap<(String, String), String>>>);

impl FollowUps {
    /// What a person should know of this table.
    pub fn note(&self, connection: &str, table: &str) -> Option<String> {
        self.locked().get(&key(connection, table)).cloned()
    }

    pub fn forget(&self, connection: &str, table: &str) {
        self.locked().remove(&key(connection, table));
    }

    /// Turns TTL on as soon as the table is active; the notes say what is still open.
    pub async fn turn_on_ttl(&self, connection: &str, engine: &Engine, table: &str, attribute: &str) -> Vec<String> {
        match turn_on(engine, table, attribute, WHILE_WAITED_FOR).await {
            Ok(true) => return Vec::new(),
            Ok(false) => {}
            Err(error) => {
                let note = failed(attribute, &error);
                self.locked().insert(key(connection, table), note.clone());
                return vec![note];
            }
        }
        let note = format!("TTL on {attribute:?} is turned on as soon as the table is ACTIVE");
        self.locked().insert(key(connection, table), note.clone());
        let (follow_ups, engine) = (self.clone(), engine.clone());
        let (connection, table, attribute) = (connection.to_owned(), table.to_owned(), attribute.to_owned());
        tokio::spawn(async move {
            let outcome = turn_on(&engine, &table, &attribute, IN_THE_BACKGROUND).await;
            let error = match outcome {
                Ok(true) => return follow_ups.forget(&connection, &table),
                // Dropped meanwhile: a table that gets this name later has nothing to do with it.
                Err(error) if error.is_not_found() => return follow_ups.forget(&connection, &table),
                Ok(false) => EngineError::new(EngineErrorKind::Other, "the table did not become ACTIVE in time"),
                Err(error) => error,
            };
            tracing::warn!(table, %error, "TTL could not be turned on");
            follow_ups.locked().insert(key(&connection, &table), failed(&attribute, &error));
        });
        vec![note]
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String), String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether it was done before the tries were used up.
async fn turn_on(engine: &Engine, table: &str, attribute: &str, (tries, pause): (u32, Duration)) -> Result<bool, EngineError> {
    for again in 0..tries {
        if again > 0 {
            tokio::time::sleep(pause).await;
        }
        if engine.table_status(table).await? == "ACTIVE" {
            engine.update_ttl(table, attribute, true).await?;
            return Ok(true);
        }
    }
    Ok(false)
}

fn key(connection: &str, table: &str) -> (String, String) {
    (connection.to_owned(), table.to_owned())
}

fn failed(attribute: &str, error: &EngineError) -> String {
    format!("TTL on {attribute:?} could not be turned on: {error}")
}
