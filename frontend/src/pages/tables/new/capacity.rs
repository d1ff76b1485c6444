//! Capacity of the table or of one index, as its billing wants it.

use dynadesk_shared::api::connections::{Capabilities, Feature};
use leptos::prelude::*;

use super::draft::{CapacityDraft, PROVISIONED};
use super::faults::Faults;
use crate::ui::{Field, NumberInput};

#[component]
pub fn Capacity(
    capacity: CapacityDraft,
    billing: RwSignal<String>,
    /// Stands before the fields' paths: nothing, or `gsi[0].`.
    prefix: Callback<(), String>,
    faults: Faults,
    engine: StoredValue<Capabilities>,
) -> impl IntoView {
    let provisioned = Memo::new(move |_| billing.with(|billing| billing == PROVISIONED));
    let number = move |label: &'static str, field: RwSignal<String>, path: &'static str, why_not: Option<String>| {
        let path = move || format!("{}{path}", prefix.run(()));
        let disabled = why_not.is_some();
        let hint = why_not.or_else(|| (!provisioned.get_untracked()).then(|| "Empty for no maximum".to_owned()));
        view! {
            <Field label=label error=faults.of(path) hint>
                <NumberInput
                    value=field
                    disabled
                    on_input=move |text| {
                        field.set(text);
                        faults.touch(untrack(path));
                    }
                />
            </Field>
        }
        .into_any()
    };
    view! {
        <div class="form-pair">
            {move || {
                if provisioned.get() {
                    [
                        number("Read capacity units", capacity.read, "throughput.read", None),
                        number("Write capacity units", capacity.write, "throughput.write", None),
                    ]
                } else {
                    let why = engine.with_value(|engine| engine.why_not(Feature::OnDemandMaximum).map(str::to_owned));
                    [
                        number("Most read units", capacity.most_read, "on_demand.read", why.clone()),
                        number("Most write units", capacity.most_write, "on_demand.write", why),
                    ]
                }
            }}
        </div>
    }
}
