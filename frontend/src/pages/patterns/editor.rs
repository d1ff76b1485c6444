//! Adds or changes a pattern by form.

use dynadesk_shared::api::patterns::PatternSave;
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::patterns::advice::advice;
use dynadesk_shared::patterns::check::{fits, schema_of};
use dynadesk_shared::patterns::{Action, Operation, Pattern};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Patterns;
use super::draft::{Draft, first_keys, next_key};
use super::filters::Filters;
use super::keys::{KeyRows, Place};
use super::rows::Row;
use super::steps::{Steps, blank};
use crate::api;
use crate::state::remote::Remote;
use crate::state::{use_toasts, use_unsaved};
use crate::ui::{
    Button, ButtonVariant, Checkbox, Choice, Dialog, DialogWidth, Field, IconName, LeaveButton, Notice, NumberInput, Problem, Select,
    TextArea, TextInput, Tone,
};

#[derive(Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum Task {
    Add,
    Edit(Row),
}

/// The value of "the table itself" among the indexes.
const TABLE: &str = "";

#[component]
pub fn EditorDialog(page: Patterns) -> impl IntoView {
    let toasts = use_toasts();
    let details = page.scope.with_value(|scope| scope.details);
    let draft = Draft::new();
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<String>);
    let replaced = RwSignal::new(None::<Row>);
    // The pattern as it was opened.
    let loaded = RwSignal::new(Pattern::default());
    Effect::new(move |_| {
        let Some(task) = page.editing.get() else { return };
        page.editing.set(None);
        problem.set(None);
        match task {
            Task::Add => {
                let mut pattern = Pattern::default();
                pattern.key = details.ready_untracked(|table| first_keys(&pattern, table)).unwrap_or_default();
                draft.load(pattern);
                replaced.set(None);
            }
            Task::Edit(row) => {
                draft.load(row.pattern.clone());
                replaced.set(Some(row));
            }
        }
        loaded.set(untrack(|| draft.read()));
        open.set(true);
    });
    let unsaved = use_unsaved();
    let typed = Signal::derive(move || {
        let differs = open.get() && draft.read() != loaded.get();
        differs.then(|| "An access pattern is open; what you changed in it is not saved.".to_owned())
    });
    unsaved.hold(typed);
    let leave = Callback::new(move |()| unsaved.ask(typed.get_untracked(), move || open.set(false)));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        draft.tried.set(true);
        if busy.get_untracked() || untrack(|| !draft.faults().is_empty()) {
            return;
        }
        busy.set(true);
        problem.set(None);
        let pattern = untrack(|| draft.read());
        let row = replaced.get_untracked();
        let asked = PatternSave {
            pattern,
            replaces: row.and_then(|row| row.kept),
        };
        let (connection, table) = page.scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        spawn_local(async move {
            let answer = api::patterns::save(&connection, &table, &asked).await;
            busy.try_set(false);
            match answer {
                Ok(view) => {
                    open.try_set(false);
                    page.list.refresh();
                    toasts.done(format!("{} was saved", view.pattern.name));
                }
                Err(failure) => {
                    draft.refused.try_set(failure.fields().to_vec());
                    problem.try_set(Some(failure.message()));
                    if failure.code() == "pattern_changed" {
                        page.list.refresh();
                    }
                }
            }
        });
    };
    view! {
        <Dialog open title="Access pattern" width=DialogWidth::Wide on_leave=leave busy>
            <form class="stack patterns-form" novalidate on:submit=send>
                <Form draft details />
                {move || {
                    let faults = if draft.tried.get() { draft.faults() } else { Vec::new() };
                    (!faults.is_empty())
                        .then(|| {
                            let lines = faults
                                .into_iter()
                                .map(|fault| view! { <li><code>{fault.field}</code>": "{fault.message}</li> })
                                .collect_view();
                            view! {
                                <Notice tone=Tone::Bad>
                                    <p>"The pattern cannot be saved yet:"</p>
                                    <ul class="fault-list">{lines}</ul>
                                </Notice>
                            }
                        })
                }}
                <Problem text=problem />
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Primary submit=true busy>"Save pattern"</Button>
                </footer>
            </form>
        </Dialog>
    }
}

#[component]
fn Form(draft: Draft, details: Remote<TableView>) -> impl IntoView {
    let operation = Memo::new(move |_| draft.pattern.with(|pattern| pattern.operation));
    let index = Signal::derive(move || draft.pattern.with(|pattern| pattern.index.clone()).unwrap_or_default());
    let indexes = Signal::derive(move || {
        let mut choices = vec![Choice::new(TABLE, "The table itself")];
        let known = details.ready(|table| table.indexes.iter().map(|index| index.name.clone()).collect::<Vec<_>>());
        let known = known.unwrap_or_default();
        let own = index.get();
        // An index that is not made yet stays as it was written.
        let missing = (own != TABLE && !known.contains(&own)).then(|| Choice::new(own.clone(), format!("{own} (not on this table)")));
        choices.extend(known.into_iter().map(|name| Choice::new(name.clone(), name)));
        choices.extend(missing);
        choices
    });
    let names = Signal::derive(move || {
        let pattern = draft.pattern.get();
        let names = details.ready(|table| {
            let schema = schema_of(&pattern, table).unwrap_or(&table.key);
            schema.attributes().map(|key| key.name.clone()).collect::<Vec<_>>()
        });
        names.unwrap_or_default()
    });
    // Another operation or index begins with the key that it needs, as long as nothing was written.
    let again = move || {
        draft.update(|pattern| {
            let untouched = pattern.key.iter().all(|part| part.value.text.is_empty());
            let keyed = matches!(pattern.operation, Operation::GetItem | Operation::Query);
            if let (true, true, Some(keys)) = (untouched, keyed, details.ready_untracked(|table| first_keys(pattern, table))) {
                pattern.key = keys;
            }
            if !pattern.operation.is_read() && pattern.index.is_none() && untouched {
                pattern.key.clear();
            }
            if !pattern.operation.is_read() && pattern.steps.is_empty() {
                let action = match pattern.operation {
                    Operation::UpdateItem => Action::Update,
                    Operation::DeleteItem => Action::Delete,
                    _ => Action::Put,
                };
                let step = details.ready_untracked(|table| blank(Some(table), action));
                pattern.steps.push(step.unwrap_or_else(|| blank(None, action)));
            }
        });
    };
    let operations: Vec<Choice> = Operation::ALL
        .into_iter()
        .map(|operation| Choice::new(operation.name(), operation.name()))
        .collect();
    let reads = move || operation.get().is_read();
    let keyed = move || {
        matches!(operation.get(), Operation::GetItem | Operation::Query)
            || (!reads() && !draft.pattern.with(|pattern| pattern.key.is_empty()))
    };
    let add_key = move || {
        draft.update(|pattern| {
            let next = details.ready_untracked(|table| next_key(pattern, &pattern.key, Some(table)));
            let next = next.unwrap_or_else(|| next_key(pattern, &pattern.key, None));
            pattern.key.push(next);
        });
    };
    let key_fault = draft.fault("key");
    view! {
        <Field label="Name" required=true error=draft.fault("name")>
            <TextInput
                autofocus=true
                value=Signal::derive(move || draft.pattern.with(|pattern| pattern.name.clone()))
                on_input=move |text| draft.update(|pattern| pattern.name = text)
            />
        </Field>
        <Field label="Description" error=draft.fault("description")>
            <TextArea
                rows=2
                value=Signal::derive(move || draft.pattern.with(|pattern| pattern.description.clone()))
                on_input=move |text| draft.update(|pattern| pattern.description = text)
            />
        </Field>
        <div class="patterns-pair">
            <Field label="Operation" error=draft.fault("operation")>
                <Select
                    value=Signal::derive(move || operation.get().name().to_owned())
                    on_change=move |name: String| {
                        let chosen = Operation::ALL.into_iter().find(|operation| operation.name() == name).unwrap_or_default();
                        draft.update(|pattern| pattern.operation = chosen);
                        again();
                    }
                    choices=operations
                />
            </Field>
            <Show when=move || operation.get() != Operation::GetItem>
                <Field label="Index" error=draft.fault("index")>
                    <Select
                        value=index
                        on_change=move |name: String| {
                            draft.update(|pattern| pattern.index = (name != TABLE).then_some(name));
                            again();
                        }
                        choices=indexes
                    />
                </Field>
            </Show>
        </div>
        <Show when=keyed>
            <fieldset class="patterns-group">
                <legend>{move || if reads() { "Key condition" } else { "Found by" }}</legend>
                <p class="ui-hint">"Parameters stand in braces: GRP#{user}. A brace that is text is written twice."</p>
                <KeyRows draft place=Place::Key names />
                {move || key_fault.get().map(|why| view! { <p class="patterns-fault" role="alert">{why}</p> })}
                <Button small=true variant=ButtonVariant::Ghost icon=IconName::Plus on_press=move |()| add_key()>"Key attribute"</Button>
            </fieldset>
        </Show>
        <Show when=move || !reads()>
            <Steps draft details names />
        </Show>
        <Show when=move || matches!(operation.get(), Operation::Query | Operation::Scan)>
            <Filters draft />
        </Show>
        <Show when=reads>
            <Options draft operation />
        </Show>
        <Examples draft />
        <Standing draft details />
    }
}

#[component]
fn Options(draft: Draft, operation: Memo<Operation>) -> impl IntoView {
    view! {
        <Field label="Attributes to read" hint=Some("One path a line; empty for whole items".to_owned()) error=draft.fault("projection[0]")>
            <TextArea rows=2 mono=true value=draft.projection on_input=move |text| draft.projection.set(text) />
        </Field>
        <Show when=move || operation.get() != Operation::GetItem>
            <Field label="Limit" hint=Some("Items that a page examines, 1 to 1,000".to_owned()) error=draft.fault("limit")>
                <NumberInput value=draft.limit on_input=move |text| draft.limit.set(text) />
            </Field>
        </Show>
        <Show when=move || operation.get() == Operation::Query>
            <Checkbox
                checked=Signal::derive(move || draft.pattern.with(|pattern| pattern.descending))
                on_change=move |on| draft.update(|pattern| pattern.descending = on)
                label="From the greatest sort key down"
            />
        </Show>
        <Checkbox
            checked=Signal::derive(move || draft.pattern.with(|pattern| pattern.consistent))
            on_change=move |on| draft.update(|pattern| pattern.consistent = on)
            label="Strongly consistent"
        />
    }
}

/// An example for each parameter that stands in the form.
#[component]
fn Examples(draft: Draft) -> impl IntoView {
    let names = Memo::new(move |_| draft.read().parameters());
    view! {
        <Show when=move || names.with(|names| !names.is_empty())>
            <fieldset class="patterns-group">
                <legend>"Examples"</legend>
                <For each=move || names.get() key=Clone::clone let(name)>
                    {
                        let (reads, writes) = (name.clone(), name.clone());
                        view! {
                            <Field label=format!("Example of {name}")>
                                <TextInput
                                    mono=true
                                    value=Signal::derive(move || {
                                        draft.pattern.with(|pattern| pattern.examples.get(&reads).cloned()).unwrap_or_default()
                                    })
                                    on_input=move |text: String| {
                                        draft.update(|pattern| drop(pattern.examples.insert(writes.clone(), text)));
                                    }
                                />
                            </Field>
                        }
                    }
                </For>
            </fieldset>
        </Show>
    }
}

/// What stands against the pattern as it is written, before it is saved.
#[component]
fn Standing(draft: Draft, details: Remote<TableView>) -> impl IntoView {
    move || {
        let pattern = draft.read();
        details.ready(|table| {
            let unfit = fits(&pattern, table).into_iter().next();
            let mark = advice(&pattern, table, &[]);
            let words = match (unfit, mark) {
                (Some(fault), _) => Some(format!(
                    "It does not work on this table as it is: {}. It can be saved all the same.",
                    fault.message
                )),
                (None, Some(advice)) => Some(format!("{}: {}", advice.mark.label(), advice.why)),
                _ => None,
            };
            words.map(|words| view! { <Notice tone=Tone::Warning>{words}</Notice> })
        })
    }
}
