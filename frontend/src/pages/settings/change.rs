//! The foot of every form: the change as a difference, the exact request, the name that it asks for,
//! and the button that sends it.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::settings::SettingsRequest;
use dynadesk_shared::{aws_command, settings};
use leptos::prelude::*;

use super::desk::{Desk, Sending};
use super::difference::Difference;
use super::draft::Draft;
use crate::components::FailurePanel;
use crate::ui::{Button, ButtonVariant, CodeBlock, Field, Notice, TextInput, Tone};

#[component]
pub fn ChangeForm(
    desk: Desk,
    draft: Draft,
    /// What it changes: `Capacity`.
    title: &'static str,
    /// The verb on the button: `Change capacity`.
    verb: &'static str,
    /// It takes something away.
    #[prop(optional)]
    danger: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let production = desk.scope.with_value(|scope| scope.connection.production);
    let name = Memo::new(move |_| {
        let change = draft.change.get();
        draft.seen.with_value(|seen| settings::name_to_confirm(seen, &change, production))
    });
    let busy = Signal::derive(move || desk.sending.with(|sending| *sending == Sending::Busy));
    let not_yet = Signal::derive(move || {
        let wanted = name.get()?;
        (typed.get() != wanted).then(|| format!("Type {wanted} first"))
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        draft.tried.set(true);
        let wrong = draft.faults.with_untracked(|faults| !faults.is_empty());
        if !wrong && not_yet.with_untracked(Option::is_none) && !busy.get_untracked() {
            desk.send(draft, title, name.get_untracked());
        }
    };
    let said = draft.error(|| "change".to_owned());
    let whole = move || {
        let text = said.get()?;
        Some(view! { <Notice tone=Tone::Warning><span class="settings-sentence">{text}</span></Notice> })
    };
    let confirm = move || {
        name.get().map(|name| {
            let label = match production {
                true => format!("This is production: type {name} to confirm"),
                false => format!("Type {name} to confirm"),
            };
            view! {
                <Field label>
                    <TextInput mono=true value=typed on_input=move |text| typed.set(text) />
                </Field>
            }
        })
    };
    view! {
        <form class="settings-form" aria-label=verb novalidate on:submit=send on:input=move |_| desk.typed.set(true)>
            {children.map(|children| children())}
            <Overtaken desk draft />
            <Difference draft />
            <Requests desk draft />
            {whole}
            {confirm}
            <Refusal desk />
            <div class="settings-foot">
                <Button on_press=move |()| desk.close()>"Cancel"</Button>
                <Button variant=if danger { ButtonVariant::Danger } else { ButtonVariant::Primary } submit=true busy disabled=not_yet>
                    {verb}
                </Button>
            </div>
        </form>
    }
}

#[component]
fn Overtaken(desk: Desk, draft: Draft) -> impl IntoView {
    move || {
        draft.overtaken.get().then(|| {
            view! {
                <Notice tone=Tone::Warning>
                    <div class="settings-overtaken">
                        <span>"This setting was changed by somebody else since you opened the form."</span>
                        <Button small=true on_press=move |()| desk.begin_again()>"Begin again on what it is now"</Button>
                    </div>
                </Notice>
            }
        })
    }
}

/// The requests in the order in which they are sent, as JSON and as commands.
#[component]
fn Requests(desk: Desk, draft: Draft) -> impl IntoView {
    let requests = Memo::new(move |_| {
        let change = draft.change.get();
        let fields_are_right = draft.faults.with(|faults| faults.iter().all(|fault| fault.field == "change"));
        let all = draft.seen.with_value(|seen| settings::requests(seen, &change));
        if fields_are_right { all } else { Vec::new() }
    });
    let one = move |request: SettingsRequest| {
        let (operation, json) = (request.operation(), request.json());
        let pretty = serde_json::to_string_pretty(&json).unwrap_or_default();
        let exchange = Exchange {
            operation: operation.to_owned(),
            request: json,
            index: None,
            consumed: None,
            split: None,
            took_ms: 0,
        };
        let command = desk.scope.with_value(|scope| aws_command::of(&exchange, &scope.connection));
        view! {
            <CodeBlock label=format!("{operation} request") text=pretty />
            <CodeBlock label="AWS command" text=command wrap=true />
        }
    };
    move || {
        let all = requests.get();
        (!all.is_empty()).then(|| {
            let title = match all.len() {
                1 => "The exact request".to_owned(),
                count => format!("The exact requests, {count} in this order"),
            };
            view! {
                <details class="settings-requests">
                    <summary>{title}</summary>
                    <div class="stack">{all.into_iter().map(one).collect_view()}</div>
                </details>
            }
        })
    }
}

#[component]
fn Refusal(desk: Desk) -> impl IntoView {
    move || {
        desk.sending.with(|sending| match sending {
            Sending::Refused(failure) => {
                let failure = failure.clone();
                let again = (failure.code() == "settings_changed").then(|| {
                    view! {
                        <div>
                            <Button small=true on_press=move |()| desk.begin_again()>"Begin again on what it is now"</Button>
                        </div>
                    }
                });
                Some(view! {
                    <FailurePanel what="The setting was not changed" failure />
                    {again}
                })
            }
            _ => None,
        })
    }
}
