//! The conversations of one user, newest first.

use dynadesk_shared::api::conversations::{ConversationChange, ConversationView, ConversationsRequest};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::gather::{initials, merge_conversations, move_conversation, name_of};
use super::moment::Moment;
use super::pages::Pages;
use super::users_pane::Users;
use crate::api;
use crate::components::{FailurePanel, RequestButton, TableScope};
use crate::format::time::{Style, day_begins};
use crate::nav;
use crate::ui::{Button, EmptyState, Field, IconButton, IconName, Skeleton, TextInput};

/// The conversations of the chosen user. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Conversations {
    pub list: RwSignal<Vec<ConversationView>>,
    pub user: StoredValue<String>,
    pages: Pages,
    /// What changed while a page was being read, which may have been read before that.
    meanwhile: StoredValue<Vec<ConversationChange>>,
    from: RwSignal<String>,
    to: RwSignal<String>,
}

impl Conversations {
    pub fn new(scope: &TableScope) -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            user: StoredValue::new(String::new()),
            pages: Pages::new(scope),
            meanwhile: StoredValue::new(Vec::new()),
            from: RwSignal::new(String::new()),
            to: RwSignal::new(String::new()),
        }
    }

    /// Shows another user's conversations.
    pub fn open(self, user: String) {
        self.user.set_value(user);
        self.list.set(Vec::new());
        self.pages.begun.set(false);
        self.reload();
    }

    /// Reads again from the newest; what is shown stays until the answer is there.
    pub fn reload(self) {
        self.pages.restart();
        self.read(true);
    }

    fn read(self, anew: bool) {
        let pages = self.pages;
        let Some(asked) = pages.ask() else { return };
        self.meanwhile.set_value(Vec::new());
        let request = ConversationsRequest {
            user: self.user.get_value(),
            from_micros: day_begins(&self.from.get_untracked(), 0),
            to_micros: day_begins(&self.to.get_untracked(), 1),
            cursor: if anew { None } else { pages.next.get_untracked() },
        };
        spawn_local(async move {
            let answer = api::conversations::list(&asked.connection, &asked.table, &request).await;
            if !pages.wants(&asked) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.list.update(|list| {
                        if anew {
                            list.clear();
                        }
                        merge_conversations(list, page.conversations);
                    });
                    pages.came(page.next, page.exchange);
                    for change in self.meanwhile.get_value() {
                        self.apply(change);
                    }
                }
                Err(failure) => pages.failure.set(Some(failure)),
            }
            pages.reading.set(false);
        });
    }

    /// A group row came, moved or went, by whoever wrote it.
    pub fn hear(self, change: ConversationChange) {
        let Some(reading) = self.pages.reading.try_get_untracked() else {
            return;
        };
        if reading {
            self.meanwhile.update_value(|all| all.push(change.clone()));
        }
        if self.pages.begun.get_untracked() {
            self.apply(change);
        }
    }

    fn apply(self, change: ConversationChange) {
        match change {
            ConversationChange::Row(row) => self.put(row),
            ConversationChange::RowGone { owner, sk } => self.leave(&owner, &sk),
            _ => {}
        }
    }

    fn put(self, row: ConversationView) {
        if self.user.with_value(|user| *user != row.owner) {
            return;
        }
        let from = day_begins(&self.from.get_untracked(), 0);
        let to = day_begins(&self.to.get_untracked(), 1);
        let shown = from.is_none_or(|from| row.at_micros >= Some(from)) && to.is_none_or(|to| row.at_micros.is_some_and(|at| at < to));
        self.list.update(|list| match shown {
            true => move_conversation(list, row),
            false => list.retain(|old| old.group != row.group),
        });
    }

    /// A group row is gone; one that moved stands elsewhere by now.
    fn leave(self, owner: &str, sk: &str) {
        let is_it = |row: &ConversationView| row.owner == owner && row.sk == sk;
        if self.list.with_untracked(|list| list.iter().any(is_it)) {
            self.list.update(|list| list.retain(|row| !is_it(row)));
        }
    }

    fn read_on(self) {
        if self.pages.has_more() {
            self.read(false);
        }
    }
}

#[component]
pub fn ListPane(
    scope: TableScope,
    users: Users,
    conversations: Conversations,
    #[prop(into)] user: Signal<Option<String>>,
    #[prop(into)] group: Signal<Option<String>>,
    /// Why no message can be sent.
    #[prop(into)]
    why_not: Signal<Option<String>>,
    #[prop(into)] on_new: Callback<()>,
) -> impl IntoView {
    let Conversations { list, from, to, .. } = conversations;
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let back = nav::users(&connection, &table);
    let title = move || {
        user.get()
            .map_or_else(|| "Conversations".to_owned(), |user| name_of(&users.named(&user)).to_owned())
    };
    // An entry stays the same while its conversation moves, and so does the focus that is on it.
    let entry = move |(owner, own, which): (String, String, usize)| {
        let shown = {
            let own = own.clone();
            Memo::new(move |_| list.with(|list| list.iter().filter(|one| one.group == own).nth(which).cloned()))
        };
        let href = nav::conversation(&connection, &table, &owner, &own);
        let current = move || group.with(|group| group.as_ref() == Some(&own)).then_some("true");
        let inner = |one: ConversationView| {
            view! {
                <span class="talk-face" aria-hidden="true">{initials(&one.with)}</span>
                <span class="talk-entry-text">
                    <strong>"with "{name_of(&one.with).to_owned()}</strong>
                    <span class="muted truncate">{one.last_message.clone()}</span>
                </span>
                <span class="talk-entry-side muted"><Moment at_micros=one.at_micros sk=one.sk.clone() style=Style::Short /></span>
            }
        };
        view! {
            <li>
                <a class="talk-entry" href=href aria-current=current>
                    {move || shown.get().map(inner)}
                </a>
            </li>
        }
    };
    let scrolled = move |event: leptos::ev::Event| {
        let pane: web_sys::Element = event_target(&event);
        if pane.scroll_top() + pane.client_height() * 2 > pane.scroll_height() {
            conversations.read_on();
        }
    };
    let set_day = move |signal: RwSignal<String>| {
        move |day: String| {
            signal.set(day);
            conversations.reload();
        }
    };
    let ranged = move || from.with(|from| !from.is_empty()) || to.with(|to| !to.is_empty());
    view! {
        <section class="talk-pane talk-conversations" aria-label="Conversations">
            <header class="talk-head">
                <a class="talk-back ui-button is-ghost" href=back aria-label="Back to users"><crate::ui::Icon name=IconName::ArrowLeft /></a>
                <h2 class="truncate">{title}</h2>
                <Button small=true icon=IconName::Plus disabled=why_not on_press=on_new>"New"</Button>
                <RequestButton connection=scope.connection.clone() exchange=conversations.pages.exchange />
            </header>
            <div class="talk-tools talk-range">
                <Field label="From">
                    <TextInput kind="date" value=from on_input=set_day(from) />
                </Field>
                <Field label="To">
                    <TextInput kind="date" value=to on_input=set_day(to) />
                </Field>
                {move || {
                    ranged()
                        .then(|| {
                            let clear = move |()| {
                                from.set(String::new());
                                to.set(String::new());
                                conversations.reload();
                            };
                            view! { <IconButton icon=IconName::Close label="All dates" on_press=clear /> }
                        })
                }}
            </div>
            {move || {
                conversations
                    .pages
                    .failure
                    .get()
                    .map(|failure| {
                        let retry = Callback::new(move |()| conversations.reload());
                        view! { <FailurePanel what="The conversations could not be read" failure retry /> }
                    })
            }}
            <ul class="talk-list" tabindex="-1" on:scroll=scrolled>
                <For
                    each=move || list.with(|list| entries(list))
                    key=|entry| entry.clone()
                    children=entry
                />
            </ul>
            {move || {
                let empty = list.with(Vec::is_empty);
                let (begun, more) = (conversations.pages.begun.get(), conversations.pages.next.with(Option::is_some));
                if empty && !begun && conversations.pages.failure.with(Option::is_none) {
                    view! { <div class="talk-tools"><Skeleton lines=6 label="Loading the conversations" /></div> }.into_any()
                } else if empty && begun && !more {
                    let text = if ranged() { "None in these dates." } else { "This user owns no group rows." };
                    view! { <EmptyState icon=IconName::Chat title="No conversations" text /> }.into_any()
                } else if more {
                    view! {
                        <footer class="talk-foot">
                            <span>"There are older ones"</span>
                            <Button small=true busy=conversations.pages.reading on_press=move |()| conversations.read_on()>"Load more"</Button>
                        </footer>
                    }
                        .into_any()
                } else {
                    ().into_any()
                }
            }}
        </section>
    }
}

/// The entries by owner, conversation and, where an owner has several rows of one, which of them.
fn entries(list: &[ConversationView]) -> Vec<(String, String, usize)> {
    let mut counts = std::collections::HashMap::<&str, usize>::new();
    let entry = |one: &'_ ConversationView, which: usize| (one.owner.clone(), one.group.clone(), which);
    list.iter()
        .map(|one| {
            let count = counts.entry(one.group.as_str()).or_default();
            *count += 1;
            entry(one, *count - 1)
        })
        .collect()
}
