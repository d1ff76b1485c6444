//! The one table: found or made when it is first needed, and again when it or its engine is back.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::tables::{CreateTable, TableView};
use dynadesk_shared::{Item, Key};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::rows::{BY_TABLE, EXPIRES_AT, OF_TABLE, PK, SK};
use super::{Fault, StorePlace};
use crate::engine::items::{Action, BATCH_WRITE, Condition, Query, jittered};
use crate::engine::{Engine, EngineError, EngineErrorKind, embedded};

/// A console that keeps no history is better than one that waits for it.
const PATIENCE: Duration = Duration::from_secs(8);
/// AWS takes some seconds to make a table.
const PATIENCE_TO_MAKE: Duration = Duration::from_secs(25);
/// How long an engine that did not answer is left alone, unless somebody asks for its state.
const REST: Duration = Duration::from_secs(10);
const TRIES: u32 = 6;

#[derive(Debug)]
pub(super) struct Table {
    place: StorePlace,
    state: Mutex<State>,
    /// The engine said that it knows no transactions.
    single: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    engine: Option<Engine>,
    ready: bool,
    down: Option<(Instant, String)>,
}

impl Table {
    pub(super) fn new(place: StorePlace) -> Self {
        Self {
            place,
            state: Mutex::default(),
            single: AtomicBool::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        match &self.place {
            StorePlace::Own { .. } => super::TABLE,
            StorePlace::Shared { table, .. } => table,
        }
    }

    /// For a person.
    pub(super) fn place(&self) -> String {
        match &self.place {
            StorePlace::Own { file: Some(file) } => format!("embedded engine ({})", file.display()),
            StorePlace::Own { file: None } => "embedded engine (memory)".to_owned(),
            StorePlace::Shared { connection, table } => format!("table {table} on {}", connection.view.name),
        }
    }

    /// Whether it answers now, and why not.
    pub(super) async fn probe(&self) -> Result<(), String> {
        self.insist().await;
        let nothing = super::rows::key("NOTHING", "nothing");
        match self.get(&nothing).await {
            Ok(_) | Err(Fault::Condition) => Ok(()),
            Err(Fault::Unavailable(why)) => Err(why),
        }
    }

    /// Asks its engine the next time, even where it did not answer a moment ago.
    pub(super) async fn insist(&self) {
        self.state.lock().await.down = None;
    }

    pub(super) async fn get(&self, key: &Key) -> Result<Option<Item>, Fault> {
        let found = self.ask(|engine| async move { engine.get(self.name(), key).await });
        Ok(found.await?.0)
    }

    pub(super) async fn put(&self, row: &Item, condition: Option<&Condition>) -> Result<(), Fault> {
        self.ask(|engine| async move { engine.put(self.name(), row, condition).await })
            .await?;
        Ok(())
    }

    pub(super) async fn update(&self, key: &Key, update: &Condition, condition: &str) -> Result<(), Fault> {
        self.ask(|engine| async move { engine.update_row(self.name(), key, update, condition).await })
            .await
    }

    pub(super) async fn delete(&self, key: &Key, condition: Option<&Condition>) -> Result<(), Fault> {
        self.ask(|engine| async move { engine.delete_row(self.name(), key, condition).await })
            .await
    }

    /// Does all of the actions, or none: [`Fault::Condition`] where a condition of one did not hold.
    pub(super) async fn transact(&self, actions: &[Action]) -> Result<(), Fault> {
        self.ask(|engine| async move { engine.transact_write(self.name(), actions).await })
            .await?;
        Ok(())
    }

    /// Whether its engine does several writes together.
    pub(super) async fn has_transactions(&self) -> Result<bool, Fault> {
        let engine = self.ready().await.map_err(Fault::Unavailable)?;
        let told = engine.capabilities().why_not(Feature::Transactions).is_some();
        Ok(!told && !self.single.load(Ordering::Relaxed))
    }

    /// One page of rows, and whether more may follow.
    pub(super) async fn page(&self, query: &Query) -> Result<(Vec<Item>, Option<Item>), Fault> {
        let page = self.ask(|engine| async move {
            let page = engine.query(query).await?;
            Ok((page.items.into_items()?, page.last_key))
        });
        page.await
    }

    /// Every row of a query.
    pub(super) async fn all(&self, mut query: Query) -> Result<Vec<Item>, Fault> {
        query.limit = 1000;
        let mut rows = Vec::new();
        loop {
            let (some, last) = self.page(&query).await?;
            rows.extend(some);
            match last {
                Some(last) => query.start = Some(last),
                None => return Ok(rows),
            }
        }
    }

    /// Writes rows with different keys; what the engine leaves over is sent again.
    pub(super) async fn put_all(&self, rows: Vec<Item>) -> Result<(), Fault> {
        let mut left = rows;
        let mut attempt = 0;
        while !left.is_empty() {
            let some = left.split_off(left.len().saturating_sub(BATCH_WRITE));
            let some = &some;
            let batch = self.ask(|engine| async move { engine.batch_put(self.name(), some).await }).await?;
            if !batch.unprocessed.is_empty() {
                attempt += 1;
                if attempt > TRIES {
                    return Err(Fault::Unavailable("its engine is throttled".to_owned()));
                }
                left.extend(batch.unprocessed);
                tokio::time::sleep(jittered(Duration::from_millis(50), attempt, Duration::from_secs(1))).await;
            }
        }
        Ok(())
    }

    /// Asks the engine; a table that is gone is made again, and a throttled request is sent again.
    async fn ask<T, F>(&self, call: impl Fn(Engine) -> F) -> Result<T, Fault>
    where
        F: Future<Output = Result<T, EngineError>>,
    {
        let mut attempt = 0;
        loop {
            let engine = self.ready().await.map_err(Fault::Unavailable)?;
            let answer = tokio::time::timeout(PATIENCE, call(engine)).await;
            let error =
                match answer.unwrap_or_else(|_| Err(EngineError::new(EngineErrorKind::Unreachable, "its engine did not answer in time"))) {
                    Ok(answer) => return Ok(answer),
                    Err(error) => error,
                };
            attempt += 1;
            match error.kind {
                EngineErrorKind::ConditionFailed => return Err(Fault::Condition),
                EngineErrorKind::TransactionCancelled { .. } if error.is_transient() && attempt < TRIES => {
                    tokio::time::sleep(jittered(Duration::from_millis(50), attempt, Duration::from_secs(1))).await;
                }
                EngineErrorKind::NotFound if attempt < TRIES => self.state.lock().await.ready = false,
                EngineErrorKind::Throttled if attempt < TRIES => {
                    tokio::time::sleep(jittered(Duration::from_millis(50), attempt, Duration::from_secs(1))).await;
                }
                // Nothing else that the store asks for is unknown anywhere.
                EngineErrorKind::Unsupported => {
                    self.single.store(true, Ordering::Relaxed);
                    return Err(error.into());
                }
                _ => {
                    if error.kind == EngineErrorKind::Unreachable {
                        let mut state = self.state.lock().await;
                        state.ready = false;
                        state.down = Some((Instant::now(), error.message.clone()));
                    }
                    tracing::warn!(store = self.place(), %error, "the store did not do what it was asked");
                    return Err(error.into());
                }
            }
        }
    }

    /// The engine with the table ready on it, or why there is none.
    async fn ready(&self) -> Result<Engine, String> {
        if let StorePlace::Shared { connection, .. } = &self.place
            && connection.view.read_only
        {
            return Err(format!("its connection {:?} is read-only", connection.view.name));
        }
        // Those who come while the table is being looked for wait here and share what is found.
        let mut state = self.state.lock().await;
        if let (true, Some(engine)) = (state.ready, &state.engine) {
            return Ok(engine.clone());
        }
        if let Some((since, why)) = &state.down
            && since.elapsed() < REST
        {
            return Err(why.clone());
        }
        let found = tokio::time::timeout(PATIENCE_TO_MAKE, self.prepare(&mut state)).await;
        match found.unwrap_or_else(|_| Err("its table was not ready in time".to_owned())) {
            Ok(engine) => {
                (state.ready, state.down) = (true, None);
                Ok(engine)
            }
            Err(why) => {
                tracing::warn!(store = self.place(), why, "the store is off");
                state.down = Some((Instant::now(), why.clone()));
                Err(why)
            }
        }
    }

    async fn prepare(&self, state: &mut State) -> Result<Engine, String> {
        let engine = match (&state.engine, &self.place) {
            (Some(engine), _) => engine.clone(),
            (None, StorePlace::Shared { connection, .. }) => connection.engine.clone(),
            (None, StorePlace::Own { file }) => embedded::open(file.as_deref(), true).map_err(|error| error.message)?,
        };
        state.engine = Some(engine.clone());
        make(&engine, self.name()).await?;
        Ok(engine)
    }
}

/// Looks for the table and makes it where there is none. Two servers may do so at once.
async fn make(engine: &Engine, name: &str) -> Result<(), String> {
    loop {
        match engine.describe_table(name).await {
            Ok(view) if view.status == "ACTIVE" => {
                is_ours(&view)?;
                if view.ttl_attribute.is_none() && engine.capabilities().why_not(Feature::Ttl).is_none() {
                    // Another server may just have done it, and rows that are over are never shown.
                    if let Err(error) = engine.update_ttl(name, EXPIRES_AT, true).await {
                        tracing::info!(%error, "TTL of the store's table was not turned on here");
                    }
                }
                return Ok(());
            }
            Ok(_) => tokio::time::sleep(Duration::from_millis(250)).await,
            Err(error) if error.is_not_found() => match engine.create_table(&schema(name)).await {
                Ok(_) => tracing::info!(table = name, "the store's table was made"),
                Err(error) if error.kind == EngineErrorKind::InUse => {}
                Err(error) => return Err(format!("its table {name} cannot be made: {error}")),
            },
            Err(error) => return Err(error.message),
        }
    }
}

/// A table of the operator's that happens to have the name is not written to.
fn is_ours(view: &TableView) -> Result<(), String> {
    let names = |key: &dynadesk_shared::KeySchema| -> Vec<String> { key.attributes().map(|attribute| attribute.name.clone()).collect() };
    let index = view.indexes.iter().find(|index| index.name == BY_TABLE);
    if names(&view.key) == [PK, SK] && index.is_some_and(|index| names(&index.key) == [PK, OF_TABLE]) {
        return Ok(());
    }
    Err(format!(
        "table {} has other keys than Dynadesk's own: give the store another name with `table` under [store]",
        view.name
    ))
}

fn schema(name: &str) -> CreateTable {
    let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
    let key = |sort: &str| json!([{"AttributeName": PK, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]);
    let request = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute(PK), attribute(SK), attribute(OF_TABLE)],
        "KeySchema": key(SK),
        "LocalSecondaryIndexes": [{
            "IndexName": BY_TABLE, "KeySchema": key(OF_TABLE), "Projection": {"ProjectionType": "ALL"},
        }],
    });
    // Every key is one of the type's: the story test makes this table on each engine.
    serde_json::from_value(request).unwrap_or_default()
}
