//! The most that an on-demand table and its indexes may take.

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::settings::{Maximums, SettingsChange, SettingsView};
use dynadesk_shared::api::tables::OnDemandThroughput;
use leptos::prelude::*;

use super::capacity::{global_indexes, why_no_index};
use super::card::{Card, fact, facts};
use super::change::ChangeForm;
use super::desk::Desk;
use super::draft::Draft;
use super::units::{Pair, Units};

#[component]
pub fn MaximumCard(desk: Desk) -> impl IntoView {
    view! {
        <Card
            desk
            form="maximum"
            title="On-demand maximum"
            today
            limit="Requests beyond the maximum are throttled, which bounds the bill. It may be changed at any time while the table is on demand; it is a target, and short bursts may go beyond it."
            feature=Feature::OnDemandMaximum
            change="Change maximum"
            content=|desk, seen| view! { <Form desk seen /> }.into_any()
        />
    }
}

fn today(view: &SettingsView) -> AnyView {
    if view.capacity.mode != "PAY_PER_REQUEST" {
        return view! { <p class="muted">"The table is provisioned: its units are its maximum."</p> }.into_any();
    }
    let side = |units: Option<i64>| units.map_or_else(|| "no maximum".to_owned(), |units| units.to_string());
    let text = |most: &OnDemandThroughput| {
        format!(
            "read: {}, write: {}",
            side(most.max_read_request_units),
            side(most.max_write_request_units)
        )
    };
    let mut all = vec![fact("Table", text(&view.on_demand_maximum.table))];
    all.extend(
        view.on_demand_maximum
            .indexes
            .iter()
            .map(|(name, most)| fact(name.clone(), text(most))),
    );
    facts(all)
}

#[component]
fn Form(desk: Desk, seen: SettingsView) -> impl IntoView {
    let now = &seen.on_demand_maximum;
    let pair = |most: OnDemandThroughput| Pair::new(most.max_read_request_units, most.max_write_request_units);
    let table = pair(now.table);
    let indexes: Vec<(String, Pair)> = global_indexes(&seen)
        .into_iter()
        .map(|name| (name.clone(), pair(now.indexes.get(&name).copied().unwrap_or_default())))
        .collect();
    let shown = indexes.clone();
    let most = |pair: Pair| {
        let (read, write) = pair.given();
        OnDemandThroughput {
            max_read_request_units: read,
            max_write_request_units: write,
        }
    };
    let draft = Draft::new(desk, &seen, move || {
        let by_name = indexes.iter().map(|(name, pair)| (name.clone(), most(*pair)));
        SettingsChange::OnDemandMaximum(Maximums {
            table: most(table),
            indexes: by_name.filter(|(_, most)| *most != OnDemandThroughput::default()).collect(),
        })
    });
    let why = why_no_index(desk);
    let hint = Some("Empty for no maximum".to_owned());
    view! {
        <ChangeForm desk draft title="On-demand maximum" verb="Change maximum">
            <Units draft pair=table title="Table".to_owned() path="table".to_owned() unit="request units" hint=hint.clone() />
            {shown
                .into_iter()
                .map(|(name, pair)| {
                    let path = format!("indexes.{name}");
                    view! {
                        <Units
                            draft
                            pair
                            title=format!("Index {name}")
                            path
                            unit="request units"
                            hint=hint.clone()
                            why_not=why.clone()
                        />
                    }
                })
                .collect_view()}
        </ChangeForm>
    }
}
