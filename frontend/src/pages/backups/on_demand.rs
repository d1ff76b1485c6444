//! On-demand backups: made, listed, deleted under their name.

use dynadesk_shared::api::backups::{BackupCreate, BackupDelete, BackupView};
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::backups as rules;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::more::{List as Pages, More};
use super::sending::{Foot, Sending};
use super::transfers::tone;
use super::{Desk, moment};
use crate::api;
use crate::format;
use crate::state::use_toasts;
use crate::ui::{Button, ButtonVariant, ConfirmDialog, DataTable, Field, IconName, Notice, StatusDot, TextInput, Tone};

#[component]
pub fn Backups(
    desk: Desk,
    /// The ARN of the backup that the restore form takes.
    chosen: RwSignal<String>,
) -> impl IntoView {
    let toasts = use_toasts();
    let view = desk.view;
    let name = RwSignal::new(String::new());
    let wanted = Memo::new(move |_| BackupCreate {
        name: name.get().trim().to_owned(),
        confirm: None,
    });
    let faults = Memo::new(move |_| rules::check_create(&wanted.get()));
    let table = desk.scope.table.clone();
    let planned = {
        let table = table.clone();
        Signal::derive(move || Some(rules::create(&table, &wanted.get())))
    };
    let blocked = Signal::stored(desk.blocked(Feature::Backups));
    let lacks = desk.lacks(Feature::Backups);
    let sending = Sending::new();
    let to_type = Signal::stored(desk.scope.name_to_confirm());
    let connection = desk.scope.connection.clone();
    let send = {
        let connection = connection.name.clone();
        move |confirm| {
            let (connection, table) = (connection.clone(), table.clone());
            let wanted = BackupCreate {
                confirm,
                ..wanted.get_untracked()
            };
            let made = wanted.name.clone();
            let call = async move { api::backups::create(&connection, &table, &wanted).await };
            sending.send(call, move || {
                // Another name may be typed by now.
                if name.try_with_untracked(|now| now.trim() == made) == Some(true) {
                    name.set(String::new());
                }
                toasts.done(format!("The backup {made} is being made"));
                view.refresh();
            });
        }
    };
    let disabled = Signal::derive(move || blocked.with(Option::is_some));
    view! {
        <section class="card stack backups-wide" aria-labelledby="backups-head">
            <h2 id="backups-head">"On-demand backups"</h2>
            {lacks.map(|why| view! { <Notice tone=Tone::Neutral>{format::sentence(&why)}</Notice> })}
            <Field label="Name of a new backup" hint=Some("3 to 255 letters, digits, - _ and .".to_owned()) error=sending.fault(faults, "name")>
                <TextInput mono=true value=name disabled on_input=move |text| name.set(text) />
            </Field>
            <Foot connection sending verb="Create backup" failed="The backup was not made" faults planned blocked to_type on_send=send />
            <List desk chosen />
        </section>
    }
}

#[component]
fn List(desk: Desk, chosen: RwSignal<String>) -> impl IntoView {
    let view = desk.view;
    let doomed = RwSignal::new(None::<BackupView>);
    let blocked = StoredValue::new(desk.blocked(Feature::Backups));
    let row = move |backup: BackupView| {
        let (arn, gone) = (backup.arn.clone(), backup.clone());
        let own = backup.kind == "USER";
        let why_not = Signal::stored(blocked.get_value().or_else(|| {
            let why = format!("AWS keeps this one itself ({})", backup.kind);
            (!own).then_some(why)
        }));
        let not_yet = (backup.status != "AVAILABLE").then(|| "It is not available yet".to_owned());
        let ready = Signal::stored(blocked.get_value().or(not_yet));
        view! {
            <tr>
                <th scope="row">{backup.name.clone()}</th>
                <td><StatusDot tone=tone(&backup.status) label=backup.status.clone() pulsing=backup.status == "CREATING" /></td>
                <td>{moment::show(backup.created)}</td>
                <td class="is-numeric">{format::bytes(backup.size_bytes)}</td>
                <td class="backups-actions">
                    <Button small=true icon=IconName::Undo disabled=ready on_press=move |()| chosen.set(arn.clone())>"Restore"</Button>
                    <Button small=true variant=ButtonVariant::Ghost icon=IconName::Trash disabled=why_not on_press=move |()| doomed.set(Some(gone.clone()))>
                        "Delete"
                    </Button>
                </td>
            </tr>
        }
    };
    // A look that finds nothing new leaves the rows and their focus alone.
    let backups = Memo::new(move |_| view.ready(|view| view.backups.clone()).unwrap_or_default());
    let table = move || {
        let all = backups.get();
        if all.is_empty() {
            return view! { <p class="muted">"There are no backups of this table."</p> }.into_any();
        }
        view! {
            <DataTable label="Backups">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Made"</th>
                        <th scope="col" class="is-numeric">"Size"</th>
                        <th scope="col">"Actions"</th>
                    </tr>
                </thead>
                <tbody>{all.into_iter().map(row).collect_view()}</tbody>
            </DataTable>
        }
        .into_any()
    };
    let listed = desk.clone();
    let asking = move || doomed.get().map(|backup| view! { <Delete desk=desk.clone() backup doomed /> });
    view! {
        {table}
        <More desk=listed list=Pages::Backups />
        {asking}
    }
}

#[component]
fn Delete(desk: Desk, backup: BackupView, doomed: RwSignal<Option<BackupView>>) -> impl IntoView {
    let toasts = use_toasts();
    let (open, busy, problem) = (RwSignal::new(true), RwSignal::new(false), RwSignal::new(None::<String>));
    Effect::new(move |_| {
        if !open.get() {
            doomed.set(None);
        }
    });
    let title = format!("Delete the backup {}?", backup.name);
    let name = backup.name.clone();
    let delete = move |()| {
        let (desk, backup) = (desk.clone(), backup.clone());
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let asked = BackupDelete {
                arn: backup.arn,
                confirm: backup.name.clone(),
            };
            let answer = api::backups::delete(&desk.scope.connection.name, &desk.scope.table, &asked).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    toasts.done(format!("The backup {} was deleted", backup.name));
                    open.try_set(false);
                    desk.view.refresh();
                }
                Err(failure) => {
                    problem.try_set(Some(failure.message()));
                }
            }
        });
    };
    let message = Signal::stored("What it holds can then not be brought back any more. This cannot be undone.".to_owned());
    view! { <ConfirmDialog open title message confirm="Delete backup" type_name=name busy problem on_confirm=delete /> }
}
