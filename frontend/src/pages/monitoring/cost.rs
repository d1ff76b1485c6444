//! What a month of the table costs, in both capacity modes, with everything that is assumed.

use dynadesk_shared::api::backups::BackupsView;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::monitoring::{MonitoringView, Source};
use dynadesk_shared::api::tables::{IndexKind, TableView};
use dynadesk_shared::prices::{self, Estimate, TableClass, Units, Usage};
use leptos::prelude::*;

use super::rates;
use crate::api;
use crate::components::TableScope;
use crate::format;
use crate::state::Remote;
use crate::ui::{Badge, Choice, DataTable, Field, Notice, Select, TextInput, Tone};

#[component]
pub fn CostPanel(scope: TableScope, view: MonitoringView) -> impl IntoView {
    let own_region = scope.connection.region.as_deref().and_then(prices::of_region);
    let region = RwSignal::new(own_region.unwrap_or(&prices::REGIONS[0]).region.to_owned());
    let observed = view.consumed;
    let reads = RwSignal::new(rates::write(rates::average(observed.read_units, observed.seconds)));
    let writes = RwSignal::new(rates::write(rates::average(observed.write_units, observed.seconds)));
    let backups = kept(&scope);
    let details = scope.details;
    let usage = Memo::new(move |_| {
        let (reads, writes) = (rates::read(&reads.get()).ok()?, rates::read(&writes.get()).ok()?);
        let mut usage = details.ready(of_table)?;
        usage.reads_a_second = reads;
        usage.writes_a_second = writes;
        if let Some(backups) = backups {
            backups.ready(|view| {
                usage.recovery = view.recovery.as_ref().is_some_and(|recovery| recovery.on);
                usage.backup_bytes = view.backups.iter().map(|backup| backup.size_bytes).sum();
            });
        }
        Some(usage)
    });
    let table = Signal::derive(move || prices::of_region(&region.get()).unwrap_or(&prices::REGIONS[0]));
    let both = move || {
        let prices = table.get();
        usage.get().map(|usage| {
            let today = usage.units.is_some();
            view! {
                <div class="cost-modes">
                    {mode("On demand", !today, prices::on_demand(&usage, prices))}
                    {mode("Provisioned", today, prices::provisioned(&usage, prices))}
                </div>
            }
        })
    };
    let regions: Vec<Choice> = prices::REGIONS
        .iter()
        .map(|one| Choice::new(one.region, format!("{} · {}", one.name, one.region)))
        .collect();
    let elsewhere = own_region
        .is_none()
        .then_some("The region of this connection is not in the price table: choose the one to reckon with");
    let field = |label: &'static str, value: RwSignal<String>| {
        let error = Signal::derive(move || rates::read(&value.get()).err());
        view! {
            <Field label error>
                <TextInput value inputmode="decimal" on_input=move |text| value.set(text) />
            </Field>
        }
    };
    view! {
        <section class="card stack" aria-label="Estimated monthly cost">
            <div>
                <h2>"Estimated monthly cost"</h2>
                <p class="muted">{format!("List prices in US dollars as of {}, before tax.", prices::DATED)}</p>
            </div>
            <div class="cost-inputs">
                <Field label="Region" hint=elsewhere.map(str::to_owned)>
                    <Select value=region choices=regions on_change=move |word| region.set(word) />
                </Field>
                {field("Read units a second", reads)}
                {field("Write units a second", writes)}
            </div>
            {both}
            {move || table.get().doubt.map(|doubt| view! { <Notice tone=Tone::Warning>{format!("{}: {doubt}.", table.get().name)}</Notice> })}
            <details class="cost-assumptions" open>
                <summary>"What this assumes"</summary>
                <ul>
                    <li>{basis(&view)}</li>
                    <li>"Size and number of items are DynamoDB's own, up to six hours old, with 100 bytes for each item and index row added as DynamoDB does."</li>
                    <li>{format!("A month of {} hours. The free tier, reserved capacity, savings plans, replicas, data transfer and S3 are left out.", prices::HOURS_A_MONTH)}</li>
                    <li>{move || provisioned(usage.get())}</li>
                    <li>{move || format!("{} class. Prices: {}.", usage.get().map_or("Standard", |usage| usage.class.word()), table.get().source)}</li>
                </ul>
            </details>
        </section>
    }
}

/// Recovery and backups, where the engine has them: both are paid for.
fn kept(scope: &TableScope) -> Option<Remote<BackupsView>> {
    let has = |feature| scope.connection.capabilities.why_not(feature).is_none();
    (has(Feature::Backups) || has(Feature::PointInTimeRecovery)).then(|| {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        Remote::new(move || {
            let (connection, table) = (connection.clone(), table.clone());
            async move { api::backups::view(&connection, &table).await }
        })
    })
}

/// A table as far as it has a price; what it does is not in its description.
fn of_table(view: &TableView) -> Usage {
    let globals = view.indexes.iter().filter(|index| index.kind == IndexKind::Gsi);
    let units = view.throughput.map(|table| {
        globals.filter_map(|index| index.throughput).fold(
            Units {
                read: table.read,
                write: table.write,
            },
            |sum, index| Units {
                read: sum.read + index.read,
                write: sum.write + index.write,
            },
        )
    });
    Usage {
        class: TableClass::of(&view.table_class),
        bytes: view.size_bytes + view.indexes.iter().map(|index| index.size_bytes).sum::<u64>(),
        items: view.item_count + view.indexes.iter().map(|index| index.item_count).sum::<u64>(),
        units,
        ..Usage::default()
    }
}

fn basis(view: &MonitoringView) -> String {
    let stretch = format::seconds(u64::try_from(view.consumed.seconds).unwrap_or_default());
    match view.source {
        Source::CloudWatch => format!("Units a second are the average that CloudWatch counted over {stretch}; change them above."),
        Source::Dynadesk => {
            format!(
                "Units a second are the average of what passed through Dynadesk over {stretch}, not of everybody's requests; change them above."
            )
        }
    }
}

fn provisioned(usage: Option<Usage>) -> String {
    match usage.and_then(|usage| usage.units) {
        Some(_) => "Provisioned: the units that the table and its indexes have today.".to_owned(),
        None => format!(
            "Provisioned: units that would carry this average at {} percent; peaks above that would be throttled.",
            prices::TARGET_UTILIZATION
        ),
    }
}

fn mode(name: &'static str, today: bool, estimate: Estimate) -> AnyView {
    let (unpriced, total) = (estimate.unpriced(), estimate.total());
    let rows = estimate
        .lines
        .into_iter()
        .map(|line| {
            let cost = line.cost.map_or_else(|| "no price known".to_owned(), |cost| cost.to_string());
            view! {
                <tr>
                    <th scope="row">{line.what}</th>
                    <td class="is-numeric">{line.quantity}</td>
                    <td class="is-numeric">{cost}</td>
                </tr>
            }
        })
        .collect_view();
    let without =
        (!unpriced.is_empty()).then(|| view! { <p class="muted">{format!("Without {}.", unpriced.join(" and ").to_lowercase())}</p> });
    view! {
        <div class="cost-mode">
            <h3>{name}" "{today.then(|| view! { <Badge tone=Tone::Accent>"This table"</Badge> })}</h3>
            <DataTable label=format!("{name}, a month")>
                <thead>
                    <tr><th scope="col">"What"</th><th scope="col" class="is-numeric">"How much"</th><th scope="col" class="is-numeric">"A month"</th></tr>
                </thead>
                <tbody>
                    {rows}
                    <tr class="cost-total"><th scope="row">"Together"</th><td></td><td class="is-numeric">{format!("about {}", total)}</td></tr>
                </tbody>
            </DataTable>
            {without}
        </div>
    }
    .into_any()
}
