//! Backups, point-in-time recovery, export and import.

use dynadesk_shared::api::backups::{
    BackupCreate, BackupDelete, BackupsPages, BackupsView, ExportStart, ImportStart, RecoveryUpdate, Restore,
};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::paths;

use super::Description;

pub fn describe(api: &mut Description) {
    api.add("get", paths::BACKUPS, "backups", "What a table can be brought back from")
        .query::<BackupsPages>()
        .answers::<BackupsView>();
    api.add("post", paths::BACKUPS, "create_backup", "Makes a backup")
        .takes::<BackupCreate>()
        .answers::<Exchange>();
    api.add("delete", paths::BACKUPS, "delete_backup", "Deletes a backup of this table")
        .takes::<BackupDelete>()
        .answers::<Exchange>();
    api.add("put", paths::RECOVERY, "change_recovery", "Changes point-in-time recovery")
        .takes::<RecoveryUpdate>()
        .answers::<Exchange>();
    api.add("post", paths::RESTORE, "restore_table", "Makes a new table of what was")
        .takes::<Restore>()
        .answers::<Exchange>();
    api.add("post", paths::EXPORTS, "export_table", "Exports a table to S3")
        .takes::<ExportStart>()
        .answers::<Exchange>();
    api.add("post", paths::IMPORTS, "import_table", "Makes a table of files in S3")
        .takes::<ImportStart>()
        .answers::<Exchange>();
}
