//! What is agreed to by name before it is done. The browser asks; this is where it is checked that it did.

use crate::connections::Connection;
use crate::error::{Error, Result};

/// On a production connection something is done only when the request repeats the name of what it is
/// done to: 409 `confirmation_needed`, 400 `confirmation_mismatch`.
pub fn on_production(connection: &Connection, name: &str, typed: Option<&str>) -> Result<()> {
    match connection.view.production {
        true => by_name(name, typed),
        false => Ok(()),
    }
}

/// Something that is done only when the request repeats a name, wherever it is.
pub fn by_name(name: &str, typed: Option<&str>) -> Result<()> {
    match typed {
        Some(typed) if typed == name => Ok(()),
        Some(typed) => Err(Error::invalid(
            "confirmation_mismatch",
            format!("type {name} to confirm this: {typed:?} is not {name:?}, so nothing was done"),
        )),
        None => Err(Error::conflict(
            "confirmation_needed",
            format!("this is done only when `confirm` repeats {name:?}"),
        )),
    }
}
