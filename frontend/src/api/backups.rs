//! Backups, point-in-time recovery, export and import.

use dynadesk_shared::api::backups::{
    BackupCreate, BackupDelete, BackupsPages, BackupsView, ExportStart, ImportStart, RecoveryUpdate, Restore,
};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::paths;

use super::{ApiFailure, get, post, put};
use crate::nav::with_query;

pub async fn view(connection: &str, table: &str, pages: BackupsPages) -> Result<BackupsView, ApiFailure> {
    let path = paths::fill(paths::BACKUPS, &[connection, table]);
    let asked = [("backups", pages.backups), ("exports", pages.exports), ("imports", pages.imports)];
    get(&with_query(&path, &asked.map(|(list, pages)| (list, Some(pages.to_string()))))).await
}

pub async fn recovery(connection: &str, table: &str, wanted: &RecoveryUpdate) -> Result<Exchange, ApiFailure> {
    put(&paths::fill(paths::RECOVERY, &[connection, table]), wanted).await
}

pub async fn create(connection: &str, table: &str, wanted: &BackupCreate) -> Result<Exchange, ApiFailure> {
    post(&paths::fill(paths::BACKUPS, &[connection, table]), wanted).await
}

/// The name goes along as the operator typed it.
pub async fn delete(connection: &str, table: &str, asked: &BackupDelete) -> Result<Exchange, ApiFailure> {
    super::delete(&paths::fill(paths::BACKUPS, &[connection, table]), asked).await
}

pub async fn restore(connection: &str, table: &str, wanted: &Restore) -> Result<Exchange, ApiFailure> {
    post(&paths::fill(paths::RESTORE, &[connection, table]), wanted).await
}

pub async fn export(connection: &str, table: &str, wanted: &ExportStart) -> Result<Exchange, ApiFailure> {
    post(&paths::fill(paths::EXPORTS, &[connection, table]), wanted).await
}

pub async fn import(connection: &str, wanted: &ImportStart) -> Result<Exchange, ApiFailure> {
    post(&paths::fill(paths::IMPORTS, &[connection]), wanted).await
}
