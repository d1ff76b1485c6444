//! The query builder: which keys, which filter, in which order, at what price; and the request that
//! comes of it, before it is sent.

mod cost;
pub mod draft;
mod key_texts;
mod keys;
mod options;
pub mod plan;

use dynadesk_shared::api::error::FieldError;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use self::keys::KeyFields;
use self::options::Options;
use super::filter_builder::FilterTree;
use super::query::Asked;
use super::{View, ask, run};
use crate::components::{RequestPreview, TableScope};
use crate::format;
use crate::ui::{Button, ButtonVariant, Icon, IconName, focus};

/// What the draft would ask, or what is wrong with it; nothing until the table is described.
type Outcome = Memo<Option<Result<Asked, Vec<FieldError>>>>;

/// The fault of one field, once it was tried to run.
#[derive(Clone, Copy)]
pub struct Faults {
    outcome: Outcome,
    tried: RwSignal<bool>,
}

impl Faults {
    pub fn of(self, field: impl Into<String>) -> Signal<Option<String>> {
        let field = field.into();
        Signal::derive(move || {
            if !self.tried.get() {
                return None;
            }
            self.outcome.with(|outcome| match outcome {
                Some(Err(faults)) => faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.clone()),
                _ => None,
            })
        })
    }
}

#[component]
pub fn QueryBuilder(
    view: View,
    scope: TableScope,
    /// Attribute names seen so far, as paths.
    names: Signal<Vec<String>>,
) -> impl IntoView {
    let draft = view.draft;
    let details = scope.details;
    let outcome: Outcome = Memo::new(move |_| details.ready(|table| draft.read(table)));
    let faults = Faults {
        outcome,
        tried: draft.tried,
    };
    let form = NodeRef::<html::Form>::new();
    let start = move || {
        draft.tried.set(true);
        match outcome.get_untracked() {
            Some(Ok(asked)) => run(view, asked),
            _ => to_first_fault(form),
        }
    };
    // A fault of one condition is said there; this one is of them all.
    let filter_fault = faults.of("filter.key");
    let preview = {
        let table = scope.table.clone();
        Signal::derive(move || outcome.with(|outcome| plan::preview(&table, outcome.as_ref()?.as_ref().ok()?)))
    };
    let connection = scope.connection.clone();
    view! {
        <form
            class="query"
            aria-label="Query builder"
            node_ref=form
            on:submit=move |event| {
                event.prevent_default();
                start();
            }
        >
            <KeyFields draft details faults />
            <section class="query-part" role="group" aria-label="Filter">
                <h2 class="query-title">"Filter"</h2>
                {move || view! { <FilterTree group=draft.group.get() names tried=draft.tried /> }}
                {move || {
                    filter_fault.get().map(|why| view! { <p class="filter-problem" role="alert"><Icon name=IconName::Alert size=14 /> {why}</p> })
                }}
            </section>
            <Options draft details faults />
            <Standing view outcome details />
            <div class="query-bar">
                <Button submit=true variant=ButtonVariant::Primary icon=IconName::Play>"Run"</Button>
                <RequestPreview connection exchange=preview />
                <Button variant=ButtonVariant::Ghost on_press=move |()| ask(view, Asked::default())>"Clear"</Button>
            </div>
        </form>
    }
}

/// Says whether this will be a Query or a Scan, why, and what it costs; and what would be cheaper.
#[component]
fn Standing(view: View, outcome: Outcome, details: crate::state::remote::Remote<dynadesk_shared::api::tables::TableView>) -> impl IntoView {
    let draft = view.draft;
    let better = Memo::new(move |_| {
        outcome.with(|outcome| {
            let asked = outcome.as_ref()?.as_ref().ok()?;
            details.ready(|table| plan::better(asked, table)).flatten()
        })
    });
    // What the same question cost, once it was run.
    let measured = Memo::new(move |_| {
        let same = outcome.with(|outcome| matches!(outcome, Some(Ok(asked)) if view.asked.with(|ran| ran == asked)));
        view.scan.totals.with(|totals| {
            let requests = format::counted(totals.requests, "request", "requests");
            let items = format::counted(totals.scanned, "item", "items");
            let said = || format!("Measured so far: {} RCU for {items} in {requests}.", format::units(totals.units));
            (same && totals.requests > 0).then(said)
        })
    });
    let says = move || {
        outcome.with(|outcome| match outcome {
            None => view! { <span class="muted">"The table is being described."</span> }.into_any(),
            Some(Err(faults)) => {
                let why = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
                view! { <strong>"Not yet"</strong> <span>": " {why} "."</span> }.into_any()
            }
            Some(Ok(asked)) => {
                let plan = details.ready(|table| plan::plan(asked, table));
                plan.map(|plan| view! { <strong>{plan.operation}</strong> <span>": " {plan.why}</span> })
                    .into_any()
            }
        })
    };
    view! {
        <p class="query-plan" role="status">{says}</p>
        {move || measured.get().map(|measured| view! { <p class="muted">{measured}</p> })}
        {move || {
            better
                .get()
                .map(|better| {
                    let key = better.key.as_ref().and_then(|key| key.partition.keys().next().cloned()).unwrap_or_default();
                    let place = better.index.clone().map_or_else(|| "the table".to_owned(), |name| format!("the index {name}"));
                    view! {
                        <p class="query-better">
                            <span>{format!("The filter tests {key}, the partition key of {place}: a Query reads only what it needs.")}</span>
                            <Button small=true icon=IconName::Key on_press=move |()| draft.load(&better)>"Make it a Query"</Button>
                        </p>
                    }
                })
        }}
    }
}

/// The focus goes to the first input that is at fault, once it is marked.
fn to_first_fault(form: NodeRef<html::Form>) {
    focus::soon(move || {
        let found = form
            .try_get_untracked()
            .flatten()
            .and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten())
            .and_then(|input| input.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(input) = found {
            // An input that cannot take the focus leaves it where it was.
            let _ = input.focus();
        }
    });
}
