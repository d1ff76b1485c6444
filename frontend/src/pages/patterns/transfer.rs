//! Patterns as a file: saved by the browser, and read back with a preview before anything is kept.

use dynadesk_shared::api::patterns::{PatternSave, PatternsImport};
use dynadesk_shared::patterns::Pattern;
use dynadesk_shared::patterns::file::{Change, FileFault, compare, read, write};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::Patterns;
use crate::api;
use crate::components::download::download;
use crate::format;
use crate::state::use_toasts;
use crate::ui::{
    Badge, Button, ButtonVariant, DataTable, Dialog, DialogWidth, Field, IconName, LeaveButton, Notice, Problem, TextArea, Tone,
};

/// Saves every row of the sheet.
pub fn export(page: Patterns) {
    let table = page.scope.with_value(|scope| scope.table.clone());
    let patterns: Vec<Pattern> = page
        .rows
        .with_untracked(|rows| rows.iter().map(|row| row.pattern.clone()).collect());
    download(&format!("{table}-access-patterns.json"), &write(&table, &patterns));
}

/// What a file would do: each pattern with its change.
fn preview(page: Patterns, text: &str) -> Result<Vec<(Pattern, Change)>, Vec<FileFault>> {
    let patterns = read(text)?;
    let there: Vec<Pattern> = page.rows.with(|rows| rows.iter().map(|row| row.pattern.clone()).collect());
    let changes = compare(&there, &patterns);
    Ok(patterns.into_iter().zip(changes).collect())
}

#[component]
pub fn ImportDialog(page: Patterns, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let text = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    // Counts the files and what is typed: a file that was read too late takes the place of nothing.
    let turn = StoredValue::new(0_u64);
    let next_turn = move || {
        turn.update_value(|turn| *turn += 1);
        turn.get_value()
    };
    Effect::new(move |_| {
        if open.get() {
            next_turn();
            text.set(String::new());
            problem.set(None);
        }
    });
    let outcome = Memo::new(move |_| {
        let text = text.get();
        (!text.trim().is_empty()).then(|| preview(page, &text))
    });
    let wanted = Memo::new(move |_| {
        outcome.with(|outcome| match outcome {
            Some(Ok(all)) => all
                .iter()
                .filter(|(_, change)| *change != Change::Same)
                .map(|(pattern, _)| pattern.clone())
                .collect(),
            _ => Vec::new(),
        })
    });
    let blocked = Signal::derive(move || match outcome.get() {
        None => Some("Choose a file or paste its text".to_owned()),
        Some(Err(_)) => Some("The file cannot be read as it is".to_owned()),
        Some(Ok(_)) => wanted.with(Vec::is_empty).then(|| "Nothing in the file is new".to_owned()),
    });
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else {
            return;
        };
        input.set_value("");
        let own = next_turn();
        spawn_local(async move {
            let read = JsFuture::from(file.text()).await;
            if turn.try_get_value() != Some(own) {
                return;
            }
            match read {
                Ok(read) => drop(text.try_set(read.as_string().unwrap_or_default())),
                Err(_) => drop(problem.try_set(Some(format!("{} could not be read", file.name())))),
            }
        });
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || blocked.with_untracked(Option::is_some) {
            return;
        }
        busy.set(true);
        problem.set(None);
        // What was compared is what must still be there.
        let patterns = page.rows.with_untracked(|rows| {
            let kept = |pattern: &Pattern| {
                rows.iter()
                    .find(|row| row.pattern.id() == pattern.id())
                    .and_then(|row| row.kept.clone())
            };
            wanted
                .get_untracked()
                .into_iter()
                .map(|pattern| PatternSave {
                    replaces: kept(&pattern),
                    pattern,
                })
                .collect::<Vec<_>>()
        });
        let (connection, table) = page.scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        spawn_local(async move {
            let number = patterns.len() as u64;
            let answer = api::patterns::import(&connection, &table, &PatternsImport { patterns }).await;
            busy.try_set(false);
            match answer {
                Ok(list) => {
                    open.try_set(false);
                    page.list.set(list);
                    toasts.done(format!("{} imported", format::counted(number, "pattern", "patterns")));
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                    page.list.refresh();
                }
            }
        });
    };
    view! {
        <Dialog open title="Import access patterns" width=DialogWidth::Wide busy>
            <form class="stack" on:submit=send>
                <p>"A file that Export made, of this table or of another one. Nothing is kept before you have seen what changes."</p>
                <input
                    type="file"
                    accept=".json,application/json"
                    class="ui-hidden"
                    tabindex="-1"
                    aria-label="File with access patterns"
                    node_ref=input
                    on:change=chosen
                />
                <div class="row">
                    <Button
                        icon=IconName::Upload
                        on_press=move |()| {
                            if let Some(input) = input.get_untracked() {
                                input.click();
                            }
                        }
                    >
                        "Choose a file"
                    </Button>
                </div>
                <Field label="Text of the file">
                    <TextArea
                        rows=6
                        mono=true
                        value=text
                        on_input=move |typed| {
                            next_turn();
                            text.set(typed);
                        }
                    />
                </Field>
                {move || {
                    outcome
                        .get()
                        .map(|outcome| match outcome {
                            Ok(all) => changes(all),
                            Err(faults) => faulty(faults),
                        })
                }}
                <Problem text=problem />
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Primary submit=true busy disabled=blocked>
                        {move || format!("Import {}", format::counted(wanted.with(Vec::len) as u64, "pattern", "patterns"))}
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
}

fn faulty(faults: Vec<FileFault>) -> AnyView {
    let lines = faults
        .into_iter()
        .map(|fault| view! { <li>{format!("Line {}, column {}: {}", fault.line, fault.column, fault.message)}</li> })
        .collect_view();
    view! {
        <Notice tone=Tone::Bad>
            <p>"The file cannot be imported:"</p>
            <ul class="fault-list">{lines}</ul>
        </Notice>
    }
    .into_any()
}

fn changes(all: Vec<(Pattern, Change)>) -> AnyView {
    let rows = all
        .into_iter()
        .map(|(pattern, change)| {
            let (tone, word, parts) = match change {
                Change::Added => (Tone::Good, "Added", String::new()),
                Change::Changed(parts) => (Tone::Warning, "Changed", parts.join(", ")),
                Change::Same => (Tone::Neutral, "The same", String::new()),
            };
            view! {
                <tr>
                    <td><Badge tone>{word}</Badge></td>
                    <td class="patterns-wrap">{pattern.name.clone()}</td>
                    <td class="patterns-wrap">{parts}</td>
                    <td><code class="patterns-wrap">{pattern.key_words()}</code></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable label="What the import does">
            <thead>
                <tr>
                    <th scope="col">"Change"</th>
                    <th scope="col">"Pattern"</th>
                    <th scope="col">"What is different"</th>
                    <th scope="col">"Key condition"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}
