//! The page of a table without a stream: why there is nothing to see, and the way to turn it on.

use dynadesk_shared::api::streams::VIEW_TYPES;
use leptos::prelude::*;

use crate::components::{StreamOn, TableScope};
use crate::ui::{Choice, EmptyState, Field, IconName, Select};

#[component]
pub fn Off(scope: TableScope) -> impl IntoView {
    let kind = RwSignal::new(VIEW_TYPES[0].0.to_owned());
    let choices = VIEW_TYPES
        .iter()
        .map(|(name, holds)| Choice::new(*name, format!("{name}: {holds}")))
        .collect::<Vec<_>>();
    view! {
        <EmptyState
            icon=IconName::Stream
            title="The stream is off"
            text="With a stream, DynamoDB keeps every change of an item for 24 hours, and this page shows each as it happens. Changes made while it is off are not recorded."
        />
        <div class="stream-off">
            <Field label="What a record holds" hint="The key is always there. To compare images, take both.">
                <Select value=kind on_change=move |value| kind.set(value) choices />
            </Field>
            <StreamOn scope view_type=kind />
        </div>
    }
}
