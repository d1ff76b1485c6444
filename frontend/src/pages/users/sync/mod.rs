//! "Update Cognito ids": the plan, the choice, the review, the report, and the way back.

mod lines;
mod planning;
mod report;
mod review;
mod words;

use dynadesk_shared::api::identity::{IdentityView, PlanState, PlanView, SyncReport, SyncSummary};
use dynadesk_shared::identity::plan::PlanKind;
use leptos::prelude::*;

use self::lines::Lines;
use self::planning::Planning;
use self::report::Report;
use self::review::Review;
use super::frame::{UsersFrame, unconfigured};
use crate::api;
use crate::components::FailurePanel;
use crate::components::identity_health::HealthCards;
use crate::format;
use crate::format::time::{Style, when};
use crate::state::remote::{Load, Remote};
use crate::state::session::why_not_change_users;
use crate::ui::{Button, ButtonVariant, DataTable, EmptyState, IconName, Notice, ProgressBar, Skeleton, StatusDot, Tone};

#[component]
pub fn CognitoIdsPage() -> impl IntoView {
    let body = move |view: IdentityView| match (&view.database, &view.pool) {
        (Some(_), Some(_)) => view! { <Body view /> }.into_any(),
        _ => view! {
            <Notice tone=Tone::Warning>"Both a PostgreSQL and a user pool are needed to compare them."</Notice>
            {unconfigured()}
        }
        .into_any(),
    };
    view! { <UsersFrame title="Update Cognito ids" body /> }
}

#[component]
fn Body(view: IdentityView) -> impl IntoView {
    let planning = Planning::new();
    planning.resume();
    let report = RwSignal::new(None::<SyncReport>);
    // Counts what is done with the report, so that one that comes late takes the place of nothing.
    let turn = StoredValue::new(0_u64);
    let earlier = Remote::new(api::identity::syncs);
    let reviewing = RwSignal::new(false);
    let why_not = why_not_change_users(&view);
    let why_not = StoredValue::new(why_not);
    let done = move |new: SyncReport| {
        turn.update_value(|turn| *turn += 1);
        report.set(Some(new));
        planning.forget();
        earlier.refresh();
    };
    let inner = StoredValue::new(view.clone());
    let planned = Memo::new(move |_| planning.view.with(Option::is_some));
    let begin = move |()| {
        turn.update_value(|turn| *turn += 1);
        report.set(None);
        planning.begin();
    };
    view! {
        <div class="page-column users">
            <HealthCards view />
            <p class="muted">
                "cognito_user_id of each row becomes the sub of the pool's user whose preferred_username is the row's handle. \
                Nothing is written before you have reviewed it, and then all chosen rows in one transaction or none."
            </p>
            {move || report.get().map(|report| view! { <Report report view=inner.get_value() on_done=done /> })}
            <div class="page-bar users-bar">
                // What comes next is what stands out: the first plan, and then its review.
                {move || {
                    let (variant, label) = match planned.get() {
                        true => (ButtonVariant::Secondary, "Make a new plan"),
                        false => (ButtonVariant::Primary, "Make a plan"),
                    };
                    view! { <Button variant icon=IconName::Play busy=planning.busy on_press=begin>{label}</Button> }
                }}
                <Show when=move || planning.is_ready() && planning.count(PlanKind::WillChange) != 0>
                    <Button
                        variant=ButtonVariant::Primary
                        icon=IconName::Check
                        disabled=Signal::derive(move || {
                            why_not.get_value().or_else(|| (planning.chosen() == 0).then(|| "No row is chosen".to_owned()))
                        })
                        on_press=move |()| reviewing.set(true)
                    >
                        {move || format!("Review {}", format::counted(planning.chosen(), "change", "changes"))}
                    </Button>
                </Show>
            </div>
            {move || {
                planning
                    .failure
                    .get()
                    .map(|failure| {
                        let retry = Callback::new(move |()| planning.begin());
                        view! { <FailurePanel what="No plan could be made" failure retry /> }
                    })
            }}
            {move || planning.view.get().map(|view| state(&view))}
            <Show when=move || planning.is_ready()>
                <Lines planning />
            </Show>
            <Review open=reviewing planning view=inner.get_value() on_done=done />
            <Earlier earlier report turn />
        </div>
    }
}

/// How far the plan is.
fn state(view: &PlanView) -> AnyView {
    match &view.state {
        PlanState::Reading => {
            let progress = view.progress;
            let words = format!(
                "Reading both sides: {}, {} on {}{}",
                format::counted(progress.rows, "row", "rows"),
                format::counted(progress.users, "user of the pool", "users of the pool"),
                format::counted(progress.pages, "page", "pages"),
                match progress.throttled {
                    0 => String::new(),
                    times => format!(", Cognito asked for patience {}", format::counted(times, "time", "times")),
                },
            );
            let end: Option<f64> = None;
            view! {
                <ProgressBar value=end label="Reading both sides" />
                <p role="status">{words}</p>
            }
            .into_any()
        }
        PlanState::Ready => {
            let when = when(&view.at, Style::Full);
            view! { <p class="muted" role="status">{format!("Planned from what was there at {when}")}</p> }.into_any()
        }
        PlanState::Failed { why } => {
            let why = why.clone();
            view! { <Notice tone=Tone::Bad>"The plan could not be made: "{why}</Notice> }.into_any()
        }
    }
}

/// Syncs that were done before, each with its report.
#[component]
fn Earlier(
    earlier: Remote<dynadesk_shared::api::identity::SyncList>,
    report: RwSignal<Option<SyncReport>>,
    turn: StoredValue<u64>,
) -> impl IntoView {
    let toasts = crate::state::use_toasts();
    let open = move |id: String| {
        turn.update_value(|turn| *turn += 1);
        let own = turn.get_value();
        leptos::task::spawn_local(async move {
            let answer = api::identity::report(&id).await;
            if turn.try_get_value() != Some(own) {
                return;
            }
            match answer {
                Ok(found) => report.set(Some(found)),
                Err(failure) => toasts.failed("The report could not be read", &failure),
            }
        });
    };
    let row = move |sync: &SyncSummary| {
        let (word, tone) = words::state(sync.state);
        let id = sync.id.clone();
        let when = when(&sync.at, Style::Full);
        let label = format!("Open the report of {when}");
        view! {
            <tr>
                <td>{when}</td>
                <td>{if sync.undoes.is_some() { "Undo" } else { "Update" }}</td>
                <td class="is-numeric">{format::count(sync.rows)}</td>
                <td><StatusDot tone label=word /></td>
                <td class="users-text">{sync.place.clone()}</td>
                <td><Button small=true on_press=move |()| open(id.clone())>"Report"<span class="ui-hidden">": "{label}</span></Button></td>
            </tr>
        }
    };
    move || {
        let state = earlier.with(|list| match list {
            Load::Loading => view! { <Skeleton lines=3 label="Loading earlier updates" /> }.into_any(),
            Load::Failed(failure) => {
                let failure = failure.clone();
                let retry = Callback::new(move |()| earlier.reload());
                view! { <FailurePanel what="Earlier updates could not be read" failure retry /> }.into_any()
            }
            Load::Ready(list) if list.syncs.is_empty() => {
                view! {
                    <EmptyState icon=IconName::Clock title="No update yet" text="Each update is kept here for 90 days, with its report and the way back." />
                }
                    .into_any()
            }
            Load::Ready(list) => {
                let rows = list.syncs.iter().map(row).collect_view();
                view! {
                    <DataTable label="Earlier updates">
                        <thead>
                            <tr>
                                <th scope="col">"When"</th>
                                <th scope="col">"What"</th>
                                <th scope="col" class="is-numeric">"Rows"</th>
                                <th scope="col">"State"</th>
                                <th scope="col">"Where"</th>
                                <th scope="col"><span class="ui-hidden">"Report"</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </DataTable>
                }
                    .into_any()
            }
        });
        view! { <h2>"Earlier updates"</h2> {state} }
    }
}
