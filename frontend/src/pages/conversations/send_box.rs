//! Writes to the conversation that is open.

use dynadesk_shared::api::conversations::MessageSend;
use dynadesk_shared::patterns::cruddur;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::chat_pane::Chat;
use crate::api;
use crate::components::pattern_cost;
use crate::components::{FailurePanel, TableScope};
use crate::ui::{Button, ButtonVariant, IconName, TextArea};

#[component]
pub fn SendBox(
    scope: TableScope,
    chat: Chat,
    group: Signal<Option<String>>,
    user: Signal<Option<String>>,
    user_name: Signal<String>,
    why_not: Signal<Option<String>>,
    on_sent: Callback<()>,
) -> impl IntoView {
    // The box outlives a change of the conversation: what it shows is what was written to the one that is open.
    let place = Memo::new(move |_| (group.get().unwrap_or_default(), user.get().unwrap_or_default()));
    let letter = Memo::new(move |_| chat.letters.with(|letters| letters.at(&place.get())));
    let text = Memo::new(move |_| letter.with(|letter| letter.text.clone()));
    let busy = Memo::new(move |_| letter.with(|letter| letter.busy));
    let failure = Memo::new(move |_| letter.with(|letter| letter.failure.clone()));
    let scope = StoredValue::new(scope);
    let send = move || {
        let place = place.get_untracked();
        if place.0.is_empty() || why_not.with_untracked(Option::is_some) {
            return;
        }
        let Some(text) = chat.letters.try_update(|letters| letters.send(&place)).flatten() else {
            return;
        };
        let (connection, table) = scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        spawn_local(async move {
            let message = MessageSend {
                group: place.0.clone(),
                sender: place.1.clone(),
                text,
            };
            match api::conversations::send(&connection, &table, &message).await {
                Ok(sent) => {
                    pattern_cost::keep_one(&connection, &table, cruddur::SEND, &sent.exchange);
                    // The page may be gone by now, and then so are its signals.
                    if chat.letters.try_update(|letters| letters.sent(&place)).is_some() {
                        chat.sent(sent);
                        on_sent.try_run(());
                    }
                }
                Err(why) => drop(chat.letters.try_update(|letters| letters.failed(&place, message.text, why))),
            }
        });
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        // While an input method composes, Enter picks a word.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let write = move |written: String| chat.letters.update(|letters| letters.write(&place.get_untracked(), written));
    let label = Signal::derive(move || format!("Message as {}", user_name.get()));
    view! {
        <div class="talk-send">
            {move || failure.get().map(|failure| view! { <FailurePanel what="The message was not sent" failure /> })}
            <form
                class="talk-send-row"
                on:submit=move |event| {
                    event.prevent_default();
                    send();
                }
            >
                {move || {
                    view! {
                        <TextArea
                            value=text
                            on_input=write
                            rows=2
                            label=label.get()
                            placeholder=label.get()
                            disabled=Signal::derive(move || why_not.with(Option::is_some))
                            on_key=Callback::new(keys)
                        />
                    }
                }}
                <Button submit=true variant=ButtonVariant::Primary icon=IconName::Send busy disabled=why_not>"Send"</Button>
            </form>
            <p class="talk-hint muted">
                {move || why_not.get().unwrap_or_else(|| "Enter sends, Shift+Enter begins a new line. The group rows move with it, in one transaction.".to_owned())}
            </p>
        </div>
    }
}
