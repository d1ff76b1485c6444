//! Starts a conversation as the chosen user, or finds the one these two already have.

use dynadesk_shared::api::conversations::{ConversationStart, MessageSent, UserRef};
use dynadesk_shared::patterns::cruddur;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::gather::{matches, name_of};
use super::users_pane::Users;
use crate::api::{self, ApiFailure};
use crate::components::pattern_cost;
use crate::components::{FailurePanel, TableScope};
use crate::ui::{Button, ButtonVariant, Checkbox, Choice, Dialog, Field, IconName, Select, TextArea, TextInput};

#[component]
pub fn NewDialog(
    open: RwSignal<bool>,
    scope: TableScope,
    users: Users,
    #[prop(into)] user: Signal<Option<String>>,
    /// Who wrote, and what.
    #[prop(into)]
    on_started: Callback<(String, MessageSent)>,
) -> impl IntoView {
    let by_hand = RwSignal::new(false);
    let picked = RwSignal::new(String::new());
    let (uuid, name, handle) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let (search, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, failure, problem) = (
        RwSignal::new(false),
        RwSignal::new(None::<ApiFailure>),
        RwSignal::new(None::<String>),
    );
    let from = Memo::new(move |_| users.named(&user.get().unwrap_or_default()));
    let others = Signal::derive(move || {
        let (me, search) = (user.get().unwrap_or_default(), search.get());
        let mut choices = vec![Choice::new("", "Choose a user")];
        users.found.with(|found| {
            let others = found.iter().filter(|found| found.user.uuid != me && matches(&found.user, &search));
            choices.extend(others.map(|found| {
                let user = &found.user;
                let handle = if user.handle.is_empty() {
                    String::new()
                } else {
                    format!(" (@{})", user.handle)
                };
                Choice::new(&user.uuid, format!("{}{handle}", name_of(user)))
            }));
        });
        choices
    });
    let place = StoredValue::new((scope.connection.name.clone(), scope.table.clone()));
    let start = move || {
        let to = if by_hand.get_untracked() {
            UserRef {
                uuid: uuid.get_untracked().trim().to_owned(),
                display_name: name.get_untracked().trim().to_owned(),
                handle: handle.get_untracked().trim().trim_start_matches('@').to_owned(),
            }
        } else {
            let picked = picked.get_untracked();
            if picked.is_empty() {
                UserRef::default()
            } else {
                untrack(|| users.named(&picked))
            }
        };
        let request = ConversationStart {
            from: from.get_untracked(),
            to,
            text: text.get_untracked().trim().to_owned(),
        };
        let wrong = if request.to.uuid.is_empty() {
            Some("Say with whom: choose a user, or type a uuid")
        } else if request.to.uuid == request.from.uuid {
            Some("A conversation needs two different users")
        } else if request.text.is_empty() {
            Some("A conversation begins with a message")
        } else {
            None
        };
        problem.set(wrong.map(str::to_owned));
        if wrong.is_some() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (connection, table) = place.get_value();
        spawn_local(async move {
            match api::conversations::start(&connection, &table, &request).await {
                Ok(sent) => {
                    // To a conversation that is there already it is a message like any other.
                    let pattern = if sent.existing { cruddur::SEND } else { cruddur::START };
                    pattern_cost::keep_one(&connection, &table, pattern, &sent.exchange);
                    if busy.try_set(false).is_none() {
                        open.set(false);
                        // What was written since belongs to the next one.
                        if text.with_untracked(|text| text.trim() == request.text) {
                            text.set(String::new());
                        }
                        on_started.run((request.from.uuid, sent));
                    }
                }
                Err(why) => {
                    busy.try_set(false);
                    failure.try_set(Some(why));
                }
            }
        });
    };
    view! {
        <Dialog open title="New conversation" busy>
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    start();
                }
            >
                <p>"As "<strong>{move || from.with(|user| name_of(user).to_owned())}</strong>"."</p>
                <Checkbox checked=by_hand on_change=move |on| by_hand.set(on) label="Somebody who is not in the table yet" />
                {move || {
                    if by_hand.get() {
                        view! {
                            <Field label="Uuid" required=true>
                                <TextInput value=uuid on_input=move |text| uuid.set(text) mono=true />
                            </Field>
                            <Field label="Display name">
                                <TextInput value=name on_input=move |text| name.set(text) />
                            </Field>
                            <Field label="Handle">
                                <TextInput value=handle on_input=move |text| handle.set(text) mono=true />
                            </Field>
                        }
                            .into_any()
                    } else {
                        view! {
                            <TextInput
                                value=search
                                on_input=move |text| search.set(text)
                                label="Search users"
                                placeholder="Handle or name"
                                icon=IconName::Search
                            />
                            <Field label="With" required=true>
                                <Select value=picked on_change=move |uuid| picked.set(uuid) choices=others />
                            </Field>
                        }
                            .into_any()
                    }
                }}
                <Field label="First message" required=true error=problem>
                    <TextArea value=text on_input=move |written| text.set(written) rows=3 />
                </Field>
                {move || failure.get().map(|failure| view! { <FailurePanel what="The conversation was not started" failure /> })}
                <div class="row">
                    <Button variant=ButtonVariant::Primary submit=true busy icon=IconName::Send>"Send"</Button>
                    <span class="muted">"If these two already have a conversation, the message goes there."</span>
                </div>
            </form>
        </Dialog>
    }
}
