//! The plan before it is run: what would be written, and what would not.

use std::collections::BTreeMap;

use dynadesk_shared::Item;
use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::seed::{Collisions, OnCollision, SeedPlan};
use dynadesk_shared::value::plain_json;
use leptos::prelude::*;

use crate::components::job_panel::Rejects;
use crate::components::who::people_of;
use crate::format;
use crate::state::names::called;
use crate::state::use_names;
use crate::ui::{Badge, Choice, CodeBlock, Notice, SegmentedControl, Tone};

#[component]
pub fn Review(plan: SeedPlan, on_collision: RwSignal<OnCollision>) -> impl IntoView {
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd class="job-number">{value}</dd></div> };
    let entities = plan
        .entities
        .iter()
        .map(|entity| view! { <Badge>{format!("{} × {}", entity.name, format::count(entity.count))}</Badge> })
        .collect_view();
    let first = items_text(&plan.first);
    view! {
        <div class="card stack">
            <h2>"What will be written"</h2>
            <dl class="facts">
                {fact("Items", format::count(plan.items))} {fact("Size", format::bytes(plan.bytes))}
                {fact("Cost", format!("{} WCU", format::count(plan.write_units)))} {fact("Recognised as", plan.format.clone())}
            </dl>
            <div class="row">{entities}</div>
            <People items=plan.first.clone() />
            {(!plan.first.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>{format!("The first {}", format::counted(plan.first.len() as u64, "item", "items"))}</summary>
                            <CodeBlock label="First items" text=first wrap=true />
                        </details>
                    }
                })}
        </div>
        <Meeting collisions=plan.collisions items=plan.items on_collision />
        <Rejects title="Cannot be written" name="rejects" count=plan.reject_count rejects=plan.rejects />
    }
}

fn items_text(items: &[Item]) -> String {
    items.iter().map(plain_json::item_to_string).collect::<Vec<_>>().join("\n")
}

/// Whom the first items name, and whether that is what they are called by now.
#[component]
fn People(items: Vec<Item>) -> impl IntoView {
    let names = use_names();
    let mut users = BTreeMap::<String, UserRef>::new();
    for (_, user) in items.iter().flat_map(people_of) {
        let known = users.entry(user.uuid.clone()).or_default();
        if known.display_name.is_empty() && known.handle.is_empty() {
            *known = user;
        }
    }
    names.want(users.keys().map(String::as_str));
    let person = move |user: UserRef| {
        let (row, named) = (user.clone(), move || names.of(&user));
        let other = {
            let (row, named) = (row.clone(), named.clone());
            move || {
                let differs = named() != row && !(row.display_name.is_empty() && row.handle.is_empty());
                differs.then(|| view! { <Badge tone=Tone::Warning>{format!("the items say {}", called(&row))}</Badge> })
            }
        };
        view! {
            <li>
                {move || called(&named())}" "<code class="muted">{row.uuid.clone()}</code>" "{other}
            </li>
        }
    };
    (!users.is_empty()).then(|| {
        view! {
            <h3>"People in the first items"</h3>
            <ul class="seed-whom">{users.into_values().map(person).collect_view()}</ul>
            {move || names.problem().map(|why| view! { <Notice tone=Tone::Warning>{why}</Notice> })}
        }
    })
}

/// How the items meet what the table already holds.
#[component]
fn Meeting(collisions: Collisions, items: u64, on_collision: RwSignal<OnCollision>) -> impl IntoView {
    let new = collisions.checked.saturating_sub(collisions.same + collisions.different);
    let partly = collisions.checked < items;
    let examples = items_text(&collisions.examples);
    let value = Signal::derive(move || match on_collision.get() {
        OnCollision::Keep => "keep".to_owned(),
        OnCollision::Replace => "replace".to_owned(),
    });
    view! {
        <div class="card stack">
            <h2>"Keys that are in the table already"</h2>
            <p>
                {format!(
                    "{} new, {} there with the same content (nothing to do), {} there with other content.",
                    format::count(new),
                    format::count(collisions.same),
                    format::count(collisions.different),
                )}
            </p>
            {partly
                .then(|| {
                    view! {
                        <Notice tone=Tone::Neutral>
                            {format!(
                                "Only {} of {} keys were looked up for this review. The job checks each one.",
                                format::count(collisions.checked),
                                format::count(items),
                            )}
                        </Notice>
                    }
                })}
            {(collisions.different > 0 || partly)
                .then(|| {
                    view! {
                        <SegmentedControl
                            label="What to do with other content"
                            value
                            on_change=move |value: String| {
                                on_collision.set(if value == "replace" { OnCollision::Replace } else { OnCollision::Keep });
                            }
                            choices=vec![Choice::new("keep", "Keep the table's items"), Choice::new("replace", "Replace them")]
                        />
                        {move || {
                            (on_collision.get() == OnCollision::Replace)
                                .then(|| {
                                    view! {
                                        <Notice tone=Tone::Neutral>
                                            "Every item that is replaced is kept in the history for 7 days, before it is written: the seed can be undone there as a whole. What somebody else writes to an item after it stays."
                                        </Notice>
                                    }
                                })
                        }}
                    }
                })}
            {(!collisions.examples.is_empty())
                .then(|| {
                    view! {
                        <details>
                            <summary>"Examples, as the table has them"</summary>
                            <CodeBlock label="Items in the table" text=examples wrap=true />
                        </details>
                    }
                })}
        </div>
    }
}
