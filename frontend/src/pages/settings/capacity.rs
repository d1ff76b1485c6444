//! Capacity mode, and the units of the table and of each global index.

use std::collections::BTreeMap;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{Capacity, SettingsChange, SettingsView};
use dynadesk_shared::api::tables::{IndexKind, Throughput};
use leptos::prelude::*;

use super::card::{Card, fact, facts};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use super::units::{Pair, Units};
use crate::format;
use crate::ui::{Choice, SegmentedControl};

const ON_DEMAND: &str = "PAY_PER_REQUEST";
const PROVISIONED: &str = "PROVISIONED";

#[component]
pub fn CapacityCard(desk: Desk) -> impl IntoView {
    let spent = move || {
        let lines = desk.view.ready(spent).unwrap_or_default();
        lines
            .into_iter()
            .map(|line| view! { <p class="settings-limit">{line}</p> })
            .collect_view()
    };
    view! {
        <Card
            desk
            form="capacity"
            title="Capacity"
            today
            limit="A table can be switched to on demand up to four times in 24 hours, and back at any time. Provisioned capacity may be raised as often as needed, and lowered four times a UTC day, plus once in every hour that had no decrease. The table and each index are counted by themselves."
            change="Change capacity"
            content=|desk, seen| view! { <Form desk seen /> }.into_any()
            more=spent
        />
    }
}

/// What of the limits is used up, as far as the engine tells.
fn spent(view: &SettingsView) -> Vec<String> {
    let mut lines = Vec::new();
    if view.spent.decreases_today > 0 {
        let times = format::counted(view.spent.decreases_today, "decrease", "decreases");
        lines.push(format!("Today (UTC): {times} of the table."));
    }
    for (name, count) in &view.spent.index_decreases_today {
        lines.push(format!(
            "Today (UTC): {} of {name}.",
            format::counted(*count, "decrease", "decreases")
        ));
    }
    if let Some(at) = &view.spent.on_demand_since {
        lines.push(format!("Last switched to on demand at {} UTC.", short_time(at)));
    }
    lines
}

/// An ISO time to the second, without its T and zone.
pub fn short_time(iso: &str) -> String {
    iso.get(..19).unwrap_or(iso).replace('T', " ")
}

fn today(view: &SettingsView) -> AnyView {
    let capacity = &view.capacity;
    let text = |units: &Throughput| format!("{} read, {} write", format::count(units.read), format::count(units.write));
    let mut all = vec![fact("Mode", if capacity.mode == PROVISIONED { "Provisioned" } else { "On demand" })];
    all.extend(capacity.table.as_ref().map(|units| fact("Table", text(units))));
    all.extend(capacity.indexes.iter().map(|(name, units)| fact(name.clone(), text(units))));
    facts(all)
}

/// The names of the global indexes of a table.
pub fn global_indexes(view: &SettingsView) -> Vec<String> {
    let global = view.indexes.iter().filter(|index| index.kind == IndexKind::Gsi);
    global.map(|index| index.name.clone()).collect()
}

/// Why the capacity of a single index cannot be changed, where it cannot.
pub fn why_no_index(desk: Desk) -> Option<String> {
    desk.scope
        .with_value(|scope| scope.connection.capabilities.why_not(Feature::IndexCapacity).map(format::sentence))
}

#[component]
fn Form(desk: Desk, seen: SettingsView) -> impl IntoView {
    let now = &seen.capacity;
    let mode = RwSignal::new(now.mode.clone());
    let pair = |units: Option<&Throughput>| match units {
        Some(units) => Pair::new(Some(units.read), Some(units.write)),
        None => Pair::new(Some(5), Some(5)),
    };
    let table = pair(now.table.as_ref());
    let why = why_no_index(desk);
    let fixed = why.is_some();
    let indexes: Vec<(String, Pair)> = global_indexes(&seen)
        .into_iter()
        // An index whose units the engine does not keep has none to show.
        .filter(|name| !fixed || now.indexes.contains_key(name))
        .map(|name| (name.clone(), pair(now.indexes.get(&name))))
        .collect();
    let shown = StoredValue::new(indexes.clone());
    let units = |pair: Pair| {
        let (read, write) = pair.numbers();
        Throughput { read, write }
    };
    let draft = Draft::new(desk, &seen, move || {
        let mode = mode.get();
        let provisioned = mode == PROVISIONED;
        let by_name = indexes.iter().map(|(name, pair)| (name.clone(), units(*pair)));
        SettingsChange::Capacity(Capacity {
            table: provisioned.then(|| units(table)),
            indexes: if provisioned { by_name.collect() } else { BTreeMap::new() },
            mode,
        })
    });
    let choices = vec![Choice::new(ON_DEMAND, "On demand"), Choice::new(PROVISIONED, "Provisioned")];
    view! {
        <ChangeForm desk draft title="Capacity" verb="Change capacity">
            <SegmentedControl label="Capacity mode" value=mode choices on_change=move |wanted| mode.set(wanted) />
            <Show when=move || mode.with(|mode| mode == PROVISIONED)>
                <Units draft pair=table title="Table".to_owned() path="table".to_owned() unit="capacity units" />
                {shown
                    .get_value()
                    .into_iter()
                    .map(|(name, pair)| {
                        let path = format!("indexes.{name}");
                        let why_not = why.clone();
                        view! { <Units draft pair title=format!("Index {name}") path unit="capacity units" why_not /> }
                    })
                    .collect_view()}
            </Show>
        </ChangeForm>
    }
}
