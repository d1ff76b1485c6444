//! How it is read: order, consistency, attributes, page size, and where the walk stops.

use dynadesk_shared::api::tables::{IndexKind, TableView};
use leptos::prelude::*;

use super::Faults;
use super::draft::{Draft, find};
use crate::format;
use crate::pages::items::query::PAGE_SIZES;
use crate::state::remote::Remote;
use crate::ui::{Checkbox, Choice, Field, NumberInput, Select, TextInput};

#[component]
pub fn Options(draft: Draft, details: Remote<TableView>, faults: Faults) -> impl IntoView {
    let sizes: Vec<Choice> = PAGE_SIZES
        .iter()
        .map(|size| Choice::new(size.to_string(), format::count(u64::from(*size))))
        .collect();
    let orders = vec![Choice::new("ascending", "Ascending"), Choice::new("descending", "Descending")];
    // A global index is never read consistently; DynamoDB refuses to.
    let on_gsi = Memo::new(move |_| {
        let name = draft.index.get();
        details
            .ready(|table| find(table, &name).is_some_and(|index| index.kind == IndexKind::Gsi))
            .unwrap_or(false)
    });
    let order = Signal::derive(move || if draft.descending.get() { "descending" } else { "ascending" }.to_owned());
    view! {
        <section class="query-part" role="group" aria-label="Options">
            <div class="query-fields is-narrow">
                <Field label="Order" hint="Of a Query, by the sort key">
                    <Select value=order on_change=move |order: String| draft.descending.set(order == "descending") choices=orders />
                </Field>
                <Field label="Attributes" hint="Paths with commas; empty for all" error=faults.of("projection")>
                    <TextInput value=draft.projection on_input=move |text| draft.projection.set(text) mono=true placeholder="name, address.city" />
                </Field>
                <Field label="Page size" hint="Items examined for a page">
                    <Select
                        value=Signal::derive(move || draft.limit.get().to_string())
                        on_change=move |size: String| draft.limit.set(size.parse().unwrap_or(super::super::query::PAGE_SIZE))
                        choices=sizes
                    />
                </Field>
                <Field label="Stop after items" hint="Empty for no limit" error=faults.of("stop.items")>
                    <NumberInput value=draft.stop_items on_input=move |text| draft.stop_items.set(text) />
                </Field>
                <Field label="Stop after RCU" hint="Empty for no limit" error=faults.of("stop.units")>
                    <NumberInput value=draft.stop_units on_input=move |text| draft.stop_units.set(text) />
                </Field>
                <div class="query-checks">
                    <Checkbox
                        checked=Signal::derive(move || draft.consistent.get() && !on_gsi.get())
                        on_change=move |consistent| draft.consistent.set(consistent)
                        label="Consistent"
                        disabled=Signal::derive(move || on_gsi.get().then(|| "A global index is always read eventually consistent".to_owned()))
                    />
                    <Checkbox checked=draft.count on_change=move |count| draft.count.set(count) label="Count only" />
                </div>
            </div>
        </section>
    }
}
