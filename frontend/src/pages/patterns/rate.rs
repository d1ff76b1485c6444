//! How often a pattern is used, and what that costs a month.

use dynadesk_shared::api::patterns::Measured;
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::patterns::Pattern;
use dynadesk_shared::prices::{self, MilliUnits, Money, RegionPrices, TableClass, UnitKind};
use leptos::prelude::*;

use crate::state::storage;
use crate::ui::{Choice, Field, NumberInput, Select};

/// Where prices are taken from when the connection is not on AWS.
pub const ELSEWHERE: &str = "us-east-1";
const KEPT: &str = "patterns.rate";
const SECONDS_A_DAY: u64 = 86_400;

/// The rate, the same for every row. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Rate {
    number: RwSignal<String>,
    per_second: RwSignal<bool>,
}

impl Rate {
    pub fn new() -> Self {
        let (number, per_second) = storage::read(KEPT).unwrap_or_else(|| ("1".to_owned(), true));
        let rate = Self {
            number: RwSignal::new(number),
            per_second: RwSignal::new(per_second),
        };
        Effect::new(move |_| storage::write(KEPT, &(rate.number.get(), rate.per_second.get())));
        rate
    }

    /// How often in a month; nothing where no whole number is written. Reactive.
    pub fn a_month(self) -> Option<u64> {
        let number: u64 = self.number.with(|text| text.trim().parse().ok())?;
        let a_day = if self.per_second.get() {
            number.checked_mul(SECONDS_A_DAY)?
        } else {
            number
        };
        Some(prices::a_month(a_day))
    }
}

/// What a month of it costs by requests, from what the last run cost.
pub fn cost(pattern: &Pattern, measured: &Measured, table: &TableView, prices: &RegionPrices, times: u64) -> Money {
    let kind = if pattern.operation.is_read() {
        UnitKind::Read
    } else {
        UnitKind::Write
    };
    prices::requests(
        prices,
        TableClass::of(&table.table_class),
        kind,
        MilliUnits::of(measured.units),
        times,
    )
}

/// The prices that the sheet reckons with: of the connection's region, or of one that is named.
pub fn prices_of(region: Option<&str>) -> Option<&'static RegionPrices> {
    region.and_then(prices::of_region).or_else(|| prices::of_region(ELSEWHERE))
}

#[component]
pub fn RateFields(rate: Rate, #[prop(into)] prices: Option<&'static RegionPrices>) -> impl IntoView {
    let choices = vec![Choice::new("second", "a second"), Choice::new("day", "a day")];
    let error = Signal::derive(move || rate.a_month().is_none().then(|| "a whole number of requests is needed".to_owned()));
    let hint = prices.map(|prices| {
        format!(
            "Requests of each pattern. Priced on demand for {} ({}), as of {}. Taxes and the free tier are left out.",
            prices.name,
            prices.region,
            dynadesk_shared::prices::DATED
        )
    });
    view! {
        <div class="patterns-rate">
            <Field label="Rate" error hint=hint>
                <NumberInput value=rate.number on_input=move |text| rate.number.set(text) />
            </Field>
            <Select
                value=Signal::derive(move || if rate.per_second.get() { "second" } else { "day" }.to_owned())
                on_change=move |word: String| rate.per_second.set(word == "second")
                choices
                label="Rate for each"
            />
        </div>
    }
}
