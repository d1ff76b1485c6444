//! Conversations of a Cruddur-shaped table: users, a user's conversations, the messages of one.

use serde::{Deserialize, Serialize};

use super::exchange::Exchange;

/// A person as rows name one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UserRef {
    pub uuid: String,
    pub display_name: String,
    pub handle: String,
}

/// Asks for users found on the next stretch of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UsersRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// Users seen on one stretch of the table. The browser merges stretches by uuid and adds the counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UsersPage {
    pub users: Vec<UserFound>,
    pub scanned: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub exchange: Exchange,
    /// Why names are those of the table's own rows although somebody is configured to know them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names_problem: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserFound {
    /// Names are empty where only the uuid was seen on this stretch (the owner of group rows).
    pub user: UserRef,
    /// Group rows that this user owns.
    pub conversations: u64,
    /// Messages that this user sent.
    pub messages: u64,
}

/// A user's conversations, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConversationsRequest {
    pub user: String,
    /// From this instant on, microseconds since 1970 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_micros: Option<i64>,
    /// Before this instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_micros: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationsPage {
    pub conversations: Vec<ConversationView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub exchange: Exchange,
    /// Why names are those of the table's own rows although somebody is configured to know them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names_problem: Option<String>,
}

/// A group row: the conversation as one owner sees it. `with` is the other person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationView {
    pub group: String,
    pub owner: String,
    pub with: UserRef,
    pub last_message: String,
    /// The sort key as stored.
    pub sk: String,
    /// Its instant; nothing where the sort key is no time.
    pub at_micros: Option<i64>,
}

/// The messages of a conversation, newest page first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MessagesRequest {
    pub group: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// A page of messages, oldest first within the page; `next` leads to older ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessagesPage {
    pub messages: Vec<MessageView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub exchange: Exchange,
    /// Why names are those of the table's own rows although somebody is configured to know them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names_problem: Option<String>,
}

/// A message row. `from` is the sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageView {
    pub message_uuid: String,
    pub group: String,
    pub from: UserRef,
    pub text: String,
    /// The sort key as stored.
    pub sk: String,
    pub at_micros: Option<i64>,
}

/// Sends a message to a conversation and moves its group rows, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MessageSend {
    pub group: String,
    /// The uuid of the participant who speaks.
    pub sender: String,
    pub text: String,
}

/// Starts a conversation, or finds the one these two already have and sends to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConversationStart {
    pub from: UserRef,
    pub to: UserRef,
    pub text: String,
}

/// What happens in the conversations of a table, as it happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConversationChange {
    /// Changes are told from now on: what is shown is read again once, and then kept up.
    Live,
    /// Changes are not told.
    NotLive(NotLive),
    /// A message came or was changed.
    Message(MessageView),
    /// A group row came or was changed.
    Row(ConversationView),
    /// A group row is gone.
    RowGone { owner: String, sk: String },
    /// Changes were left out: what is shown is to be read again.
    Skipped,
}

/// Why changes are not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotLive {
    /// For a person.
    pub why: String,
    /// Whether the table's stream is what is missing.
    pub stream: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageSent {
    pub message: MessageView,
    /// Whether the conversation was there before.
    pub existing: bool,
    pub exchange: Exchange,
    /// Why nothing was kept to undo this with, for a person; nothing where it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unkept: Option<String>,
}
