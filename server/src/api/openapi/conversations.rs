//! Conversations of a Cruddur-shaped table, and whether their users are those of the application.

use dynadesk_shared::api::conversations::{
    ConversationChange, ConversationStart, ConversationsPage, ConversationsRequest, MessageSend, MessageSent, MessagesPage,
    MessagesRequest, UsersPage, UsersRequest,
};
use dynadesk_shared::api::integrity::{IntegrityPage, IntegrityRequest, RefreshRequest};
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::paths;

use super::Description;

pub fn describe(api: &mut Description) {
    api.add("post", paths::USERS, "users", "Users on a stretch of the table")
        .takes::<UsersRequest>()
        .answers::<UsersPage>();
    api.add(
        "post",
        paths::CONVERSATIONS,
        "conversations",
        "A user's conversations, the newest first",
    )
    .takes::<ConversationsRequest>()
    .answers::<ConversationsPage>();
    api.add("post", paths::MESSAGES, "messages", "A page of a conversation's messages")
        .takes::<MessagesRequest>()
        .answers::<MessagesPage>();
    api.add("post", paths::MESSAGE_SEND, "send_message", "Sends a message")
        .takes::<MessageSend>()
        .answers::<MessageSent>();
    api.add(
        "post",
        paths::CONVERSATION_START,
        "start_conversation",
        "Starts a conversation, or finds it",
    )
    .takes::<ConversationStart>()
    .answers::<MessageSent>();
    api.add("get", paths::CONVERSATION_EVENTS, "conversation_events", "Changes as they happen")
        .streams("`change` for each; the first says whether any are told")
        .event::<ConversationChange>("change");
    api.add(
        "post",
        paths::INTEGRITY,
        "integrity",
        "Users of a stretch with whom something is not right",
    )
    .takes::<IntegrityRequest>()
    .answers::<IntegrityPage>();
    api.add(
        "post",
        paths::INTEGRITY_REFRESH,
        "refresh_names",
        "Brings copies of names up to date",
    )
    .takes::<RefreshRequest>()
    .begins::<JobView>();
}
