//! What can be said of a text before it is run: which SELECT reads a whole table, what it touches, and
//! the names that completion offers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::partiql::{Kind, Piece, Statement};
use leptos::prelude::*;

use super::desk::Desk;
use crate::components::code_editor::{Mark, Names};
use crate::format;
use crate::state::tables::{Detail, Shelf};
use crate::ui::{Notice, Tone};

/// A SELECT that reads everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Scanning {
    pub table: String,
    pub what: String,
    /// The partition key that it should name.
    pub keys: String,
    pub items: u64,
    pub bytes: u64,
}

/// The SELECTs of a text that scan, as far as their tables are known.
pub fn scanning(pieces: &[Piece], details: &HashMap<String, Detail>) -> Vec<Scanning> {
    let read = |piece: &Piece| one(piece.statement.as_ref().ok()?, details);
    pieces.iter().filter_map(read).collect()
}

fn one(statement: &Statement, details: &HashMap<String, Detail>) -> Option<Scanning> {
    if statement.kind() != Kind::Select {
        return None;
    }
    let target = statement.target();
    let table: &TableView = details.get(&target.table)?.as_ref().ok()?;
    let index = match &target.index {
        Some(name) => Some(table.indexes.iter().find(|index| index.name == *name)?),
        None => None,
    };
    let key = index.map_or(&table.key, |index| &index.key);
    let keys: Vec<_> = key.partition.iter().map(|attribute| attribute.name.as_str()).collect();
    statement.scans(key).then(|| Scanning {
        table: table.name.clone(),
        what: match index {
            Some(index) => format!("the index {} of {}", index.name, table.name),
            None => format!("the table {}", table.name),
        },
        keys: keys.join(", "),
        items: index.map_or(table.item_count, |index| index.item_count),
        bytes: index.map_or(table.size_bytes, |index| index.size_bytes),
    })
}

/// Mistakes, for the editor to mark.
pub fn marks(pieces: &[Piece]) -> Vec<Mark> {
    let faults = pieces.iter().filter_map(|piece| piece.statement.as_ref().err());
    faults
        .map(|fault| Mark {
            from: fault.span.start,
            to: fault.span.end,
            message: fault.to_string(),
        })
        .collect()
}

/// The tables that a text names.
pub fn tables(pieces: &[Piece]) -> Vec<String> {
    let read = pieces.iter().filter_map(|piece| piece.statement.as_ref().ok());
    read.map(|statement| statement.target().table.clone()).collect()
}

/// Tables and their indexes; attributes of the keys, of what was seen and of what is written.
pub fn names(desk: Desk, shelf: &Shelf) -> Names {
    let mut attributes: BTreeSet<String> = desk
        .columns
        .with(|columns| columns.all().iter().map(|column| column.name.clone()).collect());
    let mut indexes = BTreeMap::new();
    let mentioned = desk.pieces.with(|pieces| tables(pieces));
    shelf.details.with(|details| {
        for (name, table) in details.iter().filter_map(|(name, table)| Some((name, table.as_ref().ok()?))) {
            indexes.insert(name.clone(), table.indexes.iter().map(|index| index.name.clone()).collect());
            if mentioned.is_empty() || mentioned.contains(name) {
                let of_indexes = table.indexes.iter().flat_map(|index| index.key.attributes());
                attributes.extend(table.key.attributes().chain(of_indexes).map(|one| one.name.clone()));
            }
        }
    });
    desk.pieces.with(|pieces| {
        for statement in pieces.iter().filter_map(|piece| piece.statement.as_ref().ok()) {
            attributes.extend(statement.attributes());
        }
    });
    let mut tables = shelf.names.with(|names| names.list.clone());
    tables.sort();
    Names {
        tables,
        indexes,
        attributes: attributes.into_iter().collect(),
    }
}

/// Warns before a scan.
#[component]
pub fn ScanWarnings(scanning: Memo<Vec<Scanning>>) -> impl IntoView {
    move || {
        let said = scanning.get().into_iter().map(|one| {
            // A table that was filled since the last count has more than nothing.
            let size = match one.items {
                0 => "every item (none at DynamoDB's last count)".to_owned(),
                items => format!("about {} ({})", format::counted(items, "item", "items"), format::bytes(one.bytes)),
            };
            view! {
                <Notice tone=Tone::Warning>
                    <strong>{format!("This SELECT scans {}. ", one.what)}</strong>
                    {format!("It reads {size} and pays for all of them, whatever WHERE leaves. To query, test {} with = or IN.", one.keys)}
                </Notice>
            }
        });
        said.collect_view()
    }
}
