//! What a month of the table costs, in both capacity modes, with everything that is assumed.

use dynadesk_shared::api::backups::{BackupsPages, BackupsView};
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::monitoring::{MonitoringView, Source};
use dynadesk_shared::api::tables::{IndexKind, TableView};
use dynadesk_shared::prices::{self, Estimate, RegionPrices, TableClass, Units, Usage};
use leptos::prelude::*;

use super::address::{Address, READS, REGION, WRITES};
use super::rates;
use crate::api;
use crate::components::TableScope;
use crate::format;
use crate::state::Remote;
use crate::ui::{Badge, Button, Choice, DataTable, Field, Notice, Select, TextInput, Tone};

/// A thousand backups: whoever has more is told that they are not in the sum.
const BACKUP_PAGES: u32 = 10;

#[component]
pub fn CostPanel(scope: TableScope, view: Signal<MonitoringView>, address: Address) -> impl IntoView {
    let own_region = scope.connection.region.as_deref().and_then(prices::of_region);
    // What the operator chose stands in the URL, and outlives a refresh and a reload.
    let chosen = |name| untrack(|| address.word(name));
    let wanted_region = chosen(REGION).as_deref().and_then(prices::of_region).or(own_region);
    let region = RwSignal::new(wanted_region.unwrap_or(&prices::REGIONS[0]).region.to_owned());
    let measured = Memo::new(move |_| {
        let observed = view.with(|view| view.consumed);
        [observed.read_units, observed.write_units].map(|units| rates::write(rates::average(units, observed.seconds)))
    });
    let first = measured.get_untracked();
    let [reads, writes] = [(READS, &first[0]), (WRITES, &first[1])].map(|(name, measured)| {
        let typed = chosen(name).filter(|text| rates::read(text).is_ok());
        RwSignal::new(typed.unwrap_or_else(|| measured.clone()))
    });
    // What is measured anew takes the place of what was measured, and of nothing that was typed.
    Effect::new(move |before: Option<[String; 2]>| {
        let now = measured.get();
        for (at, (name, value)) in [(READS, reads), (WRITES, writes)].into_iter().enumerate() {
            let old = before.as_ref().filter(|_| untrack(|| address.word(name)).is_none());
            if old.is_some_and(|old| value.with_untracked(|value| *value == old[at])) {
                value.set(now[at].clone());
            }
        }
        now
    });
    let backups = kept(&scope);
    Effect::new(move |before: Option<()>| {
        view.track();
        if let (Some(backups), Some(())) = (backups, before) {
            backups.refresh();
        }
    });
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
                    {mode("On demand", !today, prices::on_demand(&usage, prices), prices)}
                    {mode("Provisioned", today, prices::provisioned(&usage, prices), prices)}
                </div>
            }
        })
    };
    let unknown = move || {
        let (prices, class) = (table.get(), usage.get().map(|usage| usage.class).unwrap_or_default());
        let missing = prices.unknown(class);
        (!missing.is_empty()).then(|| {
            let text = format!(
                "{}: no price was found of {}. What the table uses of it stands above without a price, and is not in the sums.",
                prices.name,
                missing.join(", ")
            );
            view! { <Notice tone=Tone::Neutral>{text}</Notice> }
        })
    };
    let not_all = move || {
        let (count, more) = backups.and_then(|backups| backups.ready(|view| (view.backups.len(), view.more_backups)))?;
        let text = format!(
            "The table has more backups than the {} that were read: the others are not in the sums.",
            format::count(count as u64)
        );
        more.then(|| view! { <Notice tone=Tone::Warning>{text}</Notice> })
    };
    let regions: Vec<Choice> = prices::REGIONS
        .iter()
        .map(|one| Choice::new(one.region, format!("{} · {}", one.name, one.region)))
        .collect();
    let elsewhere = own_region
        .is_none()
        .then_some("The region of this connection is not in the price table: choose the one to reckon with");
    let field = |label: &'static str, name: &'static str, value: RwSignal<String>| {
        let error = Signal::derive(move || rates::read(&value.get()).err());
        let input = move |text: String| {
            if rates::read(&text).is_ok() {
                address.write(&[(name, Some(text.trim().to_owned()))]);
            }
            value.set(text);
        };
        view! {
            <Field label error>
                <TextInput value inputmode="decimal" on_input=input />
            </Field>
        }
    };
    let typed = Memo::new(move |_| address.word(READS).is_some() || address.word(WRITES).is_some());
    let nothing_typed = Signal::derive(move || (!typed.get()).then(|| "The units a second are what was measured".to_owned()));
    let forget = move |()| {
        address.write(&[(READS, None), (WRITES, None)]);
        let [read, write] = measured.get_untracked();
        reads.set(read);
        writes.set(write);
    };
    let choose = move |word: String| {
        address.write(&[(REGION, Some(word.clone()))]);
        region.set(word);
    };
    view! {
        <section class="card stack" aria-label="Estimated monthly cost">
            <div>
                <h2>"Estimated monthly cost"</h2>
                <p class="muted">{format!("List prices in US dollars as of {}, before tax.", prices::DATED)}</p>
            </div>
            <div class="cost-inputs">
                <Field label="Region" hint=elsewhere.map(str::to_owned)>
                    <Select value=region choices=regions on_change=choose />
                </Field>
                {field("Read units a second", READS, reads)}
                {field("Write units a second", WRITES, writes)}
            </div>
            <div class="cost-typed">
                <Button small=true disabled=nothing_typed on_press=forget>"Use what was measured"</Button>
            </div>
            {both}
            {unknown}
            {not_all}
            {move || table.get().doubt.map(|doubt| view! { <Notice tone=Tone::Warning>{format!("{}: {doubt}.", table.get().name)}</Notice> })}
            <details class="cost-assumptions" open>
                <summary>"What this assumes"</summary>
                <ul>
                    <li>{move || view.with(basis)}</li>
                    <li>"Size and number of items are DynamoDB's own, up to six hours old, with 100 bytes for each item and index row added as DynamoDB does."</li>
                    <li>{format!("A month of {} hours. The free tier, reserved capacity, savings plans, replicas, reads of the stream, data transfer and S3 are left out.", prices::HOURS_A_MONTH)}</li>
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
            let pages = BackupsPages {
                backups: BACKUP_PAGES,
                ..BackupsPages::default()
            };
            async move { api::backups::view(&connection, &table, pages).await }
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

fn mode(name: &'static str, today: bool, estimate: Estimate, prices: &RegionPrices) -> AnyView {
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
    // Prices that could not be compared with a list make no sum to rely on.
    let total = match prices.doubt {
        Some(_) => format!("about {total}, unconfirmed"),
        None => format!("about {total}"),
    };
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
                    <tr class="cost-total"><th scope="row">"Together"</th><td></td><td class="is-numeric">{total}</td></tr>
                </tbody>
            </DataTable>
            {without}
        </div>
    }
    .into_any()
}
