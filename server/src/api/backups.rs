//! Backups, point-in-time recovery, export and import.

use axum::Json;
use dynadesk_shared::access::Role;
use dynadesk_shared::api::backups::{
    BackupCreate, BackupDelete, BackupsPages, BackupsView, ExportStart, ImportStart, RecoveryUpdate, Restore,
};
use dynadesk_shared::api::exchange::Exchange;

use super::error::ApiResult;
use super::extract::{AdminConn, ApiJson, ApiQuery, Conn, TableName};
use super::named::NewTable;
use crate::audit;
use crate::backups;
use crate::confirm;
use crate::error::Error;

/// `GET /api/c/{connection}/tables/{table}/backups?backups=&exports=&imports=`
pub async fn view(connection: Conn, table: TableName, ApiQuery(pages): ApiQuery<BackupsPages>) -> ApiResult<BackupsView> {
    let mut view = backups::view(&connection.engine, &table, pages).await?;
    // Imports are listed for the whole account, and so are their requests.
    let name = &connection.view.name;
    let all = view.imports.len();
    view.imports
        .retain(|import| connection.1.may(Role::Viewer, name, &import.table).is_ok());
    if view.imports.len() < all {
        view.exchanges
            .retain(|exchange| exchange.operation != "ListImports" && exchange.operation != "DescribeImport");
    }
    Ok(Json(view))
}

/// `POST /api/c/{connection}/tables/{table}/backups`
pub async fn create(connection: AdminConn, table: TableName, ApiJson(wanted): ApiJson<BackupCreate>) -> ApiResult<Exchange> {
    audit::asked(&wanted);
    confirm::on_production(&connection, &table, wanted.confirm.as_deref())?;
    Ok(Json(backups::create(&connection.engine, &table, &wanted).await?))
}

/// `DELETE /api/c/{connection}/tables/{table}/backups`
pub async fn delete(connection: AdminConn, table: TableName, ApiJson(asked): ApiJson<BackupDelete>) -> ApiResult<Exchange> {
    audit::asked(&asked);
    Ok(Json(backups::delete(&connection.engine, &table, &asked).await?))
}

/// `PUT /api/c/{connection}/tables/{table}/recovery`
pub async fn recovery(connection: AdminConn, table: TableName, ApiJson(wanted): ApiJson<RecoveryUpdate>) -> ApiResult<Exchange> {
    audit::asked(&wanted);
    Ok(Json(backups::update_recovery(&connection, &table, &wanted).await?))
}

/// `POST /api/c/{connection}/tables/{table}/restore`
pub async fn restore(asked: NewTable<Restore>) -> ApiResult<Exchange> {
    let NewTable { connection, from, wanted } = asked;
    let table = from.ok_or_else(|| Error::internal("a restore has a table that it is from"))?;
    confirm::on_production(&connection, &table, wanted.confirm.as_deref())?;
    Ok(Json(backups::restore(&connection.engine, &table, &wanted).await?))
}

/// `POST /api/c/{connection}/tables/{table}/exports`
pub async fn export(connection: AdminConn, table: TableName, ApiJson(wanted): ApiJson<ExportStart>) -> ApiResult<Exchange> {
    audit::asked(&wanted);
    confirm::on_production(&connection, &table, wanted.confirm.as_deref())?;
    Ok(Json(backups::export(&connection.engine, &table, &wanted).await?))
}

/// `POST /api/c/{connection}/imports`
pub async fn import(NewTable { connection, wanted, .. }: NewTable<ImportStart>) -> ApiResult<Exchange> {
    confirm::on_production(&connection, &wanted.target, wanted.confirm.as_deref())?;
    Ok(Json(backups::import(&connection.engine, &wanted).await?))
}
