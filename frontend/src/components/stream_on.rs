//! Turning a table's stream on: the exact request, the button, and on production the question first.

use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::streams::StreamChange;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::{FailurePanel, RequestPreview, TableScope};
use crate::api::{self, ApiFailure};
use crate::ui::{Button, ButtonVariant, ConfirmDialog};

#[component]
pub fn StreamOn(scope: TableScope, #[prop(into)] view_type: Signal<String>) -> impl IntoView {
    let (asking, busy) = (RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<ApiFailure>);
    let blocked = scope.why_not_change();
    let production = scope.connection.production;
    let (connection, table, details) = (scope.connection, scope.table, scope.details);
    let exchange = {
        let table = table.clone();
        Signal::derive(move || {
            Some(Exchange {
                operation: "UpdateTable".to_owned(),
                request: json!({
                    "TableName": table,
                    "StreamSpecification": {"StreamEnabled": true, "StreamViewType": view_type.get()},
                }),
                index: None,
                consumed: None,
                split: None,
                took_ms: 0,
            })
        })
    };
    let place = StoredValue::new((connection.name.clone(), table.clone()));
    let turn_on = move |()| {
        let (connection, table) = place.get_value();
        let wanted = StreamChange {
            view_type: Some(view_type.get_untracked()),
            seen: None,
            confirm: production.then(|| table.clone()),
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = api::streams::change(&connection, &table, &wanted).await;
            busy.try_set(false);
            if answer.is_ok() {
                asking.try_set(false);
            }
            failure.try_set(answer.err());
            details.refresh();
        });
    };
    let press = move |()| match production {
        true => asking.set(true),
        false => turn_on(()),
    };
    let problem = Signal::derive(move || failure.get().map(|failure| failure.message()));
    view! {
        <div class="row">
            <RequestPreview connection exchange />
            <Button variant=ButtonVariant::Primary disabled=Signal::stored(blocked) busy on_press=press>"Turn the stream on"</Button>
        </div>
        {move || {
            failure
                .get()
                .filter(|_| !asking.get())
                .map(|failure| view! { <FailurePanel what="The stream could not be turned on" failure /> })
        }}
        <ConfirmDialog
            open=asking
            title=format!("Turn on the stream of {table}?")
            message="DynamoDB will keep every change of this production table for 24 hours, and charges for reading them."
            confirm="Turn it on"
            type_name=Some(table)
            busy
            problem
            on_confirm=turn_on
        />
    }
}
