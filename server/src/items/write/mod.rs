//! Changes to items: all of them checked before any is written, each conditional on what the operator
//! saw, and each written down with both images so that it can be undone.

mod check;
pub(crate) mod outcome;
mod single;
mod together;

use dynadesk_shared::api::history::WriteKind;
use dynadesk_shared::api::writes::{Change, ItemsWrite, ItemsWritten};
use dynadesk_shared::edit::Plan;
use dynadesk_shared::{Item, Key};

use crate::confirm;
use crate::connections::Connection;
use crate::error::Result;
use crate::history::{Begin, Recorder};

/// One change with the write that it needs.
#[derive(Debug)]
struct Planned {
    change: Change,
    plan: Plan,
    /// The key before the change, or the new one where there was no item.
    key: Key,
}

impl Planned {
    fn kind(&self) -> WriteKind {
        match self.change {
            Change::Create { .. } => WriteKind::Create,
            Change::Replace { .. } => WriteKind::Replace,
            Change::Edit { .. } => WriteKind::Edit,
            Change::Delete { .. } => WriteKind::Delete,
        }
    }

    fn begin(&self, table: &str, undo: bool) -> Begin {
        Begin {
            table: table.to_owned(),
            key: self.key.clone(),
            kind: if undo { WriteKind::Undo } else { self.kind() },
            before: self.change.base().cloned(),
            after: self.written(),
        }
    }

    /// What the item is when this is written.
    fn written(&self) -> Option<Item> {
        match &self.plan {
            Plan::Put { item, .. } | Plan::Move { item, .. } => Some(item.clone()),
            _ => self.change.item().cloned(),
        }
    }
}

/// Changes items of a table: together in one transaction, or one after the other. On production what deletes
/// goes by name.
pub async fn write(connection: &Connection, table: &str, asked: ItemsWrite, recorder: Recorder) -> Result<ItemsWritten> {
    if asked.deletes() {
        confirm::on_production(connection, table, asked.confirm.as_deref())?;
    }
    carry_out(connection, table, asked, recorder, false).await
}

/// The same for changes that take others back.
pub async fn write_back(connection: &Connection, table: &str, asked: ItemsWrite, recorder: Recorder) -> Result<ItemsWritten> {
    carry_out(connection, table, asked, recorder, true).await
}

async fn carry_out(connection: &Connection, table: &str, asked: ItemsWrite, mut recorder: Recorder, undo: bool) -> Result<ItemsWritten> {
    let planned = check::all(connection, table, &asked).await?;
    if planned.len() > 1 || asked.group.is_some() {
        recorder.expect_many(asked.group.clone());
    }
    let mut writing = Writing {
        connection,
        table,
        recorder,
        undo,
        exchanges: Vec::new(),
    };
    let outcomes = match asked.together {
        true => writing.together(&planned).await?,
        false => writing.one_by_one(&planned).await,
    };
    Ok(ItemsWritten {
        outcomes,
        exchanges: writing.exchanges,
        group: writing.recorder.group(),
        unkept: writing.recorder.unkept(),
    })
}

/// A request under way.
struct Writing<'a> {
    connection: &'a Connection,
    table: &'a str,
    recorder: Recorder,
    undo: bool,
    exchanges: Vec<dynadesk_shared::api::exchange::Exchange>,
}
