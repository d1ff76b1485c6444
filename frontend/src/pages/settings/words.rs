//! Deletion protection and table class: one word each.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{SettingsChange, SettingsView};
use leptos::prelude::*;

use super::capacity::short_time;
use super::card::{Card, fact, facts};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use crate::ui::{Choice, Field, Select};

#[component]
pub fn ProtectionCard(desk: Desk) -> impl IntoView {
    let change = Signal::derive(move || match desk.view.ready(|view| view.deletion_protection) {
        Some(true) => "Turn off protection".to_owned(),
        _ => "Turn on protection".to_owned(),
    });
    view! {
        <Card
            desk
            form="protection"
            title="Deletion protection"
            today=|view| facts(vec![fact("The table can be dropped", if view.deletion_protection { "No" } else { "Yes" })])
            limit="It may be changed at any time. While it is on nobody can drop the table, through Dynadesk or otherwise."
            feature=Feature::DeletionProtection
            change
            content=|desk, seen| view! { <Protection desk seen /> }.into_any()
        />
    }
}

#[component]
fn Protection(desk: Desk, seen: SettingsView) -> impl IntoView {
    let on = !seen.deletion_protection;
    let draft = Draft::new(desk, &seen, move || SettingsChange::DeletionProtection(on));
    let verb = if on { "Turn on protection" } else { "Turn off protection" };
    view! { <ChangeForm desk draft title="Deletion protection" verb /> }
}

#[component]
pub fn ClassCard(desk: Desk) -> impl IntoView {
    view! {
        <Card
            desk
            form="class"
            title="Table class"
            today=class
            limit="It may be changed twice in 30 days. Infrequent access stores for less and reads and writes for more; indexes have the class of their table."
            feature=Feature::TableClass
            change="Change class"
            content=|desk, seen| view! { <Class desk seen /> }.into_any()
        />
    }
}

fn class_words(class: &str) -> String {
    match class {
        "STANDARD" => "Standard".to_owned(),
        "STANDARD_INFREQUENT_ACCESS" => "Standard, infrequent access".to_owned(),
        other => other.to_owned(),
    }
}

fn class(view: &SettingsView) -> AnyView {
    let changed = view
        .spent
        .class_changed_at
        .as_ref()
        .map(|at| fact("Last changed (UTC)", short_time(at)));
    let all = std::iter::once(fact("Class", class_words(&view.table_class))).chain(changed);
    facts(all.collect())
}

#[component]
fn Class(desk: Desk, seen: SettingsView) -> impl IntoView {
    let wanted = RwSignal::new(seen.table_class.clone());
    let draft = Draft::new(desk, &seen, move || SettingsChange::TableClass(wanted.get()));
    let choices: Vec<_> = dynadesk_shared::create_table::TABLE_CLASSES
        .iter()
        .map(|class| Choice::new(*class, class_words(class)))
        .collect();
    view! {
        <ChangeForm desk draft title="Table class" verb="Change class">
            <Field label="Table class" error=draft.error(|| "table_class".to_owned())>
                <Select value=wanted choices on_change=move |class| wanted.set(class) />
            </Field>
        </ChangeForm>
    }
}
