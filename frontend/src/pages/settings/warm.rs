//! Warm throughput: what the table and its indexes can take at once, raised before an event.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{SettingsChange, SettingsView, Warm, WarmThroughput};
use leptos::prelude::*;

use super::capacity::{global_indexes, why_no_index};
use super::card::{Card, fact, facts};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use super::units::{Pair, Units};
use crate::format;

#[component]
pub fn WarmCard(desk: Desk) -> impl IntoView {
    view! {
        <Card
            desk
            form="warm"
            title="Warm throughput"
            today
            limit="It grows by itself with use. It can be raised and never lowered, and raising it is paid for once."
            feature=Feature::WarmThroughput
            change="Raise warm throughput"
            content=|desk, seen| view! { <Form desk seen /> }.into_any()
        />
    }
}

fn today(view: &SettingsView) -> AnyView {
    let text = |units: &WarmThroughput| {
        format!(
            "{} read, {} write a second",
            format::count(units.read_units_per_second),
            format::count(units.write_units_per_second)
        )
    };
    let warm = &view.warm_throughput;
    let table = warm.table.as_ref().map_or_else(|| "Not described".to_owned(), text);
    let mut all = vec![fact("Table", table)];
    all.extend(warm.indexes.iter().map(|(name, units)| fact(name.clone(), text(units))));
    facts(all)
}

#[component]
fn Form(desk: Desk, seen: SettingsView) -> impl IntoView {
    let now = &seen.warm_throughput;
    let pair = |units: Option<&WarmThroughput>| {
        Pair::new(
            units.map(|units| units.read_units_per_second),
            units.map(|units| units.write_units_per_second),
        )
    };
    let table = pair(now.table.as_ref());
    let indexes: Vec<(String, Pair)> = global_indexes(&seen)
        .into_iter()
        .map(|name| (name.clone(), pair(now.indexes.get(&name))))
        .collect();
    let shown = indexes.clone();
    let units = |pair: Pair| {
        let (read, write) = pair.numbers();
        (!pair.is_empty()).then_some(WarmThroughput {
            read_units_per_second: read,
            write_units_per_second: write,
        })
    };
    let draft = Draft::new(desk, &seen, move || {
        SettingsChange::WarmThroughput(Warm {
            table: units(table),
            indexes: indexes
                .iter()
                .filter_map(|(name, pair)| Some((name.clone(), units(*pair)?)))
                .collect(),
        })
    });
    let why = why_no_index(desk);
    view! {
        <ChangeForm desk draft title="Warm throughput" verb="Raise warm throughput">
            <Units draft pair=table title="Table".to_owned() path="table".to_owned() unit="units a second" />
            {shown
                .into_iter()
                .map(|(name, pair)| {
                    let path = format!("indexes.{name}");
                    view! { <Units draft pair title=format!("Index {name}") path unit="units a second" why_not=why.clone() /> }
                })
                .collect_view()}
        </ChangeForm>
    }
}
