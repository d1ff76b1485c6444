//! What a change must pass before anything is sent.

use dynadesk_shared::api::settings::{SettingsUpdate, SettingsView};
use dynadesk_shared::settings;

use crate::confirm;
use crate::connections::Connection;
use crate::error::{Error, Result};

/// Refuses a change of what is not what was seen, one that DynamoDB would refuse, and one that nobody
/// agreed to by name.
pub fn check(connection: &Connection, view: &SettingsView, asked: &SettingsUpdate) -> Result<()> {
    let fields = settings::validate(view, &asked.change, connection.engine.capabilities());
    let now = settings::facet(view, &asked.change);
    // What another has set meanwhile explains every other fault.
    if now != asked.seen {
        return Err(changed(&view.table, &now));
    }
    if let Some(first) = fields.first() {
        let message = match first.field.as_str() {
            "change" => format!("the setting was not changed: {}", first.message),
            field => format!("the setting was not changed: {field}: {}", first.message),
        };
        return Err(Error::invalid("invalid_setting", message).with_fields(fields));
    }
    match settings::name_to_confirm(view, &asked.change, connection.view.production) {
        Some(name) => confirm::by_name(&name, asked.confirm.as_deref()),
        None => Ok(()),
    }
}

/// Somebody else was there in between.
pub fn changed(table: &str, now: &serde_json::Value) -> Error {
    Error::conflict(
        "settings_changed",
        format!("the settings of {table} are not what was shown any more, so nothing was changed. Now: {now}"),
    )
}
