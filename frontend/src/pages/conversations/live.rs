//! What others write, as they write it: the open chat and the list keep up by themselves.

use dynadesk_shared::api::conversations::{ConversationChange, NotLive};
use leptos::prelude::*;

use super::chat_pane::Chat;
use super::list_pane::Conversations;
use crate::api;
use crate::components::TableScope;
use crate::components::reconnecting::{Reconnecting, Standing};
use crate::nav::{self, Section};
use crate::ui::{IconName, LinkButton, StatusDot, Tone, Tooltip};

/// Whether changes are told.
#[derive(Clone, Copy)]
pub struct Live {
    /// Nothing while nobody has said.
    told: RwSignal<Option<Result<(), NotLive>>>,
    standing: Standing,
}

/// Follows the table for as long as the page is there.
pub fn follow(scope: &TableScope, conversations: Conversations, chat: Chat) -> Live {
    let live = Live {
        told: RwSignal::new(None),
        standing: Standing::default(),
    };
    let catch_up = move || {
        if conversations.user.try_with_value(|user| !user.is_empty()) == Some(true) {
            conversations.reload();
        }
        chat.catch_up();
    };
    let take = move |change| match change {
        ConversationChange::Live => {
            live.told.try_set(Some(Ok(())));
            catch_up();
        }
        ConversationChange::NotLive(why) => drop(live.told.try_set(Some(Err(why)))),
        ConversationChange::Message(message) => {
            if chat.group.try_get_value().is_some() {
                chat.arrive(message);
            }
        }
        ConversationChange::Row(_) | ConversationChange::RowGone { .. } => conversations.hear(change),
        ConversationChange::Skipped => catch_up(),
    };
    let stands = move |link| live.standing.set(link);
    let watch = api::conversations::watch(&scope.connection.name, &scope.table, take, stands);
    let watch = StoredValue::new_local(Some(watch));
    on_cleanup(move || drop(watch.try_set_value(None)));
    live
}

/// Says whether the page keeps up by itself, and if not, what would make it.
#[component]
pub fn LiveState(scope: TableScope, live: Live) -> impl IntoView {
    let settings = nav::table(&scope.connection.name, &scope.table, Section::Settings);
    let told = move || {
        let settings = settings.clone();
        live.told.get().map(|told| match told {
            Ok(()) => view! { <StatusDot tone=Tone::Good label="Live" /> }.into_any(),
            Err(NotLive { why, stream }) => {
                let text = format!("New messages appear after Refresh: {why}");
                view! {
                    <Tooltip text>
                        <span class="talk-not-live" tabindex="0"><StatusDot tone=Tone::Neutral label="Not live" /></span>
                    </Tooltip>
                    {stream
                        .then(|| {
                            view! {
                                <LinkButton small=true icon=IconName::Settings href=settings>"Turn the stream on"</LinkButton>
                            }
                        })}
                }
                .into_any()
            }
        })
    };
    view! {
        <Reconnecting standing=live.standing />
        {move || (!live.standing.is_lost()).then(&told)}
    }
}
