//! A sample of the table: the first items of a Scan, with what they cost.

use dynadesk_shared::Item;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::items::ScanRequest;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Expiry;
use crate::api::{self, ApiFailure};
use crate::components::{FailurePanel, RequestButton};
use crate::format::{self, expiry};
use crate::ui::{Button, Choice, IconName, Select};

/// The page opens with a small one.
const SMALL: u32 = 100;
const SIZES: [u32; 3] = [SMALL, 1_000, 10_000];
/// The most items that one request examines.
const PAGE: u32 = 1_000;
/// A page ends at 1 MB, so large items take several; no sample reads more than these.
const REQUESTS: u32 = 40;

/// What was read.
#[derive(Clone, PartialEq)]
pub struct Sample {
    pub items: Vec<Item>,
    pub units: f64,
    pub requests: u32,
    /// Whether that is the whole table.
    pub complete: bool,
    /// When it was read, in epoch seconds.
    pub at: i64,
    pub exchange: Exchange,
}

impl Sample {
    /// `1,000 sampled of about 12,345`, or `all 37 items`.
    pub fn scale(&self, about: Option<u64>) -> String {
        let sampled = self.items.len() as u64;
        match (self.complete, about) {
            (true, _) => format!("all {}", format::counted(sampled, "item", "items")),
            (false, Some(about)) if about > sampled => format!("{} sampled of about {}", format::count(sampled), format::count(about)),
            (false, _) => format!("{} sampled of more", format::count(sampled)),
        }
    }
}

#[component]
pub fn Sampling(page: Expiry) -> impl IntoView {
    let size = RwSignal::new(SMALL);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let run = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (connection, table) = page.scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
        let wanted = size.get_untracked();
        spawn_local(async move {
            let answer = read(&connection, &table, wanted).await;
            busy.try_set(false);
            match answer {
                Ok(sample) => drop(page.sample.try_set(Some(sample))),
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    run();
    let choices: Vec<Choice> = SIZES
        .iter()
        .map(|size| Choice::new(size.to_string(), format!("{} items", format::count(u64::from(*size)))))
        .collect();
    let details = page.scope.with_value(|scope| scope.details);
    let connection = page.scope.with_value(|scope| scope.connection.clone());
    let facts = move || {
        let about = details.ready(|table| table.item_count);
        page.sample.with(|sample| {
            sample.as_ref().map(|sample| {
                let first = if sample.complete { "" } else { ", the first ones of a Scan" };
                format!(
                    "{}{first} · {} RCU · {}",
                    sample.scale(about),
                    format::units(sample.units),
                    format::counted(u64::from(sample.requests), "request", "requests")
                )
            })
        })
    };
    let exchange = Signal::derive(move || page.sample.with(|sample| sample.as_ref().map(|sample| sample.exchange.clone())));
    view! {
        <section class="card stack" aria-labelledby="expiry-sample">
            <h2 id="expiry-sample">"Sample"</h2>
            <p class="muted">
                "What is said below comes from a sample. A Scan gives items in the order of a hash of their partition keys, which is as good as \
                chance for most tables. It costs read capacity."
            </p>
            <div class="row">
                <Select
                    value=Signal::derive(move || size.get().to_string())
                    on_change=move |text: String| size.set(text.parse().unwrap_or(SMALL))
                    choices
                    label="Size of the sample"
                />
                <Button icon=IconName::Search busy on_press=move |()| run()>"Sample"</Button>
                <RequestButton connection exchange />
            </div>
            <p role="status">{move || if busy.get() { Some("Reading the sample …".to_owned()) } else { facts() }}</p>
            {move || {
                failure
                    .get()
                    .map(|failure| {
                        let retry = Callback::new(move |()| run());
                        view! { <FailurePanel what="The sample could not be read" failure retry /> }
                    })
            }}
        </section>
    }
}

async fn read(connection: &str, table: &str, wanted: u32) -> Result<Sample, ApiFailure> {
    let mut items: Vec<Item> = Vec::new();
    let (mut cursor, mut units, mut requests) = (None, 0.0, 0);
    loop {
        let left = wanted.saturating_sub(u32::try_from(items.len()).unwrap_or(wanted));
        let asked = ScanRequest {
            limit: left.clamp(1, PAGE),
            cursor: cursor.take(),
            ..ScanRequest::default()
        };
        let page = api::items::scan(connection, table, &asked).await?;
        requests += 1;
        units += page.exchange.consumed.unwrap_or_default();
        items.extend(page.items);
        let complete = page.next.is_none();
        if complete || items.len() >= wanted as usize || requests >= REQUESTS {
            return Ok(Sample {
                items,
                units,
                requests,
                complete,
                at: expiry::now(),
                exchange: page.exchange,
            });
        }
        cursor = page.next;
    }
}
