//! Conversations of a Cruddur-shaped table: users, a user's conversations, one as a chat.

mod chat_pane;
mod gather;
mod letters;
mod list_pane;
mod live;
mod moment;
mod new_dialog;
mod pages;
mod send_box;
mod users_pane;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::conversations::MessageSent;
use dynadesk_shared::key::ScalarType;
use leptos::prelude::*;

use self::chat_pane::{Chat, ChatPane};
use self::gather::name_of;
use self::list_pane::{Conversations, ListPane};
use self::live::LiveState;
use self::new_dialog::NewDialog;
use self::users_pane::{Users, UsersPane};
use crate::components::table_page::DetailsFailure;
use crate::components::{TableFrame, TableScope};
use crate::nav::{self, Route, Section};
use crate::state::commands::{Command, use_commands};
use crate::state::use_navigation;
use crate::ui::{Button, EmptyState, IconName, Skeleton};

#[component]
pub fn ConversationsPage(scope: TableScope) -> impl IntoView {
    let details = scope.details;
    // What is typed stays while the table cannot be described again.
    let shape = Memo::new(move |was: Option<&Option<bool>>| details.ready(is_fit).or(was.copied().flatten()));
    let users = Users::new(&scope);
    let conversations = Conversations::new(&scope);
    let chat = Chat::new(&scope);
    let refresh = move || {
        users.reload();
        if !conversations.user.with_value(String::is_empty) {
            conversations.reload();
        }
        let group = chat.group.get_value();
        if !group.is_empty() {
            chat.open(group);
        }
    };
    use_commands().register(vec![Command::new(
        scope.table.clone(),
        "Read the conversations again",
        IconName::Refresh,
        refresh,
    )]);
    let parts = (users, conversations, chat);
    let inner = StoredValue::new(scope.clone());
    let live = live::follow(&scope, conversations, chat);
    let actions = move || {
        view! {
            <LiveState scope=inner.get_value() live />
            <Button icon=IconName::Refresh on_press=move |()| refresh()>"Refresh"</Button>
        }
    };
    view! {
        <TableFrame scope actions fill=true>
            <DetailsFailure scope=inner.get_value() />
            {move || match shape.get() {
                None => view! { <Skeleton lines=6 /> }.into_any(),
                Some(true) => view! { <Panes scope=inner.get_value() parts /> }.into_any(),
                Some(false) => {
                    view! {
                        <EmptyState
                            icon=IconName::Chat
                            title="This table holds no conversations"
                            text="Conversations need the Cruddur shape: a partition key pk and a sort key sk, both strings, with rows \
                            GRP#<user> for each participant and MSG#<conversation> for each message."
                        />
                    }
                        .into_any()
                }
            }}
        </TableFrame>
    }
}

/// Whether the table's key is a string `pk` and a string `sk`.
fn is_fit(table: &dynadesk_shared::api::tables::TableView) -> bool {
    let fits = |side: &[dynadesk_shared::KeyAttribute], name| matches!(side, [key] if key.name == name && key.kind == ScalarType::S);
    fits(&table.key.partition, "pk") && fits(&table.key.sort, "sk")
}

#[component]
fn Panes(scope: TableScope, parts: (Users, Conversations, Chat)) -> impl IntoView {
    let (users, conversations, chat) = parts;
    let navigation = use_navigation();
    let place = Memo::new(move |_| {
        navigation.route().with(|route| match route {
            Route::Table {
                section: Section::Conversations { user, group },
                ..
            } => (user.clone(), group.clone()),
            _ => (None, None),
        })
    });
    let user = Memo::new(move |_| place.with(|place| place.0.clone()));
    let group = Memo::new(move |_| place.with(|place| place.1.clone()));
    users.read_on();
    Effect::new(move |_| {
        if let Some(user) = user.get() {
            conversations.open(user);
        }
    });
    Effect::new(move |_| {
        if let Some(group) = group.get() {
            chat.open(group);
        }
    });
    let why_not = {
        let no = scope.why_not_write();
        let transactions = scope.connection.capabilities.why_not(Feature::Transactions);
        no.or_else(|| transactions.map(|why| format!("Sending needs transactions: {why}")))
    };
    let why_not = StoredValue::new(why_not);
    let why_not = Signal::derive(move || why_not.get_value());
    let user_name = Signal::derive(move || {
        let uuid = user.get().unwrap_or_default();
        let known = users.named(&uuid);
        if known.handle.is_empty() && known.display_name.is_empty() {
            // A deep link is opened before the users are found; a message of theirs names them.
            let said = chat
                .messages
                .with(|messages| messages.iter().find(|one| one.from.uuid == uuid).map(|one| one.from.clone()));
            return name_of(&said.unwrap_or(known)).to_owned();
        }
        name_of(&known).to_owned()
    });
    let with = Signal::derive(move || {
        let (uuid, group) = (user.get().unwrap_or_default(), group.get()?);
        let listed = conversations
            .list
            .with(|list| list.iter().find(|one| one.group == group).map(|one| one.with.clone()));
        let other = || {
            chat.messages
                .with(|messages| messages.iter().find(|one| one.from.uuid != uuid).map(|one| one.from.clone()))
        };
        listed.or_else(other).map(|person| name_of(&person).to_owned())
    });
    let new_open = RwSignal::new(false);
    let scope = StoredValue::new(scope);
    let started = move |(sender, sent): (String, MessageSent)| {
        // Whoever went to another user meanwhile stays there.
        if user.with_untracked(|user| user.as_ref() != Some(&sender)) {
            return;
        }
        let (connection, table) = scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        conversations.reload();
        navigation.go(&nav::conversation(&connection, &table, &sender, &sent.message.group));
        if chat.group.get_value() == sent.message.group {
            chat.add(sent.message);
        }
    };
    view! {
        <div
            class="talk"
            class:has-user=move || user.with(Option::is_some)
            class:has-chat=move || group.with(Option::is_some)
        >
            <UsersPane scope=scope.get_value() users chosen=user />
            <Show
                when=move || user.with(Option::is_some)
                fallback=|| {
                    view! {
                        <div class="talk-pane talk-invite">
                            <EmptyState
                                icon=IconName::Users
                                title="Choose a user"
                                text="Their conversations appear here, newest first, and each one opens as a chat."
                            />
                        </div>
                    }
                }
            >
                <ListPane
                    scope=scope.get_value()
                    users
                    conversations
                    user
                    group
                    why_not
                    on_new=move |()| new_open.set(true)
                />
                <Show
                    when=move || group.with(Option::is_some)
                    fallback=|| {
                        view! {
                            <div class="talk-pane talk-invite is-chat">
                                <EmptyState icon=IconName::Chat title="Choose a conversation" text="Its newest messages come first; older ones as you scroll up." />
                            </div>
                        }
                    }
                >
                    <ChatPane
                        scope=scope.get_value()
                        chat
                        group
                        user
                        with
                        user_name
                        why_not
                        on_sent=move |()| conversations.reload()
                    />
                </Show>
            </Show>
            <NewDialog open=new_open scope=scope.get_value() users user on_started=started />
        </div>
    }
}
