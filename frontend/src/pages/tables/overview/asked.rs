//! A request to drop this table: who asks and why, and what can be answered.

use dynadesk_shared::api::drops::{DropApprove, DropRefuse, DropRequest, DropState};
use dynadesk_shared::api::session::check_reason;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::drop::{ConfirmDrop, Dropping};
use super::{fact, why_not_drop};
use crate::api;
use crate::components::TableScope;
use crate::components::drops::words;
use crate::format;
use crate::format::time::{Style, when};
use crate::state::drops::use_drops;
use crate::state::use_toasts;
use crate::ui::{Button, ButtonVariant, Dialog, Field, IconName, LeaveButton, Notice, Problem, TextInput, Tone};

/// The request of one table, and what is being answered.
#[derive(Clone, Copy)]
pub struct Asking {
    request: Memo<Option<DropRequest>>,
    approving: RwSignal<bool>,
    refusing: RwSignal<bool>,
}

impl Asking {
    pub fn of(table: &str) -> Self {
        let (drops, table) = (use_drops(), table.to_owned());
        Self {
            request: Memo::new(move |_| drops.of(&table)),
            approving: RwSignal::new(false),
            refusing: RwSignal::new(false),
        }
    }
}

/// The request of this table, where there is one; follows what others do with it.
#[component]
pub fn Asked(scope: TableScope, asking: Asking) -> impl IntoView {
    let (request, details) = (asking.request, scope.details);
    Effect::new(move |before: Option<bool>| {
        let is_there = request.with(Option::is_some);
        // Whoever approved it has dropped the table.
        if before == Some(true) && !is_there {
            details.refresh();
        }
        is_there
    });
    move || {
        let scope = scope.clone();
        request.get().map(|request| view! { <Card scope request asking /> })
    }
}

/// What is asked before a request is approved or refused.
#[component]
pub fn AnswerDialogs(scope: TableScope, asking: Asking) -> impl IntoView {
    view! {
        <ApproveDialog scope=scope.clone() request=asking.request open=asking.approving />
        <RefuseDialog scope request=asking.request open=asking.refusing />
    }
}

#[component]
fn Card(scope: TableScope, request: DropRequest, asking: Asking) -> impl IntoView {
    let (drops, toasts) = (use_drops(), use_toasts());
    let busy = RwSignal::new(false);
    let (connection, table, id) = (scope.connection.name.clone(), scope.table.clone(), request.id.clone());
    let withdraw = move |()| {
        let (connection, table, id) = (connection.clone(), table.clone(), id.clone());
        busy.set(true);
        spawn_local(async move {
            let answer = api::drops::withdraw(&connection, &table, id).await;
            busy.try_set(false);
            drops.refresh();
            if let Err(failure) = answer {
                toasts.failed("The request could not be taken back", &failure);
            }
        });
    };
    let made = request.made.clone();
    let details = scope.details;
    let another = Memo::new(move |_| details.ready(|view| view.made() != Some(made.as_str())).unwrap_or(false));
    let not_role = scope.why_not_change();
    let why_not = Signal::derive(move || {
        let other = || another.get().then(|| "This is another table of that name".to_owned());
        why_not_drop(&scope).or_else(other)
    });
    let open = request.state == DropState::Open;
    let mut facts = vec![
        fact("Asked", when(&request.asked_at, Style::Full)),
        fact("Items then", then(request.item_count, format::count)),
        fact("Size then", then(request.size_bytes, format::bytes)),
    ];
    let mut why = request.reason.clone();
    match &request.state {
        DropState::Open => facts.push(fact("Can be approved until", when(&request.until, Style::Full))),
        DropState::Refused { at, reason, .. } => {
            facts.push(fact("Refused", when(at, Style::Full)));
            why.clone_from(reason);
        }
        DropState::Expired => facts.push(fact("Ran out", when(&request.until, Style::Full))),
    }
    let buttons = match (open, request.own) {
        (true, false) => view! {
            <Button icon=IconName::Trash variant=ButtonVariant::Danger disabled=why_not on_press=move |()| asking.approving.set(true)>
                "Approve and drop"
            </Button>
            <Button disabled=not_role on_press=move |()| asking.refusing.set(true)>"Refuse"</Button>
        }
        .into_any(),
        (true, true) => view! { <Button busy on_press=withdraw>"Withdraw"</Button> }.into_any(),
        (false, _) => view! { <Button busy on_press=withdraw>"Dismiss"</Button> }.into_any(),
    };
    let heading = words(&request);
    view! {
        <section class="card overview-asked" aria-label="Request to drop this table">
            <h2>{heading}</h2>
            <p class="overview-reason">{format::readable(&why)}</p>
            <dl class="facts">{facts}</dl>
            {move || {
                (open && another.get())
                    .then(|| {
                        let text = "This is another table than the one that was asked about: that one is gone. It cannot be dropped by this request.";
                        view! { <Notice tone=Tone::Warning>{text}</Notice> }
                    })
            }}
            <div class="row overview-ways">{buttons}</div>
        </section>
    }
}

#[component]
fn ApproveDialog(scope: TableScope, request: Memo<Option<DropRequest>>, open: RwSignal<bool>) -> impl IntoView {
    let drops = use_drops();
    // What is approved is what was read when the dialog opened.
    let seen = StoredValue::new(None::<DropRequest>);
    Effect::new(move |_| {
        if open.get() {
            seen.set_value(request.get_untracked());
        }
    });
    let more = Signal::derive(move || {
        let by = request.with(|request| request.as_ref().map(|one| format::readable(&one.by)));
        by.map_or_else(String::new, |by| format!(" {by} asked for it."))
    });
    let send = move |scope: TableScope| -> Option<Dropping> {
        let id = seen.get_value()?.id;
        Some(Box::pin(async move {
            let asked = DropApprove {
                id,
                confirm: scope.table.clone(),
            };
            let answer = api::drops::approve(&scope.connection.name, &scope.table, &asked).await;
            drops.refresh();
            answer.map(drop)
        }))
    };
    view! { <ConfirmDrop scope open more send /> }
}

#[component]
fn RefuseDialog(scope: TableScope, request: Memo<Option<DropRequest>>, open: RwSignal<bool>) -> impl IntoView {
    let drops = use_drops();
    let reason = RwSignal::new(String::new());
    let (fault, problem, busy) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>), RwSignal::new(false));
    Effect::new(move |_| {
        if open.get() {
            reason.set(String::new());
            fault.set(None);
            problem.set(None);
        }
    });
    let (connection, table) = (scope.connection.name, StoredValue::new(scope.table));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(request) = request.get_untracked().filter(|_| !busy.get_untracked()) else {
            return;
        };
        let asked = match check_reason(&reason.get_untracked()) {
            Err(why) => {
                fault.set(Some(why));
                return;
            }
            Ok(reason) => DropRefuse {
                id: request.id,
                reason: reason.to_owned(),
            },
        };
        fault.set(None);
        busy.set(true);
        let (connection, table) = (connection.clone(), table.get_value());
        spawn_local(async move {
            let answer = api::drops::refuse(&connection, &table, &asked).await;
            busy.try_set(false);
            drops.refresh();
            match answer {
                Ok(_) => {
                    open.try_set(false);
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    view! {
        <Dialog open title=format!("Refuse to drop {}?", table.get_value()) busy>
            <form class="ui-confirm" on:submit=submit.clone()>
                <p>"The table stays. Whoever asked reads why."</p>
                <Field label="Why does it stay?" error=fault>
                    <TextInput autofocus=true value=reason on_input=move |text| reason.set(text) />
                </Field>
                <Problem text=problem />
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Primary submit=true busy>"Refuse"</Button>
                </footer>
            </form>
        </Dialog>
    }
}

/// A number of DynamoDB's last count. Nothing then may be much by now, so it is not said as a number.
fn then(counted: u64, words: impl Fn(u64) -> String) -> String {
    match counted {
        0 => "None at DynamoDB's last count".to_owned(),
        counted => format!("≈ {}", words(counted)),
    }
}
