//! Backups, point-in-time recovery, export to S3 and import from it. Instants are seconds since 1970,
//! as DynamoDB has them.

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;
use crate::key::KeyAttribute;

/// What a table can be brought back from. A part that the engine lacks is not there; one that could
/// not be read stands in `unread`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackupsView {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoveryView>,
    /// The newest first.
    pub backups: Vec<BackupView>,
    /// There are more than the pages that were asked for hold.
    pub more_backups: bool,
    /// Of this table, the newest first.
    pub exports: Vec<ExportView>,
    pub more_exports: bool,
    /// Of the whole account and region: an import makes a table of its own.
    pub imports: Vec<ImportView>,
    pub more_imports: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// What was asked for this.
    pub exchanges: Vec<Exchange>,
}

impl BackupsView {
    /// Whether something of it is still under way.
    pub fn moves(&self) -> bool {
        let backup = self
            .backups
            .iter()
            .any(|backup| matches!(backup.status.as_str(), "CREATING" | "DELETING"));
        backup || self.exports.iter().any(|export| !export.is_over()) || self.imports.iter().any(|import| !import.is_over())
    }
}

/// How many pages of each list are asked for, from the first on: one where nothing is said. They are
/// always read from the beginning, so that none is missing when a list grows meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BackupsPages {
    pub backups: u32,
    pub exports: u32,
    pub imports: u32,
}

impl Default for BackupsPages {
    fn default() -> Self {
        Self {
            backups: 1,
            exports: 1,
            imports: 1,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecoveryView {
    pub on: bool,
    /// 1 to 35; 35 where the engine does not say.
    pub days: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<i64>,
}

impl RecoveryView {
    pub fn setting(&self) -> RecoverySetting {
        RecoverySetting {
            on: self.on,
            days: self.days,
        }
    }
}

/// What a change of recovery is conditional on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoverySetting {
    pub on: bool,
    pub days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BackupView {
    pub arn: String,
    pub name: String,
    /// `CREATING`, `AVAILABLE` or `DELETED`.
    pub status: String,
    /// `USER`, `SYSTEM` or `AWS_BACKUP`; only the first kind is deleted here.
    pub kind: String,
    pub created: i64,
    /// A system backup goes by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    pub size_bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportView {
    pub arn: String,
    /// `IN_PROGRESS`, `COMPLETED` or `FAILED`.
    pub status: String,
    /// `FULL_EXPORT` or `INCREMENTAL_EXPORT`.
    pub kind: String,
    pub format: String,
    pub bucket: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<i64>,
    /// Where the list of the written files is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billed_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl ExportView {
    pub fn is_over(&self) -> bool {
        self.status != "IN_PROGRESS"
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportView {
    pub arn: String,
    /// `IN_PROGRESS`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
    pub status: String,
    pub table: String,
    pub format: String,
    pub compression: String,
    pub bucket: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<i64>,
    pub processed_items: u64,
    pub imported_items: u64,
    pub processed_bytes: u64,
    /// Items that were not imported; the reasons are in the log.
    pub errors: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl ImportView {
    pub fn is_over(&self) -> bool {
        !matches!(self.status.as_str(), "IN_PROGRESS" | "CANCELLING")
    }
}

/// Turns point-in-time recovery on, off, or changes how far it goes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RecoveryUpdate {
    pub on: bool,
    /// Only with `on`; 35 where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// What the operator saw: where it is something else by now, nothing is changed (`recovery_changed`).
    pub seen: RecoverySetting,
    /// The table's name where times are lost to which it could return, and on production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BackupCreate {
    pub name: String,
    /// On production the table's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

/// `confirm` repeats the backup's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BackupDelete {
    pub arn: String,
    pub confirm: String,
}

/// Makes a new table of what was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The name of the new table.
    pub target: String,
    pub from: RestoreFrom,
    /// `PROVISIONED` or `PAY_PER_REQUEST` where it is not to be as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing: Option<String>,
    /// Makes the table without its global and local indexes, which is faster and cheaper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_indexes: bool,
    /// On production the name of the table that is restored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RestoreFrom {
    /// The ARN of a backup.
    Backup(String),
    Time(i64),
    LatestTime,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExportStart {
    pub bucket: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// `DYNAMODB_JSON` or `ION`.
    pub format: String,
    pub what: ExportWhat,
    /// On production the table's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ExportWhat {
    /// The table as it was at a time; now where none is said.
    Full { at: Option<i64> },
    /// What changed from one time until before another.
    Incremental { from: i64, until: i64, new_images_only: bool },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportStart {
    pub bucket: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// `CSV`, `DYNAMODB_JSON` or `ION`.
    pub format: String,
    /// `NONE`, `GZIP` or `ZSTD`.
    pub compression: String,
    /// For CSV: one character; a comma where none is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// For CSV: the names of its columns, where its first line has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header: Vec<String>,
    /// The name of the new table.
    pub target: String,
    pub partition: KeyAttribute,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<KeyAttribute>,
    /// On production the name of the new table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
}
