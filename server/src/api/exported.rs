//! What a browser is about to make a file of, or to copy: written down before it does.

use axum::Json;
use dynadesk_shared::api::exported::ItemsExported;

use super::error::ApiResult;
use super::extract::{ApiJson, Conn, TableName};
use crate::audit;
use crate::error::Error;

/// `POST /api/c/{connection}/tables/{table}/items/exported`: where the audit log is required and does not answer
/// this is refused, and then no file is made. Nothing else is done here.
pub async fn note(_: Conn, _: TableName, ApiJson(asked): ApiJson<ItemsExported>) -> ApiResult<()> {
    asked.check().map_err(|why| Error::invalid("invalid_page", why))?;
    audit::detail(&asked.words());
    Ok(Json(()))
}
