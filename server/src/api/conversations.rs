//! Conversations of a Cruddur-shaped table. Reading is POST too: a user's id and a cursor are data.

use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::Event;
use dynadesk_shared::api::conversations::{
    ConversationStart, ConversationsPage, ConversationsRequest, MessageSend, MessageSent, MessagesPage, MessagesRequest, UsersPage,
    UsersRequest,
};
use futures_util::stream::{self, Stream};

use super::alive::keep_alive;
use super::error::ApiResult;
use super::extract::{ApiJson, Conn, TableName, WritableConn};
use super::finish::to_the_end;
use crate::app::AppState;
use crate::conversations;
use crate::history::Recorder;

/// `POST …/conversations/users`
pub async fn users(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiJson(asked): ApiJson<UsersRequest>,
) -> ApiResult<UsersPage> {
    let budgets = app.budgets.clone();
    // What is read is counted, also where nobody waits for it any more.
    let Json(mut page) = to_the_end(async move {
        let read = conversations::users(&connection, &table, asked);
        budgets
            .page(&connection, &connection.1, &[&table], read, |page| page.exchange.consumed)
            .await
    })
    .await?;
    page.names_problem = app.identity.name(page.users.iter_mut().map(|found| &mut found.user)).await;
    Ok(Json(page))
}

/// `POST …/conversations/list`
pub async fn list(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiJson(asked): ApiJson<ConversationsRequest>,
) -> ApiResult<ConversationsPage> {
    let mut page = conversations::list(&connection, &table, asked).await?;
    page.names_problem = app.identity.name(page.conversations.iter_mut().map(|one| &mut one.with)).await;
    Ok(Json(page))
}

/// `POST …/conversations/messages`
pub async fn messages(
    State(app): State<AppState>,
    connection: Conn,
    table: TableName,
    ApiJson(asked): ApiJson<MessagesRequest>,
) -> ApiResult<MessagesPage> {
    let mut page = conversations::messages(&connection, &table, &asked).await?;
    page.names_problem = app.identity.name(page.messages.iter_mut().map(|one| &mut one.from)).await;
    Ok(Json(page))
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

/// `GET …/conversations/events`: an event `change` for each, the first one says whether any are told.
pub async fn events(State(app): State<AppState>, connection: Conn, table: TableName) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let told = app.live.watch(connection.0, table.0);
    let events = stream::unfold(told, |mut told| async move {
        let change = told.recv().await?;
        // A change has string keys only, so this cannot fail; an empty event would be harmless.
        let event = Event::default().event("change").json_data(&change).unwrap_or_default();
        Some((Ok(event), told))
    });
    Sse::new(events).keep_alive(keep_alive())
}
