//! Conversations of a Cruddur-shaped table. Reading is POST too: a user's id and a cursor are data.

use axum::Json;
use axum::extract::State;
use dynadesk_shared::api::conversations::{
    ConversationStart, ConversationsPage, ConversationsRequest, MessageSend, MessageSent, MessagesPage, MessagesRequest, UsersPage,
    UsersRequest,
};

use super::error::ApiResult;
use super::extract::{ApiJson, Conn, TableName, WritableConn};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::conversations;
use crate::history::Recorder;

/// `POST …/conversations/users`
pub async fn users(connection: Conn, table: TableName, ApiJson(asked): ApiJson<UsersRequest>) -> ApiResult<UsersPage> {
    Ok(Json(conversations::users(&connection, &table, asked).await?))
}

/// `POST …/conversations/list`
pub async fn list(connection: Conn, table: TableName, ApiJson(asked): ApiJson<ConversationsRequest>) -> ApiResult<ConversationsPage> {
    Ok(Json(conversations::list(&connection, &table, asked).await?))
}

/// `POST …/conversations/messages`
pub async fn messages(connection: Conn, table: TableName, ApiJson(asked): ApiJson<MessagesRequest>) -> ApiResult<MessagesPage> {
    Ok(Json(conversations::messages(&connection, &table, &asked).await?))
}

/// `POST …/conversations/send`
pub async fn send(
    State(app): State<AppState>,
    connection: WritableConn,
    table: TableName,
    ApiJson(asked): ApiJson<MessageSend>,
) -> ApiResult<MessageSent> {
    let recorder = Recorder::new(&app.store, &connection.view.name);
    to_the_end(async move { conversations::send(&connection, &table, &app.clock, &asked, recorder).await }).await
}

/// `POST …/conversations/start`
pub async fn start(
    State(app): State<AppState>,
    connection: WritableConn,
    table: TableName,
    ApiJson(asked): ApiJson<ConversationStart>,
) -> ApiResult<MessageSent> {
    let recorder = Recorder::new(&app.store, &connection.view.name);
    to_the_end(async move { conversations::start(&connection, &table, &app.clock, &asked, recorder).await }).await
}
