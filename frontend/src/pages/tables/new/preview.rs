//! The exact request, before it is sent.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::TableCreate;
use dynadesk_shared::aws_command;
use leptos::prelude::*;
use serde_json::json;

use crate::ui::CodeBlock;

#[component]
pub fn Preview(connection: ConnectionView, request: Memo<TableCreate>) -> impl IntoView {
    let json = Signal::derive(move || request.with(|create| serde_json::to_string_pretty(&create.request).unwrap_or_default()));
    let command = Signal::derive(move || request.with(|create| commands(create, &connection)));
    view! {
        <aside class="table-preview" aria-label="The exact request">
            <CodeBlock label="CreateTable request" text=json />
            <CodeBlock label="AWS command" text=command wrap=true />
        </aside>
    }
}

/// The commands that do the same; time to live is a call of its own, after the table is there.
fn commands(create: &TableCreate, connection: &ConnectionView) -> String {
    let exchange = |operation: &str, request| Exchange {
        operation: operation.to_owned(),
        request,
        index: None,
        consumed: None,
        split: None,
        took_ms: 0,
    };
    let request = serde_json::to_value(&create.request).unwrap_or_default();
    let mut text = aws_command::of(&exchange("CreateTable", request), connection);
    if let Some(attribute) = &create.ttl_attribute {
        let request = json!({
            "TableName": create.request.table_name,
            "TimeToLiveSpecification": { "Enabled": true, "AttributeName": attribute },
        });
        text.push_str("\n\n");
        text.push_str(&aws_command::of(&exchange("UpdateTimeToLive", request), connection));
    }
    text
}
