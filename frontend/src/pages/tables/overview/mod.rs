//! One table: what it is, and what can be done with it.

mod ask;
mod asked;
mod drop;
mod held;
mod indexes;

use dynadesk_shared::api::drops::DropState;
use dynadesk_shared::api::tables::{TableView, Throughput};
use leptos::prelude::*;

use crate::components::table_page::DetailsFailure;
use crate::components::{RequestButton, TableFrame, TableScope};
use crate::format;
use crate::nav::{self, Section};
use crate::state::commands::{Command, use_commands};
use crate::state::drops::use_drops;
use crate::state::shortcuts::use_shortcuts;
use crate::state::use_navigation;
use crate::ui::{Badge, Button, ButtonVariant, CopyButton, IconName, LinkButton, Notice, Skeleton, Tone, Tooltip};
use ask::AskDialog;
use asked::{AnswerDialogs, Asked, Asking};
use drop::DropDialog;
use indexes::Indexes;

#[component]
pub fn TablePage(scope: TableScope) -> impl IntoView {
    let dropping = RwSignal::new(false);
    let details = scope.details;
    follow_changes(&scope);
    commands(&scope, dropping);
    let blocked = {
        let scope = scope.clone();
        Signal::derive(move || why_not_drop(&scope).or_else(|| why_not_ask(&scope)))
    };
    // Where dropping takes two people, one can only ask.
    let second_person = scope.connection.second_person;
    let verb = if second_person { "Ask to drop" } else { "Drop" };
    let actions = {
        let scope = scope.clone();
        move || {
            let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
            let exchange = Signal::derive(move || details.ready(|view| view.exchange.clone()));
            view! {
                <RequestButton connection=scope.connection.clone() exchange />
                <Button icon=IconName::Trash disabled=blocked on_press=move |()| dropping.set(true)>{verb}</Button>
                <LinkButton variant=ButtonVariant::Primary icon=IconName::Table href=nav::items(&connection, &table)>
                    "Browse items"
                </LinkButton>
            }
        }
    };
    let shown = {
        let scope = scope.clone();
        move || {
            let view = details.ready(TableView::clone);
            match view {
                Some(view) => view_of(&scope, &view),
                None if details.failure().is_some() => view! { <DetailsFailure scope=scope.clone() /> }.into_any(),
                None => view! { <Skeleton lines=8 label="Loading the table" /> }.into_any(),
            }
        }
    };
    let asking = Asking::of(&scope.table);
    let (asked, answers, dialog_scope) = (scope.clone(), scope.clone(), scope.clone());
    view! {
        <TableFrame scope actions>
            <Asked scope=asked.clone() asking />
            {shown.clone()}
        </TableFrame>
        <AnswerDialogs scope=answers asking />
        {match second_person {
            true => view! { <AskDialog scope=dialog_scope open=dropping /> }.into_any(),
            false => view! { <DropDialog scope=dialog_scope open=dropping /> }.into_any(),
        }}
    }
}

/// Why a table cannot be dropped, said before anyone tries.
fn why_not_drop(scope: &TableScope) -> Option<String> {
    scope.why_not_change().or_else(|| {
        let protected = scope.details.ready(|view| view.deletion_protection)?;
        protected.then(|| "Deletion protection is on: switch it off first".to_owned())
    })
}

/// Why nobody can ask for it to be dropped: somebody has.
fn why_not_ask(scope: &TableScope) -> Option<String> {
    let request = use_drops().of(&scope.table)?;
    (request.state == DropState::Open).then(|| "Somebody has asked for it already".to_owned())
}

/// A table on its way to another state is looked at again until it is there.
fn follow_changes(scope: &TableScope) {
    let details = scope.details;
    let look = move || {
        if details.ready_untracked(|view| view.status != "ACTIVE") == Some(true) {
            details.poll();
        }
    };
    if let Ok(handle) = set_interval_with_handle(look, std::time::Duration::from_millis(1_000)) {
        on_cleanup(move || handle.clear());
    }
}

fn commands(scope: &TableScope, dropping: RwSignal<bool>) {
    let (navigation, details) = (use_navigation(), scope.details);
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let go = |href: String| move || navigation.go(&href);
    let items = go(nav::items(&connection, &table));
    let seed = go(nav::seed(&connection, &table));
    let again = move || details.refresh();
    use_shortcuts().register("i", "Browse the items", items.clone());
    use_shortcuts().register("s", "Seed data", seed.clone());
    use_shortcuts().register("r", "Describe the table again", again);
    let scope = scope.clone();
    let drop = move || {
        if untrack(|| why_not_drop(&scope).or_else(|| why_not_ask(&scope))).is_none() {
            dropping.set(true);
        }
    };
    use_commands().register(vec![
        Command::new(table.clone(), "Browse the items", IconName::Table, items).keys("i"),
        Command::new(table.clone(), "Seed data", IconName::Seed, seed).keys("s"),
        Command::new(table.clone(), "Describe the table again", IconName::Refresh, again).keys("r"),
        Command::new(table, "Drop the table", IconName::Trash, drop),
    ]);
}

fn view_of(scope: &TableScope, view: &TableView) -> AnyView {
    let (connection, table) = (&scope.connection.name, &scope.table);
    let cruddur = crate::components::scope::looks_like_cruddur(view).then(|| {
        view! { <LinkButton icon=IconName::Chat href=nav::users(connection, table)>"Conversations"</LinkButton> }
    });
    let unread: Vec<_> = view
        .unread
        .iter()
        .cloned()
        .map(|text| view! { <Notice tone=Tone::Warning>{text}</Notice> })
        .collect();
    view! {
        <div class="overview">
            {unread}
            <section class="card">
                <h2>"At a glance"</h2>
                <dl class="facts">{facts(view)}</dl>
                <div class="row overview-ways">
                    {cruddur}
                    <LinkButton icon=IconName::Seed href=nav::seed(connection, table)>"Seed data"</LinkButton>
                </div>
            </section>
            <section class="card">
                <h2>"Key"</h2>
                {key(view)}
            </section>
            <section class="overview-wide">
                <h2>"Indexes"</h2>
                <Indexes indexes=view.indexes.clone() />
            </section>
            <section class="card">
                <h2>"Settings"</h2>
                <dl class="facts">{settings(view)}</dl>
                <div class="row overview-ways">
                    <LinkButton icon=IconName::Settings href=nav::table(connection, table, Section::Settings)>"Change settings"</LinkButton>
                </div>
            </section>
            <section class="card">
                <h2>"Tags"</h2>
                {tags(view)}
            </section>
        </div>
    }
    .into_any()
}

fn fact(name: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value.into_any()}</dd></div> }.into_any()
}

fn about(text: String) -> AnyView {
    let why = "DynamoDB updates this about every six hours, so it is approximate";
    view! { <Tooltip text=why><span tabindex="0">{format!("≈ {text}")}</span></Tooltip> }.into_any()
}

/// `5 read, 5 write`.
pub fn throughput(units: Throughput) -> String {
    format!("{} read, {} write", format::count(units.read), format::count(units.write))
}

fn facts(view: &TableView) -> Vec<AnyView> {
    let billing = match (view.billing_mode.as_str(), view.throughput) {
        ("PROVISIONED", Some(units)) => format!("Provisioned: {}", throughput(units)),
        ("PROVISIONED", None) => "Provisioned".to_owned(),
        ("PAY_PER_REQUEST", _) => "On demand".to_owned(),
        (other, _) => other.to_owned(),
    };
    let mut all = vec![
        fact("Items", about(format::count(view.item_count))),
        fact("Size", about(format::bytes(view.size_bytes))),
        fact("Billing", billing),
        fact("Class", words(&view.table_class)),
    ];
    all.extend(view.created_at.clone().map(|at| fact("Created (UTC)", short_time(&at))));
    all.extend(view.arn.clone().map(|arn| {
        let text = arn.clone();
        let value = view! { <span class="overview-arn"><code>{arn}</code><CopyButton text label="Copy ARN" /></span> };
        view! { <div class="overview-wide"><dt>"ARN"</dt><dd>{value}</dd></div> }.into_any()
    }));
    all
}

fn key(view: &TableView) -> AnyView {
    let roles = ["Partition key", "Sort key"];
    let rows: Vec<_> = view
        .key
        .attributes()
        .cloned()
        .zip(roles)
        .map(|(key, role)| {
            let value = view! { <span class="row"><code>{key.name}</code><Badge mono=true>{key.kind.name()}</Badge><span class="muted">{key.kind.label()}</span></span> };
            fact(role, value)
        })
        .collect();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}

fn settings(view: &TableView) -> Vec<AnyView> {
    let off = || "Off".to_owned();
    let stream = view.stream_view.clone().map_or_else(off, |stream| words(&stream));
    let ttl = match view.ttl_attribute.clone() {
        Some(name) => view! { <code>{name}</code> }.into_any(),
        None => off().into_any(),
    };
    let protection = if view.deletion_protection { "On" } else { "Off" };
    vec![
        fact("Stream", stream),
        fact("Time to live attribute", ttl),
        fact("Deletion protection", protection),
    ]
}

fn tags(view: &TableView) -> AnyView {
    if view.tags.is_empty() {
        return view! { <p class="muted">"No tags."</p> }.into_any();
    }
    let tag = |(key, value): (&String, &String)| view! { <div><dt>{key.clone()}</dt><dd>{value.clone()}</dd></div> };
    view! { <dl class="facts">{view.tags.iter().map(tag).collect_view()}</dl> }.into_any()
}

/// `NEW_AND_OLD_IMAGES` as `New and old images`.
fn words(name: &str) -> String {
    let lower = name.replace('_', " ").to_lowercase();
    let mut letters = lower.chars();
    letters
        .next()
        .map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// An ISO time to the second, without its T and zone.
fn short_time(iso: &str) -> String {
    iso.get(..19).unwrap_or(iso).replace('T', " ")
}
