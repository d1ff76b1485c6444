//! What a seed would write, found without writing anything.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dynadesk_shared::api::seed::{Collisions, EntityCount, Reject};
use dynadesk_shared::value::same_item;
use dynadesk_shared::{Item, cruddur, size};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout_at};

use super::check::{Checker, Rules, key_hash};
use crate::engine::items::BATCH_GET;
use crate::engine::{Engine, EngineErrorKind};
use crate::error::{Error, Result};
use crate::jobs::note;

/// The first items that a plan shows.
const FIRST: usize = 5;
/// Keys that are looked up in the table; a larger source is looked up in part.
const LOOK_UP: u64 = 10_000;
/// How long they are looked up at most.
const PATIENCE: Duration = Duration::from_secs(20);
/// Kinds of entities that are counted apart.
const ENTITIES: usize = 20;

/// A source read to its end.
#[derive(Debug, Default)]
pub struct Summary {
    pub fingerprint: String,
    pub format: String,
    /// Items that can be written.
    pub items: u64,
    pub bytes: u64,
    pub write_units: u64,
    pub entities: Vec<EntityCount>,
    pub first: Vec<Item>,
    pub rejects: Vec<Reject>,
    pub reject_count: u64,
}

/// Reads a whole source. Takes a second for 64 MB, so it runs on a thread of its own.
pub async fn summarise(text: Arc<str>, rules: Arc<Rules>, connection: &str) -> Result<Summary> {
    let connection = connection.to_owned();
    tokio::task::spawn_blocking(move || read(&text, &rules, &connection))
        .await
        .map_err(Error::internal)?
}

fn read(text: &str, rules: &Rules, connection: &str) -> Result<Summary> {
    let unreadable = |why: String| Error::invalid("invalid_source", why);
    let mut entries = Checker::open(text, rules).map_err(unreadable)?;
    let mut summary = Summary::default();
    let mut entities = BTreeMap::<String, u64>::new();
    // The place is part of the fingerprint: what was reviewed for one table is not for another.
    let mut hash = Sha256::new();
    hash.update(serde_json::to_vec(&(connection, &rules.table)).map_err(Error::internal)?);
    let partition = rules.key.partition.first().map_or("", |attribute| &attribute.name);
    while let Some(entry) = entries.next().map_err(unreadable)? {
        match entry.item {
            Ok(good) => {
                hash.update(serde_json::to_vec(&good.item).map_err(Error::internal)?);
                summary.items += 1;
                summary.bytes += good.bytes as u64;
                summary.write_units += size::write_units(good.bytes);
                let mut name = cruddur::entity_name(&good.item, partition);
                if entities.len() >= ENTITIES && !entities.contains_key(&name) {
                    name = "other".to_owned();
                }
                *entities.entry(name).or_default() += 1;
                if summary.first.len() < FIRST {
                    summary.first.push(good.item);
                }
            }
            Err(reason) => {
                summary.reject_count += 1;
                note(&mut summary.rejects, entry.line, reason);
            }
        }
    }
    summary.format = entries.format().to_owned();
    summary.entities = entities.into_iter().map(|(name, count)| EntityCount { name, count }).collect();
    summary.fingerprint = URL_SAFE_NO_PAD.encode(hash.finalize());
    Ok(summary)
}

/// Looks up the keys of a source in the table. A table that gives little capacity must not keep the
/// plan from coming: what was looked up until then is said.
pub async fn collisions(engine: &Engine, rules: &Rules, text: &str) -> Result<Collisions> {
    let mut found = Collisions::default();
    let deadline = Instant::now() + PATIENCE;
    let mut entries = Checker::open(text, rules).map_err(|why| Error::invalid("invalid_source", why))?;
    let mut chunk = Vec::with_capacity(BATCH_GET);
    loop {
        let entry = entries.next().map_err(|why| Error::invalid("invalid_source", why))?;
        let end = entry.is_none();
        if let Some(good) = entry.and_then(|entry| entry.item.ok()) {
            chunk.push(good);
        }
        let last = end || found.checked + chunk.len() as u64 >= LOOK_UP;
        if chunk.len() == BATCH_GET || last && !chunk.is_empty() {
            let keys: Vec<Item> = chunk.iter().map(|good| good.key.0.clone()).collect();
            let mut there = HashMap::new();
            let answer = match timeout_at(deadline, engine.batch_get(&rules.table, &keys)).await {
                Ok(Err(error)) if error.kind == EngineErrorKind::Throttled => return Ok(found),
                Ok(answer) => answer?,
                Err(_) => return Ok(found),
            };
            for item in answer.items {
                // An item without its own key cannot come back; if it did, it is no collision.
                if let Ok(key) = rules.key.key_of(&item) {
                    there.insert(key_hash(&key), item);
                }
            }
            for good in chunk.drain(..) {
                found.checked += 1;
                match there.remove(&key_hash(&good.key)) {
                    None => {}
                    Some(old) if same_item(&old, &good.item) => found.same += 1,
                    Some(old) => {
                        found.different += 1;
                        if found.examples.len() < FIRST {
                            found.examples.push(old);
                        }
                    }
                }
            }
        }
        if last {
            return Ok(found);
        }
    }
}
