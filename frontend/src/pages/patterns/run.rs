//! Runs a pattern: its parameters with the examples filled in, then the page where it happens.

use std::collections::BTreeMap;

use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::patterns::Measured;
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::key_condition::{KeyCondition, SortCondition, SortTest};
use dynadesk_shared::patterns::compile::{Compiled, compile};
use dynadesk_shared::patterns::{Action, Pattern, cruddur};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Patterns;
use crate::api;
use crate::components::pattern_cost;
use crate::nav::asked::Asked;
use crate::nav::{self, Section};
use crate::state::use_navigation;
use crate::ui::{Button, ButtonVariant, Dialog, DialogWidth, Field, IconName, LeaveButton, Notice, Problem, TextInput, Tone};

type Values = BTreeMap<String, String>;

/// Where a write is done, and what the dialog says of it.
enum Elsewhere {
    Conversations,
    Relay,
    /// The editor of PartiQL with these statements.
    Statements(String, Vec<AttributeValue>),
}

#[component]
pub fn RunDialog(page: Patterns) -> impl IntoView {
    let navigation = use_navigation();
    let details = page.scope.with_value(|scope| scope.details);
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let pattern = RwSignal::new(Pattern::default());
    let values = RwSignal::new(Values::new());
    let tried = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let Some(row) = page.running.get() else { return };
        page.running.set(None);
        values.set(row.pattern.examples.clone());
        pattern.set(row.pattern);
        tried.set(false);
        problem.set(None);
        open.set(true);
    });
    // The presets' writes happen on their own pages and need no parameters here.
    let place = Memo::new(move |_| match pattern.with(place_of) {
        Some(Elsewhere::Conversations) => 1,
        Some(Elsewhere::Relay) => 2,
        _ => 0,
    });
    let names = Memo::new(move |_| {
        if place.get() == 0 {
            pattern.with(Pattern::parameters)
        } else {
            Vec::new()
        }
    });
    let faults = Memo::new(move |_| {
        let (pattern, values) = (pattern.get(), values.get());
        details.ready(|table| faults_of(&pattern, &values, table)).unwrap_or_default()
    });
    let run = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let shown = pattern;
        let (pattern, values) = (pattern.get_untracked(), values.get_untracked());
        if busy.get_untracked() || faults.with_untracked(|faults| !faults.is_empty()) {
            return;
        }
        let (connection, table) = page.scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        let go = move |href: String| {
            open.set(false);
            navigation.go(&href);
        };
        if !pattern.operation.is_read() {
            return go(match place_of(&pattern) {
                Some(Elsewhere::Conversations) => nav::users(&connection, &table),
                Some(Elsewhere::Relay) => nav::table(&connection, &table, Section::Relay),
                _ => match statements(&pattern, &values, &table) {
                    Elsewhere::Statements(text, parameters) => nav::partiql_of(&connection, &text, &parameters),
                    _ => nav::items(&connection, &table),
                },
            });
        }
        let Some(Ok(compiled)) = details.ready_untracked(|table| compile(&pattern, &values, table)) else {
            return;
        };
        let (asked, key) = asked_of(compiled, details.ready_untracked(Clone::clone).as_ref());
        let Some(key) = key else {
            return go(nav::items_asked(&connection, &table, &asked, Some(&pattern.name), None));
        };
        // The page of items would Query; a GetItem is measured as one.
        busy.set(true);
        spawn_local(async move {
            let answer = api::items::get(&connection, &table, key.clone()).await;
            // Whoever closed the dialog meanwhile, or left the page, is not taken elsewhere.
            let wanted = busy.try_set(false).is_none() && open.get_untracked() && shown.with_untracked(|shown| *shown == pattern);
            match answer {
                Ok(view) => {
                    let measured = Measured {
                        units: view.exchange.consumed.unwrap_or_default(),
                        requests: 1,
                        scanned: Some(1),
                        matched: Some(u64::from(view.item.is_some())),
                        at: None,
                    };
                    pattern_cost::keep(connection.clone(), table.clone(), pattern.name.clone(), measured);
                    if wanted {
                        go(nav::items_asked(&connection, &table, &asked, None, Some(&key)));
                    }
                }
                Err(failure) if wanted => problem.set(Some(failure.message())),
                Err(_) => {}
            }
        });
    };
    let fault_of = move |name: String| {
        Signal::derive(move || {
            let field = format!("parameters.{name}");
            let found = faults.with(|faults| faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.clone()));
            found.filter(|_| tried.get())
        })
    };
    let other_faults = move || {
        let all = faults.get();
        all.into_iter()
            .filter(|fault| !fault.field.starts_with("parameters."))
            .map(|fault| fault.message)
            .next()
    };
    let hint = move || match (place.get(), pattern.with(|pattern| pattern.operation.is_read())) {
        (1, _) => "Messages are written on the page of conversations: choose a user and send there. What it cost comes back to the sheet.",
        (2, _) => "The relay does this for each new message, and sending from the page of conversations does it in the same transaction.",
        (_, true) => "Opens the items with the query filled in; what its first page cost comes back to the sheet.",
        _ => "Opens the editor of PartiQL with the statements; nothing is written before you run them there.",
    };
    view! {
        <Dialog open title="Run this pattern" width=DialogWidth::Wide busy>
            <form class="stack" novalidate on:submit=run>
                <p><strong>{move || pattern.with(|pattern| pattern.name.clone())}</strong></p>
                <p><code class="patterns-wrap">{move || pattern.with(Pattern::key_words)}</code></p>
                <For each=move || names.get() key=Clone::clone let(name)>
                    {
                        let (reads, writes) = (name.clone(), name.clone());
                        let needed = pattern.with_untracked(|pattern| pattern.needed().contains(&name) || !pattern.operation.is_read());
                        let label = if needed { name.clone() } else { format!("{name} (optional)") };
                        view! {
                            <Field label error=fault_of(name.clone())>
                                <TextInput
                                    mono=true
                                    value=Signal::derive(move || values.with(|values| values.get(&reads).cloned()).unwrap_or_default())
                                    on_input=move |text: String| values.update(|values| drop(values.insert(writes.clone(), text)))
                                />
                            </Field>
                        }
                    }
                </For>
                <p class="muted">{hint}</p>
                {move || other_faults().map(|why| view! { <Notice tone=Tone::Warning>{why}</Notice> })}
                <Problem text=problem />
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Primary submit=true busy icon=IconName::Play>
                        {move || if place.get() == 0 && pattern.with(|pattern| pattern.operation.is_read()) { "Run" } else { "Open" }}
                    </Button>
                </footer>
            </form>
        </Dialog>
    }
}

/// The page of a preset's write.
fn place_of(pattern: &Pattern) -> Option<Elsewhere> {
    match pattern.name.as_str() {
        _ if pattern.operation.is_read() => None,
        cruddur::SEND | cruddur::START => Some(Elsewhere::Conversations),
        cruddur::MOVE => Some(Elsewhere::Relay),
        _ => None,
    }
}

fn faults_of(pattern: &Pattern, values: &Values, table: &TableView) -> Vec<FieldError> {
    if pattern.operation.is_read() {
        return compile(pattern, values, table).err().unwrap_or_default();
    }
    if place_of(pattern).is_some() {
        return Vec::new();
    }
    let missing = |name: &String| values.get(name).is_none_or(String::is_empty);
    let needed = pattern.parameters().into_iter().filter(missing);
    needed
        .map(|name| FieldError::new(format!("parameters.{name}"), format!("{name} needs a value")))
        .collect()
}

/// The question of the items page; the key where it is one item.
fn asked_of(compiled: Compiled, table: Option<&TableView>) -> (Asked, Option<dynadesk_shared::Key>) {
    match compiled {
        Compiled::Query(query) => (
            Asked {
                index: query.index,
                key: Some(query.key),
                filter: query.filter,
                projection: query.projection,
                limit: query.limit,
                descending: query.descending,
                consistent: query.consistent,
                ..Asked::default()
            },
            None,
        ),
        Compiled::Scan(scan) => (
            Asked {
                index: scan.index,
                filter: scan.filter,
                projection: scan.projection,
                limit: scan.limit,
                consistent: scan.consistent,
                ..Asked::default()
            },
            None,
        ),
        Compiled::Get(key) => {
            let mut condition = KeyCondition::default();
            for (name, value) in &key.0 {
                let sorts = table.is_some_and(|table| table.key.sort.iter().any(|sort| sort.name == *name));
                if sorts {
                    condition.sort.push(SortCondition {
                        name: name.clone(),
                        test: SortTest::Equal(value.clone()),
                    });
                } else {
                    condition.partition.insert(name.clone(), value.clone());
                }
            }
            let asked = Asked {
                key: Some(condition),
                ..Asked::default()
            };
            (asked, Some(key))
        }
    }
}

/// The steps of a write as statements, their values as parameters.
fn statements(pattern: &Pattern, values: &Values, table: &str) -> Elsewhere {
    let table = table.replace('"', "\"\"");
    let (mut texts, mut parameters) = (Vec::new(), Vec::new());
    for step in &pattern.steps {
        let keys: Vec<(&str, Option<AttributeValue>)> = step
            .key
            .iter()
            .map(|part| (part.attribute.as_str(), part.value.value(values).ok()))
            .collect();
        let test: Vec<String> = keys
            .iter()
            .map(|(name, _)| format!("\"{}\" = ?", name.replace('"', "\"\"")))
            .collect();
        let test = test.join(" AND ");
        texts.push(match step.action {
            Action::Put => {
                let members: Vec<String> = keys.iter().map(|(name, _)| format!("'{}': ?", name.replace('\'', "''"))).collect();
                format!("INSERT INTO \"{table}\" VALUE {{{}}}", members.join(", "))
            }
            Action::Update => format!("UPDATE \"{table}\" SET \"attribute\" = 'value' WHERE {test}"),
            Action::Delete => format!("DELETE FROM \"{table}\" WHERE {test}"),
            // A check writes nothing: the other statements can be tried without it.
            Action::ConditionCheck => continue,
        });
        parameters.extend(keys.into_iter().filter_map(|(_, value)| value));
    }
    Elsewhere::Statements(texts.join(";\n"), parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_becomes_statements_with_its_values() {
        let mut pattern = cruddur::patterns(false).remove(4);
        pattern.name = "Move".into();
        let Elsewhere::Statements(text, parameters) = statements(&pattern, &pattern.examples, "a\"b") else {
            panic!("no statements")
        };
        assert!(
            text.starts_with("DELETE FROM \"a\"\"b\" WHERE \"pk\" = ? AND \"sk\" = ?;\nINSERT INTO"),
            "{text}"
        );
        assert_eq!(parameters.len(), 8);
        for piece in dynadesk_shared::partiql::script(&text) {
            assert!(piece.statement.is_ok(), "{piece:?}");
        }
        assert!(place_of(&pattern).is_none());
    }
}
