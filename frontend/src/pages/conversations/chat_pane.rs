//! One conversation as a chat: the newest page first, older ones as one scrolls up.

use dynadesk_shared::api::conversations::{MessageSent, MessageView, MessagesRequest};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::gather::{is_same, merge_messages, name_of};
use super::letters::Letters;
use super::moment::Moment;
use super::pages::Pages;
use super::send_box::SendBox;
use crate::api;
use crate::components::{FailurePanel, RequestButton, TableScope};
use crate::format;
use crate::format::time::{Style, local};
use crate::nav;
use crate::ui::{Button, ButtonVariant, EmptyState, IconName, Skeleton};

/// The messages of the chosen conversation. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Chat {
    pub messages: RwSignal<Vec<MessageView>>,
    pub group: StoredValue<String>,
    /// Messages that came while older ones were being read.
    pub unseen: RwSignal<u32>,
    /// What is written to this one and to others.
    pub letters: RwSignal<Letters>,
    /// Messages that came before the first page did.
    early: StoredValue<Vec<MessageView>>,
    pages: Pages,
    log: NodeRef<html::Div>,
}

/// Whoever reads this near to the end is shown what comes.
const NEAR: i32 = 80;

impl Chat {
    pub fn new(scope: &TableScope) -> Self {
        Self {
            messages: RwSignal::new(Vec::new()),
            group: StoredValue::new(String::new()),
            unseen: RwSignal::new(0),
            letters: RwSignal::new(Letters::default()),
            early: StoredValue::new(Vec::new()),
            pages: Pages::new(scope),
            log: NodeRef::new(),
        }
    }

    /// Shows another conversation, from its newest page.
    pub fn open(self, group: String) {
        self.group.set_value(group);
        self.pages.restart();
        self.pages.begun.set(false);
        self.messages.set(Vec::new());
        self.early.set_value(Vec::new());
        self.unseen.set(0);
        self.read();
    }

    fn read(self) {
        let pages = self.pages;
        let Some(asked) = pages.ask() else { return };
        let request = MessagesRequest {
            group: self.group.get_value(),
            cursor: pages.next.get_untracked(),
        };
        spawn_local(async move {
            let answer = api::conversations::messages(&asked.connection, &asked.table, &request).await;
            if !pages.wants(&asked) {
                return;
            }
            match answer {
                Ok(page) => {
                    let first = !pages.begun.get_untracked();
                    self.keep_place(first, || self.messages.update(|messages| merge_messages(messages, page.messages)));
                    pages.came(page.next, page.exchange);
                    // The page may have been read before they were written.
                    let early = self.early.try_update_value(std::mem::take);
                    early.unwrap_or_default().into_iter().for_each(|message| self.arrive(message));
                }
                Err(failure) => {
                    // The page that is read in the end has them.
                    self.early.set_value(Vec::new());
                    pages.failure.set(Some(failure));
                }
            }
            pages.reading.set(false);
            self.fill();
        });
    }

    /// Reads on while the log is not even full: a scroll cannot ask for more then.
    fn fill(self) {
        request_animation_frame(move || {
            if let Some(log) = self.log.try_get_untracked().flatten()
                && log.scroll_height() <= log.client_height()
                && self.pages.failure.with_untracked(Option::is_none)
            {
                self.older();
            }
        });
    }

    fn older(self) {
        if self.pages.has_more() {
            self.read();
        }
    }

    /// Changes the messages and keeps what is read where it is, or goes to the end.
    fn keep_place(self, to_end: bool, change: impl FnOnce()) {
        let below = self.log.get_untracked().map(|log| log.scroll_height() - log.scroll_top());
        change();
        request_animation_frame(move || {
            if let Some(log) = self.log.try_get_untracked().flatten() {
                let height = log.scroll_height();
                log.set_scroll_top(match below {
                    Some(below) if !to_end => height - below,
                    _ => height,
                });
            }
        });
    }

    /// A message that somebody wrote meanwhile, or changed. Who reads older ones stays there.
    pub fn arrive(self, message: MessageView) {
        let Some(begun) = self
            .pages
            .begun
            .try_get_untracked()
            .filter(|_| self.group.get_value() == message.group)
        else {
            return;
        };
        if !begun {
            self.early.update_value(|early| early.push(message));
            return;
        }
        if self.messages.with_untracked(|all| all.contains(&message)) {
            return;
        }
        let new = self.messages.with_untracked(|all| !all.iter().any(|one| is_same(one, &message)));
        if new && self.is_older_than_shown(&message) {
            // It belongs to a page that is still to be read.
            return;
        }
        let at_end = self
            .log
            .get_untracked()
            .is_none_or(|log| log.scroll_height() - log.scroll_top() - log.client_height() < NEAR);
        if at_end {
            self.keep_place(true, || self.messages.update(|all| merge_messages(all, vec![message])));
            return;
        }
        let top = self.log.get_untracked().map(|log| log.scroll_top());
        self.messages.update(|all| merge_messages(all, vec![message]));
        if let (Some(log), Some(top)) = (self.log.get_untracked(), top) {
            log.set_scroll_top(top);
        }
        if new {
            self.unseen.update(|unseen| *unseen += 1);
        }
    }

    fn is_older_than_shown(self, message: &MessageView) -> bool {
        let oldest = self.messages.with_untracked(|all| all.iter().find_map(|one| one.at_micros));
        self.pages.has_more() && oldest.is_some() && message.at_micros < oldest
    }

    /// Reads the newest page again: for what came while nothing was told.
    pub fn catch_up(self) {
        let group = self.group.get_value();
        if group.is_empty() || self.pages.begun.try_get_untracked() != Some(true) {
            return;
        }
        let (connection, table) = self.pages.place();
        spawn_local(async move {
            let request = MessagesRequest {
                group: group.clone(),
                cursor: None,
            };
            let Ok(page) = api::conversations::messages(&connection, &table, &request).await else {
                return;
            };
            if self.group.try_get_value().as_ref() != Some(&group) {
                return;
            }
            let joins = self
                .messages
                .with_untracked(|all| all.is_empty() || page.messages.iter().any(|new| all.iter().any(|old| is_same(old, new))));
            match joins || page.messages.is_empty() {
                true => page.messages.into_iter().for_each(|message| self.arrive(message)),
                // More came than fit a page: what is between would be missing.
                false => self.open(group),
            }
        });
    }

    /// Goes to the newest message.
    pub fn to_end(self) {
        self.unseen.set(0);
        if let Some(log) = self.log.get_untracked() {
            log.set_scroll_top(log.scroll_height());
            let _ = log.focus();
        }
    }

    /// A message was sent from the box, to this conversation or to the one before it.
    pub fn sent(self, sent: MessageSent) {
        if sent.message.group == self.group.get_value() {
            self.pages.exchange.set(Some(sent.exchange));
            self.add(sent.message);
        }
    }

    /// A message that was just sent.
    pub fn add(self, message: MessageView) {
        if message.group == self.group.get_value() {
            self.keep_place(true, || self.messages.update(|messages| merge_messages(messages, vec![message])));
        }
    }
}

#[component]
pub fn ChatPane(
    scope: TableScope,
    chat: Chat,
    /// The conversation that is open.
    #[prop(into)]
    group: Signal<Option<String>>,
    /// Whose side the chat takes.
    #[prop(into)]
    user: Signal<Option<String>>,
    /// The name of the other person, where it is known.
    #[prop(into)]
    with: Signal<Option<String>>,
    #[prop(into)] user_name: Signal<String>,
    #[prop(into)] why_not: Signal<Option<String>>,
    /// A message was sent.
    #[prop(into)]
    on_sent: Callback<()>,
) -> impl IntoView {
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let back = Signal::derive(move || nav::user(&connection, &table, &user.get().unwrap_or_default()));
    let title = move || match with.get() {
        Some(with) => format!("{} with {with}", user_name.get()),
        None => "Conversation".to_owned(),
    };
    let lines = Memo::new(move |_| chat.messages.with(|messages| with_days(messages)));
    let scrolled = move |event: leptos::ev::Event| {
        let log: web_sys::Element = event_target(&event);
        if log.scroll_top() < 240 {
            chat.older();
        }
        if chat.unseen.get_untracked() > 0 && log.scroll_height() - log.scroll_top() - log.client_height() < NEAR {
            chat.unseen.set(0);
        }
    };
    view! {
        <section class="talk-pane talk-chat" aria-label="Chat">
            <header class="talk-head">
                <a class="talk-back ui-button is-ghost" href=back aria-label="Back to conversations">
                    <crate::ui::Icon name=IconName::ArrowLeft />
                </a>
                <h2 class="truncate">{title}</h2>
                <RequestButton connection=scope.connection.clone() exchange=chat.pages.exchange />
            </header>
            {move || {
                chat.pages.failure
                    .get()
                    .map(|failure| {
                        let retry = Callback::new(move |()| chat.read());
                        view! { <FailurePanel what="The messages could not be read" failure retry /> }
                    })
            }}
            <div class="talk-log" role="log" aria-label="Messages, oldest first" tabindex="0" node_ref=chat.log on:scroll=scrolled>
                <p class="talk-edge muted" role="status">
                    {move || match (chat.pages.begun.get(), chat.pages.next.with(Option::is_some)) {
                        (false, _) => "",
                        (true, true) => "Loading older messages …",
                        (true, false) => "The beginning of this conversation",
                    }}
                </p>
                {move || {
                    let waiting = !chat.pages.begun.get() && chat.pages.failure.with(Option::is_none);
                    waiting.then(|| view! { <Skeleton lines=8 label="Loading the messages" /> })
                }}
                {move || {
                    (chat.pages.begun.get() && chat.messages.with(Vec::is_empty))
                        .then(|| {
                            view! { <EmptyState icon=IconName::Chat title="No messages" text="No message row belongs to this conversation." /> }
                        })
                }}
                <For each=move || lines.get() key=|line| (line.0.clone(), line.1.sk.clone(), line.1.message_uuid.clone(), line.1.text.clone()) let((day, message))>
                    {day.map(|day| view! { <h3 class="talk-day"><span>{day}</span></h3> })}
                    <Bubble message user />
                </For>
            </div>
            {move || {
                let unseen = chat.unseen.get();
                (unseen > 0)
                    .then(|| {
                        let words = format::counted(u64::from(unseen), "new message", "new messages");
                        view! {
                            <div class="talk-unseen">
                                <Button small=true variant=ButtonVariant::Primary icon=IconName::ArrowDown on_press=move |()| chat.to_end()>
                                    {words}
                                </Button>
                            </div>
                        }
                    })
            }}
            <SendBox scope=scope.clone() chat group user user_name why_not on_sent />
        </section>
    }
}

/// Messages, each with its day where that is another than the day before.
fn with_days(messages: &[MessageView]) -> Vec<(Option<String>, MessageView)> {
    let mut before = String::new();
    let days = messages.iter().map(|message| {
        let day = message.at_micros.map_or_else(|| before.clone(), |micros| local(micros, Style::Day));
        let new = day != before;
        before.clone_from(&day);
        (new.then_some(day), message.clone())
    });
    days.collect()
}

#[component]
fn Bubble(message: MessageView, user: Signal<Option<String>>) -> impl IntoView {
    let sender = message.from.uuid.clone();
    let own = move || user.with(|user| user.as_ref() == Some(&sender));
    view! {
        <article class="talk-bubble" class:is-own=own>
            <p class="talk-from">"from "<strong>{name_of(&message.from).to_owned()}</strong></p>
            <p class="talk-text">{message.text.clone()}</p>
            <p class="talk-when muted"><Moment at_micros=message.at_micros sk=message.sk.clone() style=Style::Clock /></p>
        </article>
    }
}
