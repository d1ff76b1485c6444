//! Backups, point-in-time recovery, export and import.

use axum::Json;
use dynadesk_shared::api::backups::{
    BackupCreate, BackupDelete, BackupsPages, BackupsView, ExportStart, ImportStart, RecoveryUpdate, Restore,
};
use dynadesk_shared::api::exchange::Exchange;

use super::error::ApiResult;
use super::extract::{ApiJson, ApiQuery, Conn, TableName, WritableConn};
use crate::backups;
use crate::confirm;

/// `GET /api/c/{connection}/tables/{table}/backups?backups=&exports=&imports=`
pub async fn view(connection: Conn, table: TableName, ApiQuery(pages): ApiQuery<BackupsPages>) -> ApiResult<BackupsView> {
    Ok(Json(backups::view(&connection.engine, &table, pages).await?))
}

/// `POST /api/c/{connection}/tables/{table}/backups`
pub async fn create(connection: WritableConn, table: TableName, ApiJson(wanted): ApiJson<BackupCreate>) -> ApiResult<Exchange> {
    confirm::on_production(&connection, &table, wanted.confirm.as_deref())?;
    Ok(Json(backups::create(&connection.engine, &table, &wanted).await?))
}

/// `DELETE /api/c/{connection}/tables/{table}/backups`
pub async fn delete(connection: WritableConn, table: TableName, ApiJson(asked): ApiJson<BackupDelete>) -> ApiResult<Exchange> {
    Ok(Json(backups::delete(&connection.engine, &table, &asked).await?))
}

/// `PUT /api/c/{connection}/tables/{table}/recovery`
pub async fn recovery(connection: WritableConn, table: TableName, ApiJson(wanted): ApiJson<RecoveryUpdate>) -> ApiResult<Exchange> {
    Ok(Json(backups::update_recovery(&connection, &table, &wanted).await?))
}

/// `POST /api/c/{connection}/tables/{table}/restore`
pub async fn restore(connection: WritableConn, table: TableName, ApiJson(wanted): ApiJson<Restore>) -> ApiResult<Exchange> {
    confirm::on_production(&connection, &table, wanted.confirm.as_deref())?;
    Ok(Json(backups::restore(&connection.engine, &table, &wanted).await?))
}

/// `POST /api/c/{connection}/tables/{table}/exports`
pub async fn export(connection: WritableConn, table: TableName, ApiJson(wanted): ApiJson<ExportStart>) -> ApiResult<Exchange> {
    confirm::on_production(&connection, &table, wanted.confirm.as_deref())?;
    Ok(Json(backups::export(&connection.engine, &table, &wanted).await?))
}

/// `POST /api/c/{connection}/imports`
pub async fn import(connection: WritableConn, ApiJson(wanted): ApiJson<ImportStart>) -> ApiResult<Exchange> {
    confirm::on_production(&connection, &wanted.target, wanted.confirm.as_deref())?;
    Ok(Json(backups::import(&connection.engine, &wanted).await?))
}
