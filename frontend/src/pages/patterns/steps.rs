//! What a write does: its actions in order, each with the key of its item.

use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::patterns::{Action, Step};
use leptos::prelude::*;

use super::draft::{Draft, next_key};
use super::keys::{KeyRows, Place};
use crate::state::remote::Remote;
use crate::ui::{Button, ButtonVariant, Choice, IconButton, IconName, Select, TextInput};

const ACTIONS: [Action; 4] = [Action::Put, Action::Update, Action::Delete, Action::ConditionCheck];

/// A step with the key of the table, its values still blank.
pub fn blank(table: Option<&TableView>, action: Action) -> Step {
    let mut step = Step {
        action,
        key: Vec::new(),
        note: String::new(),
    };
    let keys = table.map_or(1, |table| table.key.attributes().count());
    for _ in 0..keys {
        let next = next_key(&Default::default(), &step.key, table);
        step.key.push(next);
    }
    step
}

#[component]
pub fn Steps(draft: Draft, details: Remote<TableView>, names: Signal<Vec<String>>) -> impl IntoView {
    let count = Memo::new(move |_| draft.pattern.with(|pattern| pattern.steps.len()));
    let add = move || {
        let step = details.ready_untracked(|table| blank(Some(table), Action::Put));
        draft.update(|pattern| pattern.steps.push(step.unwrap_or_else(|| blank(None, Action::Put))));
    };
    let fault = draft.fault("steps");
    view! {
        <fieldset class="patterns-group">
            <legend>"What is written"</legend>
            <For each=move || 0..count.get() key=|at| *at let(at)>
                <StepRow draft at names />
            </For>
            {move || fault.get().map(|why| view! { <p class="patterns-fault" role="alert">{why}</p> })}
            <Button small=true variant=ButtonVariant::Ghost icon=IconName::Plus on_press=move |()| add()>"Action"</Button>
        </fieldset>
    }
}

#[component]
fn StepRow(draft: Draft, at: usize, names: Signal<Vec<String>>) -> impl IntoView {
    let number = at + 1;
    let action = Signal::derive(move || {
        draft
            .pattern
            .with(|pattern| pattern.steps.get(at).map_or("Put", |step| step.action.name()).to_owned())
    });
    let note = Signal::derive(move || {
        draft
            .pattern
            .with(|pattern| pattern.steps.get(at).map(|step| step.note.clone()).unwrap_or_default())
    });
    let choices: Vec<Choice> = ACTIONS.iter().map(|action| Choice::new(action.name(), action.name())).collect();
    let fault = draft.fault(format!("steps[{at}].key"));
    view! {
        <div class="patterns-step">
            <div class="patterns-part">
                <Select
                    value=action
                    on_change=move |name: String| {
                        let action = ACTIONS.into_iter().find(|action| action.name() == name).unwrap_or(Action::Put);
                        draft.update(|pattern| {
                            if let Some(step) = pattern.steps.get_mut(at) {
                                step.action = action;
                            }
                        });
                    }
                    choices
                    label=format!("Action {number}")
                />
                <TextInput
                    value=note
                    on_input=move |text: String| {
                        draft.update(|pattern| {
                            if let Some(step) = pattern.steps.get_mut(at) {
                                step.note = text;
                            }
                        });
                    }
                    label=format!("Note of action {number}")
                    placeholder="what it is, such as the message row"
                />
                <IconButton
                    icon=IconName::Trash
                    label=format!("Remove action {number}")
                    on_press=move |()| {
                        draft.update(|pattern| {
                            if at < pattern.steps.len() {
                                pattern.steps.remove(at);
                            }
                        });
                    }
                />
            </div>
            <KeyRows draft place=Place::Step(at) names />
            {move || fault.get().map(|why| view! { <p class="patterns-fault" role="alert">{why}</p> })}
        </div>
    }
}
