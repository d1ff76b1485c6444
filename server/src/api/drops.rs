//! Dropping a table where that takes two people.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::drops::{DropApprove, DropAsk, DropList, DropRefuse, DropRequest, DropWithdraw};
use dynadesk_shared::api::exchange::Exchange;

use super::error::ApiResult;
use super::extract::{AdminConn, ApiJson, AskingConn, Conn, TableName};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::audit;
use crate::connections::Connection;
use crate::drops::Desk;
use crate::who::Person;

fn desk<'a>(app: &'a AppState, connection: &'a Connection, person: &'a Person) -> Desk<'a> {
    Desk {
        store: &app.store,
        access: &app.access,
        follow_ups: &app.follow_ups,
        clock: &app.clock,
        connection,
        person,
    }
}

/// Whoever decides is written down with whom it was for.
async fn note(desk: Desk<'_>, table: &str, answer: &str) {
    if let Some(said) = desk.said(table).await {
        audit::detail(&format!("{said}{answer}"));
    }
}

/// `GET /api/c/{connection}/drop-requests`
pub async fn list(State(app): State<AppState>, connection: Conn) -> ApiResult<DropList> {
    Ok(Json(desk(&app, &connection, &connection.1).list().await?))
}

/// `POST /api/c/{connection}/tables/{table}/drop-request`
pub async fn ask(
    State(app): State<AppState>,
    connection: AskingConn,
    table: TableName,
    ApiJson(asked): ApiJson<DropAsk>,
) -> ApiResult<DropRequest> {
    audit::detail(&asked.reason);
    Ok(Json(desk(&app, &connection, &connection.1).ask(&table, &asked).await?))
}

/// `POST /api/c/{connection}/tables/{table}/drop-request/approve`
pub async fn approve(
    State(app): State<AppState>,
    connection: AdminConn,
    table: TableName,
    ApiJson(asked): ApiJson<DropApprove>,
) -> ApiResult<Exchange> {
    note(desk(&app, &connection, &connection.1), &table, "").await;
    to_the_end(async move { desk(&app, &connection, &connection.1).approve(&table, &asked).await }).await
}

/// `POST /api/c/{connection}/tables/{table}/drop-request/refuse`
pub async fn refuse(
    State(app): State<AppState>,
    connection: AskingConn,
    table: TableName,
    ApiJson(asked): ApiJson<DropRefuse>,
) -> ApiResult<()> {
    let desk = desk(&app, &connection, &connection.1);
    note(desk, &table, &format!("; refused: {}", asked.reason)).await;
    Ok(Json(desk.refuse(&table, &asked).await?))
}

/// `DELETE /api/c/{connection}/tables/{table}/drop-request`
pub async fn withdraw(
    State(app): State<AppState>,
    connection: AskingConn,
    table: TableName,
    ApiJson(asked): ApiJson<DropWithdraw>,
) -> ApiResult<()> {
    let desk = desk(&app, &connection, &connection.1);
    note(desk, &table, "").await;
    Ok(Json(desk.withdraw(&table, &asked).await?))
}
