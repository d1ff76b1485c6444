//! The page of a table without a stream: why there is nothing to see, and the way to turn it on.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::streams::{StreamChange, VIEW_TYPES};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use crate::api::{self, ApiFailure};
use crate::components::{FailurePanel, RequestPreview, TableScope};
use crate::ui::{Button, ButtonVariant, Choice, ConfirmDialog, EmptyState, Field, IconName, Select};

#[component]
pub fn Off(scope: TableScope) -> impl IntoView {
    let kind = RwSignal::new(VIEW_TYPES[0].0.to_owned());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiFailure>);
    let blocked = scope.why_not_write();
    let choices = VIEW_TYPES
        .iter()
        .map(|(name, holds)| Choice::new(*name, format!("{name}: {holds}")))
        .collect::<Vec<_>>();
    let exchange = {
        let table = scope.table.clone();
        Signal::derive(move || {
            Some(Exchange {
                operation: "UpdateTable".to_owned(),
                request: json!({
                    "TableName": table,
                    "StreamSpecification": {"StreamEnabled": true, "StreamViewType": kind.get()},
                }),
                index: None,
                consumed: None,
                split: None,
                took_ms: 0,
            })
        })
    };
    let (connection, name) = (scope.connection.clone(), scope.name_to_confirm());
    let (title, production) = (format!("Turn on the stream of {}?", scope.table), name.is_some());
    let asking = RwSignal::new(false);
    let turn_on = Callback::new(move |()| {
        let (connection, table, details) = (scope.connection.name.clone(), scope.table.clone(), scope.details);
        let wanted = StreamChange {
            view_type: Some(kind.get_untracked()),
            confirm: scope.name_to_confirm(),
        };
        asking.set(false);
        busy.set(true);
        spawn_local(async move {
            let answer = api::streams::change(&connection, &table, &wanted).await;
            busy.try_set(false);
            failure.try_set(answer.err());
            details.refresh();
        });
    });
    let press = move |()| match production {
        true => asking.set(true),
        false => turn_on.run(()),
    };
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
            <div class="stream-off-actions">
                <RequestPreview connection exchange />
                <Button variant=ButtonVariant::Primary disabled=Signal::stored(blocked) busy on_press=press>"Turn the stream on"</Button>
            </div>
            {move || failure.get().map(|failure| view! { <FailurePanel what="The stream could not be turned on" failure /> })}
        </div>
        <ConfirmDialog
            open=asking
            title
            message="This connection is marked as production. From then on every change of an item is recorded for 24 hours."
            confirm="Turn it on"
            type_name=name
            on_confirm=turn_on
        />
    }
}
