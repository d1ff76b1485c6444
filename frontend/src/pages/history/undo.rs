//! Takes a write back, and shows who was there meanwhile where it cannot be.

use dynadesk_shared::Item;
use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::history::WriteView;
use dynadesk_shared::api::writes::Outcome;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::words;
use crate::api::{self, ApiFailure};
use crate::components::FailurePanel;
use crate::components::item_diff::ItemDiff;
use crate::components::scope::why_not_write;
use crate::state::{store, use_toasts};
use crate::ui::{Button, ConfirmDialog, IconName, Notice, Tone};

/// How an undo ended, where it did not end well.
#[derive(Clone)]
enum Problem {
    Failed(ApiFailure),
    Said(String),
    /// What the engine holds now.
    Conflict(Option<Item>),
}

#[component]
pub fn UndoSection(connection: ConnectionView, view: WriteView, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let (busy, asking) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<Problem>);
    let blocked = words::why_not_undo(&view).map(str::to_owned).or_else(|| why_not_write(&connection));
    let way_back = words::way_back(&view);
    let production = connection.production;
    let title = format!("Undo this write on {}?", connection.label);
    let ids = StoredValue::new((connection.name, view.summary.id.clone()));
    let undo = move || {
        let (connection, write) = ids.get_value();
        busy.set(true);
        spawn_local(async move {
            let answer = api::history::undo(&connection, &write).await;
            busy.try_set(false);
            asking.try_set(false);
            let wrong = match answer {
                Err(failure) => {
                    store::heard(&failure);
                    Some(Problem::Failed(failure))
                }
                Ok(undone) => match undone.outcome {
                    Outcome::Written { .. } | Outcome::Unchanged => {
                        toasts.done(match undone.unkept {
                            Some(why) => format!("Undone, but not kept in the history: {why}"),
                            None => "Undone".to_owned(),
                        });
                        None
                    }
                    Outcome::Conflict { theirs } => Some(Problem::Conflict(theirs)),
                    Outcome::Refused { message, .. } => Some(Problem::Said(message)),
                    Outcome::NotWritten => Some(Problem::Said("Nothing was written.".to_owned())),
                },
            };
            let well = wrong.is_none();
            // Where the panel is gone, only a message can say it.
            if let Some(Some(wrong)) = problem.try_set(wrong) {
                toasts.note(format!("Not undone. {}", in_short(wrong)));
            }
            if well {
                // The panel may be gone by now.
                on_done.try_run(());
            }
        });
    };
    let press = move |()| match production {
        true => asking.set(true),
        false => undo(),
    };
    let left = StoredValue::new(view.after);
    let told = move || problem.get().map(|problem| tell(problem, left.get_value().unwrap_or_default()));
    view! {
        <section class="history-undo" aria-label="Undo">
            <p>{way_back.clone()}</p>
            <div class="row">
                <Button icon=IconName::Undo busy disabled=blocked on_press=press>"Undo"</Button>
            </div>
            <div role="status">{told}</div>
        </section>
        <ConfirmDialog open=asking title message=way_back confirm="Undo" busy on_confirm=move |()| undo() />
    }
}

fn in_short(problem: Problem) -> String {
    match problem {
        Problem::Failed(failure) => failure.message(),
        Problem::Said(text) => text,
        Problem::Conflict(_) => "Somebody changed or deleted the item since.".to_owned(),
    }
}

fn tell(problem: Problem, left: Item) -> AnyView {
    match problem {
        Problem::Failed(failure) => view! { <FailurePanel what="The write could not be undone" failure /> }.into_any(),
        Problem::Said(text) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
        Problem::Conflict(theirs) => {
            let gone = theirs.is_none();
            let text = match gone {
                true => "Somebody deleted the item since, so nothing was undone.",
                false => "Somebody changed the item since, so nothing was undone. This is what changed since this write:",
            };
            view! {
                <Notice tone=Tone::Warning>{text}</Notice>
                {theirs.map(|now| view! { <ItemDiff before=left after=now label="Changed since this write" /> })}
            }
            .into_any()
        }
    }
}
