//! The lines of a plan, kind by kind, and which of the changes are wanted.

use dynadesk_shared::identity::plan::{PlanKind, PlanRow};
use leptos::prelude::*;

use super::super::choice::Choosing;
use super::super::list::seen;
use super::planning::Planning;
use super::words;
use crate::format;
use crate::state::use_toasts;
use crate::ui::{Button, Choice, DataTable, EmptyState, IconName, Select, Skeleton, TextInput};

#[component]
pub fn Lines(planning: Planning) -> impl IntoView {
    let choices = Signal::derive(move || {
        let choice = |kind: PlanKind| {
            Choice::new(
                kind.word(),
                format!("{} ({})", words::kind(kind), format::count(planning.count(kind))),
            )
        };
        PlanKind::ALL.into_iter().map(choice).collect::<Vec<_>>()
    });
    let counts = move || {
        let fact = |kind: PlanKind| {
            let count = planning.count(kind);
            view! { <span><strong>{format::count(count)}</strong>" "{kind.word()}</span> }
        };
        PlanKind::ALL.into_iter().map(fact).collect_view()
    };
    // Another page or another search must not build the whole table anew.
    let is_empty = Memo::new(move |_| planning.found.get().map(|found| found == 0));
    let toasts = use_toasts();
    let found = Signal::derive(move || {
        planning
            .found
            .get()
            .filter(|_| !planning.searched.with(|search| search.trim().is_empty()))
    });
    let these = move |()| planning.choose_found(move |failure| toasts.failed("These rows could not be chosen", &failure));
    let total = Signal::derive(move || planning.count(PlanKind::WillChange));
    view! {
        <p class="users-facts" role="group" aria-label="What the plan found">{counts}</p>
        <div class="page-bar users-bar">
            <Select
                label="Lines of the plan"
                value=Signal::derive(move || planning.kind.get().word().to_owned())
                choices
                on_change=move |word: String| planning.show(kind_of(&word))
            />
            <TextInput
                kind="search"
                label="Search the plan"
                placeholder="Handle, name, uuid, sub"
                icon=IconName::Search
                value=planning.search
                on_input=move |text| planning.look_for(text)
            />
        </div>
        <p class="muted">{move || planning.kind.get().meaning()}</p>
        <Show when=move || planning.kind.get() == PlanKind::WillChange && total.get() != 0>
            <Choosing label="Rows to change" chosen=planning.chosen total found on_these=these busy=planning.choosing />
        </Show>
        {move || match is_empty.get() {
            None => view! { <Skeleton lines=6 label="Loading the plan" /> }.into_any(),
            Some(true) if found.get().is_some() => {
                view! { <EmptyState icon=IconName::Search title="None" text="No line of this kind fits the search." /> }.into_any()
            }
            Some(true) => view! { <EmptyState icon=IconName::Check title="None" text="No line of the plan is of this kind." /> }.into_any(),
            Some(false) => view! { <Table planning /> }.into_any(),
        }}
        <Show when=move || planning.found.get().is_some_and(|found| found > planning.rows.with(Vec::len) as u64)>
            <div class="users-more">
                <Button on_press=move |()| planning.more()>"Show more"</Button>
            </div>
        </Show>
    }
}

#[component]
fn Table(planning: Planning) -> impl IntoView {
    let changes = move || planning.kind.get() == PlanKind::WillChange;
    let row = move |line: PlanRow| {
        let uuid = line.uuid.clone().unwrap_or_default();
        let (own, shown) = (uuid.clone(), uuid.clone());
        let label = format!("Change {}", line.handle);
        let choose = move |event| {
            let chosen = event_target_checked(&event);
            planning.chosen.update(|all| all.set(&own, chosen));
        };
        let (handle, name) = (seen(&line.handle), seen(&line.display_name));
        let checked = move || planning.chosen.with(|chosen| chosen.has(&uuid));
        view! {
            <tr>
                {(line.kind == PlanKind::WillChange)
                    .then(|| view! { <td><input type="checkbox" aria-label=label prop:checked=checked on:change=choose /></td> })}
                <td class="users-text" title=handle.clone()>{handle.clone()}</td>
                <td class="users-text" title=name.clone()>{name.clone()}</td>
                <td class="users-id">{shown}</td>
                <td>{change(&line)}</td>
                {(!sure(line.kind)).then(|| view! { <td class="users-why">{line.why.clone()}</td> })}
            </tr>
        }
    };
    view! {
        <DataTable label="Plan">
            <thead>
                <tr>
                    <Show when=changes>
                        <th scope="col"><span class="ui-hidden">"Chosen"</span></th>
                    </Show>
                    <th scope="col">"Handle"</th>
                    <th scope="col">"Display name"</th>
                    <th scope="col">"uuid"</th>
                    <th scope="col">"cognito_user_id"</th>
                    <Show when=move || !sure(planning.kind.get())>
                        <th scope="col">"Why"</th>
                    </Show>
                </tr>
            </thead>
            <tbody>
                <For each=move || planning.rows.get() key=|line| (line.uuid.clone(), line.username.clone()) children=row />
            </tbody>
        </DataTable>
    }
}

/// What a row has, and what it would have.
pub fn change(line: &PlanRow) -> AnyView {
    let (old, new) = (line.old.clone(), line.new.clone());
    match line.kind {
        PlanKind::WillChange => view! {
            <span class="users-change">
                <del>{old.unwrap_or_else(|| "nothing".to_owned())}</del>
                <ins>{new}</ins>
            </span>
        }
        .into_any(),
        _ => view! { <span class="users-id">{old.or(new)}</span> }.into_any(),
    }
}

/// Lines of which nothing more is to be said.
fn sure(kind: PlanKind) -> bool {
    matches!(kind, PlanKind::WillChange | PlanKind::AlreadyRight)
}

fn kind_of(word: &str) -> PlanKind {
    let mut all = PlanKind::ALL.into_iter();
    all.find(|kind| kind.word() == word).unwrap_or(PlanKind::WillChange)
}
