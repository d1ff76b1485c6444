//! Finding the group rows of a conversation: through an index by conversation where the table has
//! one, else through the participants' own partitions, each of which names the other.

use std::collections::BTreeSet;

use dynadesk_shared::api::tables::TableView;

use super::rows::{self, GroupRow};
use crate::engine::items::Query;
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
        let mut query = Query {
            table: table.to_owned(),
            index: Some(index.to_owned()),
            limit: 1000,
            ..Query::default()
        };
        query.expressions.key_condition = Some(rows::equals(&mut query.expressions, GROUP, group)?);
        found = match rows::all(engine, query).await {
            Ok(items) => rows::group_rows(items),
            // The index was dropped since it was looked for: the partitions have it all.
            Err(error) if matches!(error.kind, EngineErrorKind::Validation | EngineErrorKind::NotFound) => Vec::new(),
            Err(error) => return Err(of_table(table, error)),
        };
    }
    // A row names the other person. Whoever has no row in the index has it in the own partition,
    // because the index lags behind.
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
