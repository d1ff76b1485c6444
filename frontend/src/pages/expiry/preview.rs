//! What would expire now and later, from the sample; an exact count when it is asked for.

use dynadesk_shared::expiry::{FIVE_YEARS, between};
use leptos::prelude::*;

use super::Expiry;
use crate::format;
use crate::nav::asked::{Asked, Limits};
use crate::nav::{self};
use crate::ui::{DataTable, IconName, LinkButton};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Where an exact count stops and asks, in items examined.
const BUDGET: u64 = 100_000;

#[component]
pub fn Preview(page: Expiry) -> impl IntoView {
    let details = page.scope.with_value(|scope| scope.details);
    let checked = Memo::new(move |_| page.survey().filter(|survey| survey.sampled > 0));
    let scale = move || {
        let about = details.ready(|table| table.item_count);
        page.sample.with(|sample| sample.as_ref().map(|sample| sample.scale(about)))
    };
    let about = Memo::new(move |_| {
        let complete = page.sample.with(|sample| sample.as_ref().is_none_or(|sample| sample.complete));
        details.ready(|table| table.item_count).filter(|about| !complete && *about > 0)
    });
    let rows = move || {
        let survey = checked.get()?;
        let now = page.sample.with(|sample| sample.as_ref().map_or(0, |sample| sample.at));
        let windows = survey.windows;
        let rows = [
            ("Now, as soon as DynamoDB comes to it", "now", windows.now, 0),
            ("Within an hour", "within an hour", windows.hour, HOUR),
            ("Within a day", "within a day", windows.day, DAY),
            ("Within a week", "within a week", windows.week, 7 * DAY),
        ];
        let lines = rows.map(|(words, when, number, ahead)| {
            let share = format!("{} %", percent(number, survey.sampled));
            let guess = about.get().map_or_else(
                || "–".to_owned(),
                |about| {
                    let guess = u128::from(number) * u128::from(about) / u128::from(survey.sampled.max(1));
                    format!("about {}", format::count(u64::try_from(guess).unwrap_or(u64::MAX)))
                },
            );
            view! {
                <tr>
                    <th scope="row">{words}</th>
                    <td class="is-numeric num">{format::count(number)}</td>
                    <td class="is-numeric num">{share}</td>
                    <td class="is-numeric num">{guess}</td>
                    <td>
                        <LinkButton small=true icon=IconName::Sort href=count_link(page, now, ahead)>
                            "Count exactly" <span class="ui-hidden">{format!("what expires {when}")}</span>
                        </LinkButton>
                    </td>
                </tr>
            }
        });
        Some(lines.into_iter().collect_view())
    };
    view! {
        <section class="card stack" aria-labelledby="expiry-preview">
            <h2 id="expiry-preview">"What would expire"</h2>
            <Show
                when=move || checked.with(Option::is_some)
                fallback=|| view! { <p class="muted">"Choose an attribute and sample some items to see what would expire."</p> }
            >
                <p class="muted">
                    {move || format!(
                        "From {}. Each row has those above it in it. DynamoDB deletes within a few days of the time; until then expired items \
                        can be read, and cost storage.",
                        scale().unwrap_or_default(),
                    )}
                </p>
                <DataTable label="What would expire when">
                    <thead>
                        <tr>
                            <th scope="col">"When"</th>
                            <th scope="col" class="is-numeric">"Of the sample"</th>
                            <th scope="col" class="is-numeric">"Share"</th>
                            <th scope="col" class="is-numeric">"Of the table, guessed"</th>
                            <th scope="col"><span class="ui-hidden">"Exact"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </DataTable>
                <p class="muted">
                    {format!(
                        "An exact count is a Scan of the whole table with a filter. It shows its progress, can be stopped, and asks before it \
                        examines more than {} items.",
                        format::count(BUDGET),
                    )}
                </p>
            </Show>
        </section>
    }
}

/// The items page, counting what is over so many seconds from now.
fn count_link(page: Expiry, now: i64, ahead: i64) -> String {
    let name = page.attribute.get_untracked();
    let asked = Asked {
        filter: Some(between(&name, now - FIVE_YEARS, now + ahead)),
        count: true,
        stop: Limits {
            items: Some(BUDGET),
            units: None,
        },
        ..Asked::default()
    };
    page.scope
        .with_value(|scope| nav::items_asked(&scope.connection.name, &scope.table, &asked, None, None))
}

/// A share in percent with one digit behind the point where it is small.
fn percent(part: u64, whole: u64) -> String {
    let tenths = part * 1_000 / whole.max(1);
    match tenths {
        0 if part > 0 => "under 0.1".to_owned(),
        0..100 if !tenths.is_multiple_of(10) => format!("{}.{}", tenths / 10, tenths % 10),
        _ => (tenths / 10).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_shares_are_not_nothing() {
        assert_eq!(percent(0, 1_000), "0");
        assert_eq!(percent(1, 10_000), "under 0.1");
        assert_eq!(percent(15, 1_000), "1.5");
        assert_eq!(percent(500, 1_000), "50");
        assert_eq!(percent(7, 7), "100");
    }
}
