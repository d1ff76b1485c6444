//! The items that statements write, before and after, so that every write can be undone. An image that
//! cannot be had never stands in the way of a write: the answer says why it cannot be undone.

use std::collections::BTreeMap;

use dynadesk_shared::api::history::WriteKind;
use dynadesk_shared::{Item, Key, KeySchema};

use super::check::Checked;
use crate::connections::Connection;
use crate::engine::EngineError;
use crate::error::Result;
use crate::history::{Begin, Kept, Recorder};
use crate::tables::of_table;

pub struct Images {
    recorder: Recorder,
    noted: Vec<Noted>,
    /// Why some item has no image.
    missing: Option<String>,
}

/// One item, and the statements that write it.
struct Noted {
    table: String,
    key: Key,
    statements: Vec<usize>,
    kept: Kept,
}

impl Images {
    /// Reads what is there now and writes it down. Only an unknown table is an error.
    pub async fn before(connection: &Connection, recorder: Recorder, statements: &[Checked]) -> Result<Self> {
        let mut images = Self {
            recorder,
            noted: Vec::new(),
            missing: None,
        };
        let mut schemas = BTreeMap::new();
        let mut begins = Vec::new();
        for (at, statement) in statements.iter().enumerate().filter(|(_, one)| one.read.kind().writes()) {
            let table = &statement.read.target().table;
            if !schemas.contains_key(table) {
                let schema = images.schema(connection, table).await?;
                schemas.insert(table.clone(), schema);
            }
            let Some(schema) = &schemas[table] else { continue };
            let key = match statement.read.key(schema, &statement.parameters) {
                Ok(key) => key,
                Err(why) => {
                    images.missing.get_or_insert(format!("the item is not known beforehand: {why}"));
                    continue;
                }
            };
            if let Some(same) = images
                .noted
                .iter_mut()
                .find(|noted| noted.table == *table && noted.key.same_as(&key))
            {
                same.statements.push(at);
                continue;
            }
            match connection.engine.get(table, &key).await {
                Ok((before, _)) => {
                    begins.push(begin(table, &key, before));
                    images.noted.push(Noted {
                        table: table.clone(),
                        key,
                        statements: vec![at],
                        kept: Kept::default(),
                    });
                }
                Err(error) => {
                    images
                        .missing
                        .get_or_insert(format!("the item could not be read before it was written: {error}"));
                }
            }
        }
        if !begins.is_empty() {
            let kept = images.recorder.begin(begins).await;
            for (noted, kept) in images.noted.iter_mut().zip(kept) {
                noted.kept = kept;
            }
        }
        Ok(images)
    }

    async fn schema(&mut self, connection: &Connection, table: &str) -> Result<Option<KeySchema>> {
        match connection.engine.describe_table_only(table).await {
            Ok(view) => Ok(Some(view.key)),
            Err(error) if error.is_not_found() => Err(of_table(table, error)),
            Err(error) => {
                self.missing
                    .get_or_insert(format!("the key of table {table} could not be read: {error}"));
                Ok(None)
            }
        }
    }

    /// Writes down what came of each statement; answers what was done, and why something was not kept.
    pub async fn done(
        self,
        connection: &Connection,
        outcome: impl Fn(usize) -> std::result::Result<(), EngineError>,
    ) -> (Vec<String>, Option<String>) {
        let mut missing = self.missing;
        let mut writes = Vec::new();
        for noted in &self.noted {
            let outcomes: Vec<_> = noted.statements.iter().map(|at| outcome(*at)).collect();
            if let Some(Err(error)) = outcomes.iter().find(|one| one.is_err())
                && outcomes.iter().all(std::result::Result::is_err)
            {
                self.recorder.failed(&noted.kept, error).await;
                continue;
            }
            writes.extend(noted.kept.id());
            match connection.engine.get(&noted.table, &noted.key).await {
                Ok((after, _)) => self.recorder.done(&noted.kept, after).await,
                Err(error) => {
                    missing.get_or_insert(format!("the item could not be read after it was written: {error}"));
                }
            }
        }
        (writes, self.recorder.unkept().or(missing))
    }

    /// The whole request was refused.
    pub async fn failed(self, error: &EngineError) {
        for noted in &self.noted {
            self.recorder.failed(&noted.kept, error).await;
        }
    }
}

fn begin(table: &str, key: &Key, before: Option<Item>) -> Begin {
    Begin {
        table: table.to_owned(),
        key: key.clone(),
        kind: WriteKind::PartiQl,
        before,
        // What a statement makes of it is known only when it was done.
        after: None,
    }
}
