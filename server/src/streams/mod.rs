//! A table's stream, read shard by shard. [`Walker`] is the one reader of streams: it gives batches
//! and the position after each, and whoever takes them decides what is kept of it. [`Hubs`] let many
//! watch what one reads.

mod behind;
mod hub;
mod pace;
mod plan;
mod read;
mod readers;
mod replay;
mod ring;
mod walker;
mod watch;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{SettingsChange, SettingsChanged, SettingsUpdate};
use dynadesk_shared::api::streams::StreamChange;
use dynadesk_shared::settings::facet;

use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::tables::settings;

pub use hub::{Hubs, Seat};
pub use read::{Reader, Source, Turn};
pub use walker::{Batch, Gap, Start, Step, Walker};
pub use watch::{Event, Place, Watcher};

/// Turns a table's stream on or off: the same change, with the same checks, as in the table's settings.
pub async fn change(connection: &Connection, table: &str, wanted: StreamChange) -> Result<SettingsChanged> {
    available(connection)?;
    let change = SettingsChange::Stream(wanted.view_type);
    let now = settings::view(connection, table).await?;
    let seen = facet(&now, &change);
    let arn = now.stream.and_then(|stream| stream.arn);
    if arn != wanted.seen {
        let is = arn.map_or_else(|| "is off".to_owned(), |arn| format!("is {arn}"));
        let why = format!("the stream of {table} is not the one that was shown any more, so nothing was changed: it {is}");
        return Err(Error::conflict("settings_changed", why));
    }
    let confirm = wanted.confirm;
    settings::change(connection, table, SettingsUpdate { change, seen, confirm }).await
}

/// The ARN of a table's stream, or 409 `stream_off`.
pub async fn arn(connection: &Connection, table: &str) -> Result<String> {
    available(connection)?;
    let view = connection.engine.describe_table_only(table).await?;
    view.stream_arn
        .ok_or_else(|| Error::conflict("stream_off", format!("table {table} has no stream: turn it on first")))
}

fn available(connection: &Connection) -> Result<()> {
    match connection.engine.capabilities().why_not(Feature::Streams) {
        None => Ok(()),
        Some(why) => Err(Error::invalid("unsupported_by_engine", why)),
    }
}
