//! The request behind a screen: what was asked of the engine, what it cost, and how to ask it again
//! from a shell.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::aws_command;
use leptos::prelude::*;

use crate::format;
use crate::ui::{Button, CodeBlock, Dialog, DialogWidth, IconName};

/// The facts of a request, its JSON and its command.
#[component]
pub fn RequestPanel(connection: ConnectionView, exchange: Exchange) -> impl IntoView {
    let json = serde_json::to_string_pretty(&exchange.request).unwrap_or_default();
    let command = aws_command::of(&exchange, &connection);
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    view! {
        <div class="request-panel">
            <dl class="facts">
                {fact("Operation", exchange.operation.clone())}
                {exchange.index.clone().map(|index| fact("Index", index))}
                {exchange.consumed.map(|units| fact("Consumed", format!("{} capacity units", format::units(units))))}
                {fact("Took", format::millis(exchange.took_ms))}
            </dl>
            <CodeBlock label="Request as JSON" text=json />
            <CodeBlock label="AWS command" text=command wrap=true />
        </div>
    }
}

/// A button that opens the request behind the screen it stands on.
#[component]
pub fn RequestButton(
    connection: ConnectionView,
    /// The last exchange with the engine; the button waits for the first one.
    #[prop(into)]
    exchange: Signal<Option<Exchange>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let not_yet = Signal::derive(move || exchange.with(Option::is_none).then(|| "Nothing was asked yet".to_owned()));
    let connection = StoredValue::new(connection);
    view! {
        <Button icon=IconName::Code disabled=not_yet on_press=move |()| open.set(true)>"Request"</Button>
        <Dialog open title="The request behind this screen" width=DialogWidth::Wide>
            {move || {
                exchange.get().map(|exchange| view! { <RequestPanel connection=connection.get_value() exchange /> })
            }}
        </Dialog>
    }
}
