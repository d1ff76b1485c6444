//! Finding the group rows of a conversation: through an index by conversation where the table has
//! one, else through the participants' own partitions, each of which names the other.

use std::collections::BTreeSet;

use dynadesk_shared::Item;
use dynadesk_shared::api::tables::TableView;

use super::rows::{self, GroupRow};
use crate::engine::items::{BATCH_GET, Query};
use crate::engine::{Engine, EngineErrorKind};
use crate::error::Result;
use crate::tables::of_table;

const GROUP: &str = "message_group_uuid";

/// The name of an index that holds whole group rows by their conversation, where there is one.
pub fn index_by_group(table: &TableView) -> Option<String> {
    let by_group = |index: &&dynadesk_shared::api::tables::IndexView| {
        index.projection == "ALL"
            && index.status.as_deref().is_none_or(|status| status == "ACTIVE")
            && matches!(index.key.partition.as_slice(), [only] if only.name == GROUP)
    };
    table.indexes.iter().find(by_group).map(|index| index.name.clone())
}

/// The group rows of a conversation; `owners` are participants that are known from elsewhere.
pub async fn group_rows(engine: &Engine, table: &str, index: Option<&str>, group: &str, mut owners: Vec<String>) -> Result<Vec<GroupRow>> {
    let mut found = Vec::new();
    if let Some(index) = index {
        let seen = from_index(engine, table, index, group).await?;
        owners.extend(seen.iter().map(|row| row.view.with.uuid.clone()));
        // An index lags behind its table: it says where the rows are, and the table what is in them.
        found = now(engine, table, group, &seen).await?;
        // An owner of a row that is not there any more may have one that the index does not know yet.
        let gone: BTreeSet<String> = seen
            .iter()
            .filter(|row| {
                !found
                    .iter()
                    .any(|now| now.view.owner == row.view.owner && now.view.sk == row.view.sk)
            })
            .map(|row| row.view.owner.clone())
            .collect();
        found.retain(|row| !gone.contains(&row.view.owner));
        owners.extend(gone);
    }
    // A row names the other person. Whoever has no row in the index has it in the own partition.
    let mut read: BTreeSet<String> = found.iter().map(|row| row.view.owner.clone()).collect();
    owners.splice(0..0, found.iter().map(|row| row.view.with.uuid.clone()));
    while let Some(owner) = owners.pop() {
        if !owner.is_empty() && read.insert(owner.clone()) {
            let rows = rows::of_owner(engine, table, &owner, group).await?;
            owners.extend(rows.iter().map(|row| row.view.with.uuid.clone()));
            found.extend(rows);
        }
    }
    Ok(found)
}

async fn from_index(engine: &Engine, table: &str, index: &str, group: &str) -> Result<Vec<GroupRow>> {
    let mut query = Query {
        table: table.to_owned(),
        index: Some(index.to_owned()),
        limit: 1000,
        ..Query::default()
    };
    query.expressions.key_condition = Some(rows::equals(&mut query.expressions, GROUP, group)?);
    match rows::all(engine, query).await {
        Ok(items) => Ok(rows::group_rows(items)),
        // The index was dropped since it was looked for: the partitions have it all.
        Err(error) if matches!(error.kind, EngineErrorKind::Validation | EngineErrorKind::NotFound) => Ok(Vec::new()),
        Err(error) => Err(of_table(table, error)),
    }
}

/// The same rows as the table has them now, without those that are no longer there.
async fn now(engine: &Engine, table: &str, group: &str, seen: &[GroupRow]) -> Result<Vec<GroupRow>> {
    let keys: Vec<Item> = seen
        .iter()
        .map(|row| {
            ["pk", "sk"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), row.item.get(name)?.clone())))
                .collect()
        })
        .collect();
    let mut found = Vec::new();
    for keys in keys.chunks(BATCH_GET) {
        let read = engine.batch_get_now(table, keys).await.map_err(|error| of_table(table, error))?;
        found.extend(rows::group_rows(read.items).into_iter().filter(|row| row.view.group == group));
    }
    Ok(found)
}
