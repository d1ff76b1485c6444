//! Where Dynadesk keeps its own store, when not on an embedded engine of its own.

use std::path::Path;

use dynadesk_shared::limits;

use super::file::{Source, Written};
use super::{Args, ConfigError, ConnectionConfig, Place};

/// The store's own file in the data directory.
pub const FILE: &str = "store.db";

/// A table on a configured connection, which several servers may share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreConfig {
    pub connection: String,
    pub table: String,
}

/// Puts flags and `[store]` together; a flag takes the place of what the file says.
pub fn read(
    args: &Args,
    written: &Written,
    source: Option<&Source>,
    connections: &[ConnectionConfig],
    data_dir: &Path,
) -> Result<Option<StoreConfig>, ConfigError> {
    let in_file = written.store.as_ref();
    // What is wrong is said where it stands: at a flag, or at a line of the file.
    let fault = |flag: &str, flagged: bool, span: Option<std::ops::Range<usize>>, why: String| match (flagged, source, span) {
        (false, Some(source), Some(span)) => source.fault(span, why),
        _ => ConfigError(format!("{flag}: {why}")),
    };
    let written_connection = in_file.and_then(|store| store.connection.as_ref());
    let written_table = in_file.and_then(|store| store.table.as_ref());
    let connection = args.store_connection.as_ref().or(written_connection.map(|name| name.get_ref()));
    let table = args.store_table.as_ref().or(written_table.map(|name| name.get_ref()));
    let at_table = |why| {
        fault(
            "--store-table",
            args.store_table.is_some(),
            written_table.map(toml::Spanned::span),
            why,
        )
    };
    if let Some(why) = table.and_then(|table| limits::table_name(table).err()) {
        return Err(at_table(why));
    }
    let Some(name) = connection else {
        return match table {
            Some(_) => Err(at_table(
                "a table for the store needs the connection that it is on: without one the store has a file of its own".to_owned(),
            )),
            None => own_file(written, source, connections, data_dir).map(|()| None),
        };
    };
    if !connections.iter().any(|connection| connection.name == *name) {
        let span = written_connection.map(toml::Spanned::span);
        let why = format!("no connection is named {name:?}");
        return Err(fault("--store-connection", args.store_connection.is_some(), span, why));
    }
    Ok(Some(StoreConfig {
        connection: name.clone(),
        table: table.cloned().unwrap_or_else(|| crate::store::TABLE.to_owned()),
    }))
}

/// The store's file is nobody else's.
fn own_file(written: &Written, source: Option<&Source>, connections: &[ConnectionConfig], data_dir: &Path) -> Result<(), ConfigError> {
    let file = data_dir.join(FILE);
    let taken = |connection: &&ConnectionConfig| matches!(&connection.place, Place::Embedded { file: Some(its) } if *its == file);
    let Some(connection) = connections.iter().find(taken) else {
        return Ok(());
    };
    let why = format!(
        "connection {:?} keeps its data in {FILE}, the file of Dynadesk's own store: give it another `file`",
        connection.name
    );
    let stands = written.connections.iter().map(toml::Spanned::get_ref);
    let stands = stands.map(|written| &written.name).find(|name| *name.get_ref() == connection.name);
    Err(match (source, stands) {
        (Some(source), Some(name)) => source.fault(name.span(), why),
        _ => ConfigError(why),
    })
}
