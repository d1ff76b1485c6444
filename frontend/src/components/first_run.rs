//! From nothing to data: one press makes the Cruddur table, fills it with the sample and opens it.

use std::time::Duration;

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::seed::{OnCollision, SeedRequest, SeedSource};
use dynadesk_shared::create_table::presets;
use dynadesk_shared::cruddur;
use gloo_timers::future::sleep;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::failure_panel::FailurePanel;
use super::scope::why_not_change;
use crate::api::{self, ApiFailure};
use crate::format;
use crate::nav;
use crate::state::tables::use_tables;
use crate::state::{use_navigation, use_toasts};
use crate::ui::{Button, ButtonVariant, EmptyState, ErrorPanel, Icon, IconName, LinkButton, ProgressBar};

/// How far the sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Create,
    Wait,
    Seed,
    Done,
}

#[derive(Clone, Debug, PartialEq)]
enum Sample {
    Idle,
    Running(Step, Option<Box<JobView>>),
    Failed(ApiFailure),
    /// The job ended, and not well.
    Stopped(String),
}

/// What a connection without tables says.
#[component]
pub fn FirstRun(connection: ConnectionView) -> impl IntoView {
    let sample = RwSignal::new(Sample::Idle);
    let blocked = Signal::stored(why_not_change(&connection));
    let connection = StoredValue::new(connection);
    let (navigation, toasts, tables) = (use_navigation(), use_toasts(), use_tables());
    let start = move || {
        let name = connection.with_value(|connection| connection.name.clone());
        sample.set(Sample::Running(Step::Create, None));
        spawn_local(async move {
            let outcome = load(&name, |step, job| {
                sample.try_set(Sample::Running(step, job.map(Box::new)));
            })
            .await;
            match outcome {
                Ok(job) if job.state == JobState::Done => {
                    tables.of(&name).refresh(cruddur::TABLE);
                    // The operator may have gone elsewhere meanwhile; the message has the way.
                    let still_here = sample.try_set(Sample::Running(Step::Done, Some(Box::new(job)))).is_none();
                    let message = "The sample is loaded: people, and what they wrote to each other.";
                    toasts.link(message, "Read the conversations", nav::users(&name, cruddur::TABLE));
                    if still_here {
                        navigation.go(&nav::items(&name, cruddur::TABLE));
                    }
                }
                Ok(job) => {
                    let why = job.error.unwrap_or_else(|| "The job was stopped before its end.".to_owned());
                    sample.try_set(Sample::Stopped(why));
                }
                Err(failure) => {
                    sample.try_set(Sample::Failed(failure));
                }
            }
        });
    };
    let retry = Callback::new(move |()| start());
    move || match sample.get() {
        Sample::Idle => {
            let create = connection.with_value(|connection| nav::table_new(&connection.name));
            view! {
                <EmptyState
                    icon=IconName::Database
                    title="No tables yet"
                    text="Load a small messaging table to look around: people, their conversations, and more than a year of messages. Or make a table of your own."
                >
                    <Button
                        variant=ButtonVariant::Primary
                        icon=IconName::Chat
                        disabled=blocked
                        on_press=move |()| start()
                    >
                        "Load the Cruddur sample"
                    </Button>
                    <LinkButton icon=IconName::Plus href=create>"Create a table"</LinkButton>
                </EmptyState>
            }
            .into_any()
        }
        Sample::Running(step, job) => view! { <Progress step job=job.map(|job| *job) /> }.into_any(),
        Sample::Failed(failure) => view! { <FailurePanel what="The sample could not be loaded" failure retry /> }.into_any(),
        Sample::Stopped(message) => view! { <ErrorPanel title="The sample could not be loaded" message retry /> }.into_any(),
    }
}

/// Creates the table where it is missing, waits for it, and seeds it. Gives the job at its end.
async fn load(connection: &str, report: impl Fn(Step, Option<JobView>)) -> Result<JobView, ApiFailure> {
    match api::tables::create(connection, &presets::cruddur_messages(true)).await {
        // Loading the sample twice changes nothing, so a table that is there already is welcome.
        Err(failure) if failure.engine_code() != Some("ResourceInUseException") => return Err(failure),
        _ => report(Step::Wait, None),
    }
    while api::tables::describe(connection, cruddur::TABLE).await?.status != "ACTIVE" {
        sleep(Duration::from_millis(300)).await;
    }
    report(Step::Seed, None);
    let request = SeedRequest {
        source: SeedSource::Sample,
        on_collision: OnCollision::Keep,
        fingerprint: None,
        confirm: None,
    };
    let mut job = api::seed::start(connection, cruddur::TABLE, &request).await?;
    while !job.state.is_over() {
        report(Step::Seed, Some(job.clone()));
        sleep(Duration::from_millis(200)).await;
        job = api::jobs::view(&job.id).await?;
    }
    Ok(job)
}

#[component]
fn Progress(step: Step, job: Option<JobView>) -> impl IntoView {
    let line = |own: Step, text: &'static str| {
        let (class, icon) = match own.cmp(&step) {
            std::cmp::Ordering::Less => ("is-done", IconName::Check),
            std::cmp::Ordering::Equal => ("is-now", IconName::ChevronRight),
            std::cmp::Ordering::Greater => ("is-later", IconName::More),
        };
        view! { <li class=class><Icon name=icon />{text}</li> }
    };
    let part = job.as_ref().filter(|job| job.progress.total > 0);
    let part = part.map(|job| job.progress.processed as f64 / job.progress.total as f64);
    let written = job.map(|job| {
        let progress = job.progress;
        format!("{} of {} items", format::count(progress.processed), format::count(progress.total))
    });
    view! {
        <section class="first-run card" aria-label="Loading the Cruddur sample">
            <h2>"Loading the Cruddur sample"</h2>
            <ol>
                {line(Step::Create, "Create the table cruddur-messages")}
                {line(Step::Wait, "Wait until it is active")}
                {line(Step::Seed, "Write people, conversations and messages")}
            </ol>
            <ProgressBar value=part label="Sample written" />
            <p class="muted" role="status">{written}</p>
        </section>
    }
}
