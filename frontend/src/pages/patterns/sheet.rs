//! The sheet: a row for each pattern.

use dynadesk_shared::patterns::advice::Advice;
use dynadesk_shared::time::parse_iso;
use leptos::prelude::*;

use super::Patterns;
use super::editor::Task;
use super::rate::{Rate, RateFields, cost, prices_of};
use super::rows::Row;
use crate::format::{self, time};
use crate::ui::{Badge, Button, ButtonVariant, DataTable, EmptyState, IconButton, IconName, Tone};

#[component]
pub fn Sheet(page: Patterns, rate: Rate) -> impl IntoView {
    let region = page.scope.with_value(|scope| scope.connection.region.clone());
    let prices = prices_of(region.as_deref());
    let empty = Memo::new(move |_| page.rows.with(Vec::is_empty));
    view! {
        <Show
            when=move || !empty.get()
            fallback=move || {
                view! {
                    <EmptyState
                        icon=IconName::Key
                        title="No access pattern yet"
                        text="Write down what this table is asked for: each pattern with its operation, its key condition and an example. Then run it \
                        from here and see what it costs."
                    >
                        <Button
                            variant=ButtonVariant::Primary
                            icon=IconName::Plus
                            disabled=Signal::derive(move || page.why_not_keep())
                            on_press=move |()| page.editing.set(Some(Task::Add))
                        >
                            "Add the first pattern"
                        </Button>
                    </EmptyState>
                }
            }
        >
            <RateFields rate prices />
            <DataTable label="Access patterns">
                <thead>
                    <tr>
                        <th scope="col">"Pattern"</th>
                        <th scope="col">"Operation"</th>
                        <th scope="col">"Key condition and example"</th>
                        <th scope="col" class="is-numeric">"Last run"</th>
                        <th scope="col" class="is-numeric">"A month"</th>
                        <th scope="col"><span class="ui-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {move || {
                        page.rows.get().into_iter().map(|row| view! { <PatternRow page rate row prices /> }).collect_view()
                    }}
                </tbody>
            </DataTable>
            <p class="muted">
                "The last run is what DynamoDB reported: of reads that are run from here, and of messages sent and conversations started in \
                Dynadesk. A read of several pages costs what the pages cost that were read."
            </p>
        </Show>
    }
}

#[component]
fn PatternRow(page: Patterns, rate: Rate, row: Row, prices: Option<&'static dynadesk_shared::prices::RegionPrices>) -> impl IntoView {
    let pattern = row.pattern.clone();
    let name = pattern.name.clone();
    let details = page.scope.with_value(|scope| scope.details);
    let unit = if pattern.operation.is_read() { "RCU" } else { "WCU" };
    let measured = row.measured.clone();
    let last = measured.clone().map(|measured| {
        let when = measured.at.as_deref().and_then(parse_iso);
        let items = measured.matched.map(|matched| format::counted(matched, "item", "items"));
        let more: Vec<String> = items
            .into_iter()
            .chain(when.map(|at| time::local(at, time::Style::Short)))
            .collect();
        view! {
            <span class="num">{format!("{} {unit}", format::units(measured.units))}</span>
            <span class="patterns-under">{more.join(" · ")}</span>
        }
    });
    let monthly = {
        let pattern = pattern.clone();
        move || match (&measured, prices, rate.a_month()) {
            (Some(measured), Some(prices), Some(times)) => {
                details.ready(|table| cost(&pattern, measured, table, prices, times).to_string())
            }
            _ => None,
        }
    };
    // A Scan says what it is by its operation already.
    let mark = row.advice.as_ref().map(|advice| advice.mark.label());
    let operation = pattern.operation.name();
    let tone = if mark == Some(operation) { Tone::Warning } else { Tone::Neutral };
    let marks = mark
        .filter(|label| *label != operation)
        .map(|label| view! { <Badge tone=Tone::Warning>{label}</Badge> });
    let unfit = row
        .unfit
        .first()
        .map(|fault| view! { <p class="patterns-unfit">{format!("Not on this table as it is: {}.", fault.message)}</p> });
    let runs = row.clone();
    let edits = row.clone();
    let removes = row.clone();
    let removable = row.kept.is_some();
    let filter = (!pattern.filter.is_empty()).then(|| {
        let words: Vec<String> = pattern.filter.iter().map(|part| part.words()).collect();
        format!("filter {}", words.join(" AND "))
    });
    let mut options = Vec::new();
    options.extend(pattern.descending.then(|| "newest first".to_owned()));
    options.extend(pattern.limit.map(|limit| format!("page of {}", format::count(u64::from(limit)))));
    options.extend(pattern.consistent.then(|| "strongly consistent".to_owned()));
    options.extend((!pattern.projection.is_empty()).then(|| format!("only {}", pattern.projection.join(", "))));
    let (words, example) = (pattern.key_words(), pattern.example_words());
    let same = words == example;
    view! {
        <tr>
            <th scope="row" class="patterns-name">
                {name.clone()} {row.preset.then(|| view! { <span class="patterns-preset">"preset"</span> })}
                <p class="patterns-description">{pattern.description.clone()}</p>
            </th>
            <td>
                <div class="patterns-marks"><Badge mono=true tone>{operation}</Badge> {marks}</div>
                {pattern.index.clone().map(|index| view! { <span class="patterns-under">"index " <code>{index}</code></span> })}
            </td>
            <td class="patterns-key">
                {(!words.is_empty()).then(|| view! { <code>{words}</code> })}
                {filter.map(|filter| view! { <code>{filter}</code> })}
                {(!same).then(|| view! { <span class="patterns-under">"for example " <code>{example}</code></span> })}
                {(!options.is_empty()).then(|| view! { <span class="patterns-under">{options.join(" · ")}</span> })}
                {unfit}
                {row.advice.clone().map(design)}
            </td>
            <td class="is-numeric">{match last {
                Some(last) => last.into_any(),
                None => view! { <span class="muted">"not run yet"</span> }.into_any(),
            }}</td>
            <td class="is-numeric num">{move || monthly().unwrap_or_else(|| "–".to_owned())}</td>
            <td>
                <div class="patterns-actions">
                    <Button small=true icon=IconName::Play on_press=move |()| page.running.set(Some(runs.clone()))>
                        "Run" <span class="ui-hidden">{format!(" {name}")}</span>
                    </Button>
                    <IconButton
                        icon=IconName::Edit
                        label=format!("Edit {}", pattern.name)
                        on_press=move |()| page.editing.set(Some(Task::Edit(edits.clone())))
                    />
                    {removable
                        .then(|| {
                            view! {
                                <IconButton
                                    icon=IconName::Trash
                                    label=format!("Delete {}", pattern.name)
                                    on_press=move |()| page.removing.set(Some(removes.clone()))
                                />
                            }
                        })}
                </div>
            </td>
        </tr>
    }
}

/// What a key design without the Scan or the index would be.
fn design(advice: Advice) -> AnyView {
    let key = (!advice.key.is_empty()).then(|| {
        let parts: Vec<String> = advice.key.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        view! { <p>"One such item: " <code>{parts.join(", ")}</code></p> }
    });
    let then = advice.then.map(|then| view! { <p>"Read then by: " <code>{then}</code></p> });
    view! {
        <details class="patterns-design">
            <summary>"A key design without it"</summary>
            <p>{advice.why}</p>
            <p>{advice.instead}</p>
            {key}
            {then}
        </details>
    }
    .into_any()
}
