//! Seeding as a reviewed job: choose a source, review the plan, run it.

mod people;
mod review;
mod source;

use dynadesk_shared::api::conversations::{UserRef, UsersRequest};
use dynadesk_shared::api::identity::PeopleRequest;
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::seed::{OnCollision, SeedPlan, SeedRequest, SeedSource};
use leptos::prelude::*;
use leptos::task::spawn_local;

use self::review::Review;
use self::source::{Form, SourceStep};
use crate::api::{self, ApiFailure};
use crate::components::job_panel::JobPanel;
use crate::components::{FailurePanel, TableFrame, TableScope};
use crate::format;
use crate::nav;
use crate::ui::{Button, ButtonVariant, ConfirmDialog, IconName, LinkButton, Notice, Tone};

/// Where the operator stands.
#[derive(Clone, PartialEq)]
enum Step {
    Source,
    Review(Box<(SeedSource, SeedPlan)>),
    Run(String),
}

impl Step {
    fn number(&self) -> usize {
        match self {
            Self::Source => 0,
            Self::Review(_) => 1,
            Self::Run(_) => 2,
        }
    }
}

/// What the page's parts share. Cheap to copy.
#[derive(Clone, Copy)]
struct Seed {
    step: RwSignal<Step>,
    form: Form,
    on_collision: RwSignal<OnCollision>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiFailure>>,
    place: StoredValue<(String, String)>,
}

impl Seed {
    /// Asks for the plan and goes on to its review.
    fn plan(self) {
        let source = match self.form.source() {
            Ok(source) => source,
            Err(problem) => return self.problem.set(Some(problem)),
        };
        self.problem.set(None);
        self.failure.set(None);
        self.busy.set(true);
        let (connection, table) = self.place.get_value();
        spawn_local(async move {
            let request = SeedRequest {
                source,
                on_collision: OnCollision::Keep,
                fingerprint: None,
                confirm: None,
            };
            let answer = api::seed::plan(&connection, &table, &request).await;
            self.busy.try_set(false);
            match answer {
                Ok(plan) => drop(self.step.try_set(Step::Review(Box::new((request.source, plan))))),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    /// Starts the job that writes what was reviewed. `typed` is the name that the operator typed, where that was
    /// asked for.
    fn run(self, source: SeedSource, fingerprint: String, typed: Option<String>) {
        self.failure.set(None);
        self.busy.set(true);
        let (connection, table) = self.place.get_value();
        let request = SeedRequest {
            source,
            on_collision: self.on_collision.get_untracked(),
            fingerprint: Some(fingerprint),
            confirm: typed,
        };
        spawn_local(async move {
            let answer = api::seed::start(&connection, &table, &request).await;
            self.busy.try_set(false);
            match answer {
                Ok(job) => drop(self.step.try_set(Step::Run(job.id))),
                Err(failure) => drop(self.failure.try_set(Some(failure))),
            }
        });
    }

    fn back(self) {
        self.failure.set(None);
        self.step.set(Step::Source);
    }
}

#[component]
pub fn SeedPage(scope: TableScope) -> impl IntoView {
    let cruddur = scope.details.ready_untracked(crate::components::scope::looks_like_cruddur);
    let seed = Seed {
        step: RwSignal::new(Step::Source),
        form: Form::new(cruddur.unwrap_or(true)),
        on_collision: RwSignal::new(OnCollision::Keep),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        failure: RwSignal::new(None),
        place: StoredValue::new((scope.connection.name.clone(), scope.table.clone())),
    };
    let inner = StoredValue::new(scope.clone());
    view! {
        <TableFrame scope>
            <Body seed scope=inner.get_value() />
        </TableFrame>
    }
}

#[component]
fn Body(seed: Seed, scope: TableScope) -> impl IntoView {
    let why_not = scope.why_not_write();
    let names = ["Source", "Review", "Run"];
    let stepper = names
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            let number = move || seed.step.with(Step::number);
            view! {
                <li class:is-done=move || at < number() aria-current=move || (number() == at).then_some("step")>
                    <span class="seed-step-number">{at + 1}</span>
                    {name}
                </li>
            }
        })
        .collect_view();
    if why_not.is_none() {
        learn_users(seed);
    }
    let notice = why_not
        .clone()
        .map(|why| view! { <Notice tone=Tone::Warning>{why}": nothing can be seeded here."</Notice> });
    let why_not = StoredValue::new(why_not);
    let scope = StoredValue::new(scope);
    let step = Memo::new(move |_| seed.step.get());
    view! {
        <div class="seed">
            <ol class="seed-steps" aria-label="Steps">{stepper}</ol>
            {notice}
            {move || match step.get() {
                Step::Source => view! { <SourcePart seed why_not=why_not.get_value() /> }.into_any(),
                Step::Review(reviewed) => {
                    let (source, plan) = *reviewed;
                    view! { <ReviewPart seed source plan scope=scope.get_value() why_not=why_not.get_value() /> }.into_any()
                }
                Step::Run(job) => view! { <RunPart seed scope=scope.get_value() job /> }.into_any(),
            }}
        </div>
    }
}

/// The users of the table, to choose the two people of a conversation from.
fn learn_users(seed: Seed) {
    let (connection, table) = seed.place.get_value();
    spawn_local(async move {
        // Only a help: where it fails, the operator types.
        if let Ok(page) = api::conversations::users(&connection, &table, &UsersRequest::default()).await {
            let users = page
                .users
                .into_iter()
                .map(|found| found.user)
                .filter(|user| !user.handle.is_empty());
            seed.form.known.try_update(|known| add(known, users));
        }
    });
    // Those of PostgreSQL are more, and a table that is still empty names nobody.
    spawn_local(async move {
        let Ok(view) = api::identity::view().await else { return };
        if view.database.is_none() {
            return;
        }
        seed.form.by_handle.try_set(true);
        if let Ok(page) = api::identity::people(&PeopleRequest::default()).await {
            let users = page.people.into_iter().filter_map(|person| {
                Some(UserRef {
                    uuid: person.uuid?,
                    display_name: person.display_name,
                    handle: person.handle,
                })
            });
            seed.form.known.try_update(|known| add(known, users));
        }
    });
}

/// Adds users to choose from, each once.
fn add(known: &mut Vec<UserRef>, users: impl Iterator<Item = UserRef>) {
    for user in users {
        if !known.iter().any(|other| other.uuid == user.uuid) {
            known.push(user);
        }
    }
}

#[component]
fn Failure(seed: Seed, what: &'static str) -> impl IntoView {
    move || seed.failure.get().map(|failure| view! { <FailurePanel what failure /> })
}

#[component]
fn SourcePart(seed: Seed, why_not: Option<String>) -> impl IntoView {
    view! {
        <form
            class="stack"
            on:submit=move |event| {
                event.prevent_default();
                seed.plan();
            }
        >
            <SourceStep
                form=seed.form
                on_kind=move |()| {
                    seed.problem.set(None);
                    seed.failure.set(None);
                }
            />
            {move || seed.problem.get().map(|problem| view! { <p class="seed-problem" role="alert">{problem}</p> })}
            <Failure seed what="The source could not be planned" />
            <div class="row">
                <Button variant=ButtonVariant::Primary submit=true busy=seed.busy disabled=why_not icon=IconName::Check>"Review"</Button>
                <span class="muted">"Nothing is written before you have seen what it is."</span>
            </div>
        </form>
    }
}

#[component]
fn ReviewPart(seed: Seed, source: SeedSource, plan: SeedPlan, scope: TableScope, why_not: Option<String>) -> impl IntoView {
    let fingerprint = plan.fingerprint.clone();
    let asking = RwSignal::new(false);
    let name = scope.connection.production.then_some(scope.table);
    let goes_by_name = name.is_some();
    let message = format!(
        "What the table has under the keys of these {} is replaced where it has other content.",
        format::counted(plan.items, "item", "items")
    );
    let label = format!("Write {}", format::counted(plan.items, "item", "items"));
    let why_not = why_not.or_else(|| (plan.items == 0).then(|| "There is nothing to write".to_owned()));
    let source = StoredValue::new(source);
    let run = {
        let name = name.clone();
        move |replaces: bool| {
            let typed = name.clone().filter(|_| replaces);
            seed.run(source.get_value(), fingerprint.clone(), typed);
        }
    };
    let press = {
        let run = run.clone();
        move |()| match seed.on_collision.get_untracked() == OnCollision::Replace {
            true if goes_by_name => asking.set(true),
            replaces => run(replaces),
        }
    };
    let dialog = name.map(|name| {
        let confirmed = move |()| {
            asking.set(false);
            run(true);
        };
        let title = format!("Replace items of {name}?");
        view! { <ConfirmDialog open=asking title message=Signal::stored(message) confirm="Replace items" type_name=name on_confirm=confirmed /> }
    });
    view! {
        <div class="stack">
            <Review plan on_collision=seed.on_collision />
            <Failure seed what="The job was not started" />
            <div class="row">
                <Button
                    variant=ButtonVariant::Primary
                    icon=IconName::Play
                    busy=seed.busy
                    disabled=why_not
                    on_press=press
                >
                    {label}
                </Button>
                <Button icon=IconName::ArrowLeft on_press=move |()| seed.back()>"Back"</Button>
            </div>
            {dialog}
        </div>
    }
}

#[component]
fn RunPart(seed: Seed, scope: TableScope, job: String) -> impl IntoView {
    let over = RwSignal::new(None::<JobView>);
    let details = scope.details;
    let ended = move |job: JobView| {
        details.refresh();
        over.set(Some(job));
    };
    let job_link = nav::job(&scope.connection.name, &job);
    let cruddur = scope.clone();
    let links = move || {
        over.get().map(|_| {
            let (connection, table) = (&scope.connection.name, &scope.table);
            view! {
                <LinkButton variant=ButtonVariant::Primary icon=IconName::Table href=nav::items(connection, table)>"See the items"</LinkButton>
                {cruddur
                    .looks_like_cruddur()
                    .then(|| view! { <LinkButton icon=IconName::Chat href=nav::users(connection, table)>"Read the conversations"</LinkButton> })}
                <Button icon=IconName::Seed on_press=move |()| seed.back()>"Seed more"</Button>
            }
        })
    };
    let resumable = Signal::derive(|| None::<String>);
    view! {
        <div class="card">
            <JobPanel job why_not=resumable on_over=ended />
        </div>
        <div class="row">
            {links}
            <LinkButton variant=ButtonVariant::Ghost icon=IconName::Jobs href=job_link>"Open as a job"</LinkButton>
        </div>
    }
}
