//! Conversations: users, a user's conversations, messages; sending and starting.

use dynadesk_shared::api::conversations::{
    ConversationChange, ConversationStart, ConversationsPage, ConversationsRequest, MessageSend, MessageSent, MessagesPage,
    MessagesRequest, UsersPage, UsersRequest,
};
use dynadesk_shared::api::paths;

use super::events::{Events, Link};
use super::{ApiFailure, post};

/// Users found on the next stretch of the table.
pub async fn users(connection: &str, table: &str, request: &UsersRequest) -> Result<UsersPage, ApiFailure> {
    post(&paths::fill(paths::USERS, &[connection, table]), request).await
}

/// A user's conversations, newest first.
pub async fn list(connection: &str, table: &str, request: &ConversationsRequest) -> Result<ConversationsPage, ApiFailure> {
    post(&paths::fill(paths::CONVERSATIONS, &[connection, table]), request).await
}

/// Messages of a conversation, newest page first.
pub async fn messages(connection: &str, table: &str, request: &MessagesRequest) -> Result<MessagesPage, ApiFailure> {
    post(&paths::fill(paths::MESSAGES, &[connection, table]), request).await
}

/// Sends a message and moves the group rows, in one transaction.
pub async fn send(connection: &str, table: &str, message: &MessageSend) -> Result<MessageSent, ApiFailure> {
    post(&paths::fill(paths::MESSAGE_SEND, &[connection, table]), message).await
}

/// Starts a conversation, or sends to the one these two already have.
pub async fn start(connection: &str, table: &str, conversation: &ConversationStart) -> Result<MessageSent, ApiFailure> {
    post(&paths::fill(paths::CONVERSATION_START, &[connection, table]), conversation).await
}

/// Calls back with what happens in the conversations of a table, and with how the stream of it stands, until it is dropped.
pub fn watch(connection: &str, table: &str, take: impl FnMut(ConversationChange) + 'static, stands: impl FnMut(Link) + 'static) -> Events {
    let path = paths::fill(paths::CONVERSATION_EVENTS, &[connection, table]);
    Events::of(path, &["change"], take, stands)
}
