//! The changes that wait, item by item, with the exact requests that save them.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::writes::MOST_TOGETHER;
use dynadesk_shared::aws_command;
use dynadesk_shared::edit::{Plan, plan, request_preview, together_preview};
use dynadesk_shared::key::KeySchema;
use leptos::prelude::*;

use super::super::View;
use super::conflict::Conflict;
use super::queue::{Edited, Standing};
use super::save::save;
use crate::components::item_diff::ItemDiff;
use crate::components::{FailurePanel, TableScope};
use crate::format;
use crate::ui::{
    Badge, Button, ButtonVariant, Choice, CodeBlock, Dialog, DialogWidth, Field, IconName, LeaveButton, Notice, ProgressBar,
    SegmentedControl, TextInput, Tone,
};

/// More items than this are not looked over one by one.
const SHOWN: usize = 100;
/// More single requests than this are not read.
const REQUESTS: usize = 10;

#[component]
pub fn ReviewDialog(view: View, scope: TableScope) -> impl IntoView {
    let pending = view.pending;
    let open = pending.review_open;
    let kept = StoredValue::new(scope);
    // Saved, undone or discarded: nothing is left to look over.
    Effect::new(move |_| {
        if open.get() && pending.queue.with(|queue| queue.is_empty()) {
            open.set(false);
        }
    });
    let title = Signal::derive(move || format!("Review {}", pending.words()));
    view! {
        <Dialog open title width=DialogWidth::Wide busy=Signal::derive(move || pending.saving.with(Option::is_some))>
            <Review view scope=kept.get_value() />
        </Dialog>
    }
}

#[component]
fn Review(view: View, scope: TableScope) -> impl IntoView {
    let pending = view.pending;
    let kept = StoredValue::new(scope.clone());
    let single = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let missing = scope.connection.capabilities.why_not(Feature::Transactions).map(str::to_owned);
    let why_single = Signal::derive(move || {
        let items = pending.queue.with(|queue| queue.edits().len());
        missing.clone().or_else(|| {
            (items > MOST_TOGETHER)
                .then(|| format!("A transaction has at most {MOST_TOGETHER} actions, these are {items}: they are saved one by one."))
        })
    });
    let together = Signal::derive(move || !single.get() && why_single.with(Option::is_none));
    let conflicts = move || {
        let clashes = |edited: &&Edited| matches!(edited.standing, Standing::Conflict(_));
        pending.queue.with(|queue| queue.edits().iter().filter(clashes).count())
    };
    let production = scope.connection.production.then(|| scope.table.clone());
    let name = StoredValue::new(production);
    let blocked = Signal::derive(move || {
        let items = pending.queue.with(|queue| queue.edits().len());
        let conflicts = conflicts();
        if conflicts > 0 && (together.get() || conflicts == items) {
            return Some("Decide the conflicts first".to_owned());
        }
        let wanted = name.get_value()?;
        (typed.get() != wanted).then(|| format!("Type {wanted} first"))
    });
    let items = Memo::new(move |_| {
        pending
            .queue
            .with(|queue| queue.edits().iter().take(SHOWN).cloned().collect::<Vec<_>>())
    });
    let more = move || pending.queue.with(|queue| queue.edits().len().saturating_sub(SHOWN));
    let saving = move || pending.saving.get();
    view! {
        <div class="review">
            <div class="review-items">
                {move || items.get().into_iter().map(|edited| view! { <Item view edited /> }).collect_view()}
                {move || (more() > 0).then(|| view! { <p class="muted">{format!("and {} more items", format::count(more() as u64))}</p> })}
            </div>
            {move || {
                pending.failure.get().map(|failure| {
                    let retry = Callback::new(move |()| pending.failure.set(None));
                    view! { <FailurePanel what="Not everything was saved" failure retry /> }
                })
            }}
            <details class="review-requests">
                <summary>"The exact requests"</summary>
                <Requests view scope=kept.get_value() together />
            </details>
            <div class="review-how">
                <SegmentedControl
                    label="How they are saved"
                    value=Signal::derive(move || if together.get() { "together" } else { "single" }.to_owned())
                    on_change=move |how| single.set(how == "single")
                    choices=vec![Choice::new("together", "All or none"), Choice::new("single", "One by one")]
                />
                <p class="muted">
                    {move || match (together.get(), why_single.get()) {
                        (true, _) => "One transaction: where one item cannot be saved, none is.".to_owned(),
                        (false, Some(reason)) => reason,
                        (false, None) => "Each item by itself: what cannot be saved stays here.".to_owned(),
                    }}
                </p>
            </div>
            {move || {
                name.get_value()
                    .map(|name| {
                        view! {
                            <Field label=format!("This is production: type {name} to save")>
                                <TextInput mono=true value=typed on_input=move |text| typed.set(text) />
                            </Field>
                        }
                    })
            }}
            {move || {
                saving()
                    .map(|(done, of)| {
                        let words = format!("Saved {} of {}", format::count(done as u64), format::count(of as u64));
                        view! {
                            <p role="status">{words.clone()}</p>
                            <ProgressBar value=Some(done as f64 / of.max(1) as f64) label=words />
                        }
                    })
            }}
            <footer class="ui-dialog-foot">
                <LeaveButton>"Back to the grid"</LeaveButton>
                <Button
                    variant=ButtonVariant::Primary
                    icon=IconName::Check
                    disabled=blocked
                    busy=Signal::derive(move || pending.saving.with(Option::is_some))
                    on_press=move |()| {
                        let together = together.get_untracked();
                        kept.with_value(|scope| save(view, scope, together));
                    }
                >
                    "Save all"
                </Button>
            </footer>
        </div>
    }
}

#[component]
fn Item(view: View, edited: Edited) -> impl IntoView {
    let queue = view.pending.queue;
    let title = edited.key.to_string();
    let label = format!("Discard the changes of {title}");
    let key = StoredValue::new(edited.key.clone());
    let clashes = matches!(edited.standing, Standing::Conflict(_));
    let standing = match edited.standing.clone() {
        Standing::Waiting => None,
        Standing::Conflict(theirs) => Some(view! { <Conflict view edited=edited.clone() theirs /> }.into_any()),
        Standing::Refused(reason) => Some(view! { <Notice tone=Tone::Bad>{reason}</Notice> }.into_any()),
    };
    let before = edited.base.clone().unwrap_or_default();
    view! {
        <section class="review-item" aria-label=title.clone()>
            <header class="review-item-head">
                <h3>{title.clone()}</h3>
                {clashes.then(|| view! { <Badge tone=Tone::Warning>"changed meanwhile"</Badge> })}
                <span class="review-item-discard">
                    <Button small=true variant=ButtonVariant::Ghost on_press=move |()| queue.update(|queue| key.with_value(|key| queue.settle(key)))>
                        "Discard"
                        <span class="ui-hidden">{label.trim_start_matches("Discard").to_owned()}</span>
                    </Button>
                </span>
            </header>
            {standing}
            {(!clashes).then(|| view! { <ItemDiff before after=edited.item.clone() label="What changes" /> })}
        </section>
    }
}

/// What is sent to the engine, as it is sent.
#[component]
fn Requests(view: View, scope: TableScope, together: Signal<bool>) -> impl IntoView {
    let (connection, table, details) = (scope.connection, scope.table, scope.details);
    move || {
        let schema = details.ready_untracked(|table| table.key.clone()).unwrap_or_default();
        let plans = plans(view, &schema);
        let more = plans.len().saturating_sub(REQUESTS);
        let exchanges = if together.get() {
            vec![together_preview(&plans, &table)]
        } else {
            plans
                .iter()
                .take(REQUESTS)
                .filter_map(|plan| request_preview(plan, &table))
                .collect()
        };
        let panels = exchanges
            .into_iter()
            .map(|exchange| {
                let (label, command) = (format!("{} as JSON", exchange.operation), aws_command::of(&exchange, &connection));
                let json = serde_json::to_string_pretty(&exchange.request).unwrap_or_default();
                view! {
                    <CodeBlock label text=json />
                    <CodeBlock label="AWS command" text=command wrap=true />
                }
            })
            .collect_view();
        let rest =
            (!together.get() && more > 0).then(|| view! { <p class="muted">{format!("and {} more", format::count(more as u64))}</p> });
        view! { {panels} {rest} }
    }
}

fn plans(view: View, schema: &KeySchema) -> Vec<Plan> {
    view.pending.queue.with(|queue| {
        let waiting = queue
            .edits()
            .iter()
            .filter(|edited| !matches!(edited.standing, Standing::Conflict(_)));
        waiting.filter_map(|edited| plan(&edited.change(), schema).ok()).collect()
    })
}
