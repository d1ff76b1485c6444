//! The request behind a screen: what was asked of the engine, what it cost, and how to ask it again
//! from a shell or from code.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::codegen::Language;
use leptos::prelude::*;

use crate::format;
use crate::ui::{Button, CodeBlock, Dialog, DialogWidth, IconName, Tab, Tabs};

/// The request as JSON, as a command and as code, a tab each.
#[component]
pub fn RequestCode(connection: ConnectionView, exchange: Exchange) -> impl IntoView {
    let tabs = Language::ALL
        .into_iter()
        .map(|language| Tab::new(language.label(), language.label()))
        .collect();
    let selected = RwSignal::new(Language::Json.label().to_owned());
    let panel = move || {
        let language = selected.with(|label| Language::ALL.into_iter().find(|language| language.label() == label));
        let language = language.unwrap_or(Language::Json);
        let text = language.write(&exchange, &connection);
        let (label, wrap) = match language {
            Language::Json => ("Request as JSON".to_owned(), false),
            Language::Aws => ("AWS command".to_owned(), true),
            other => (format!("Request in {}", other.label()), false),
        };
        view! { <CodeBlock label text wrap /> }
    };
    view! { <Tabs label="Form of the request" tabs selected panel /> }
}

/// The facts of a request, and its forms.
#[component]
pub fn RequestPanel(connection: ConnectionView, exchange: Exchange) -> impl IntoView {
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let consumed = exchange.consumed.map(|units| {
        let split = exchange.split.as_ref().and_then(format::split);
        let sum = format::capacity(units);
        fact("Consumed", split.map_or(sum.clone(), |split| format!("{sum} ({split})")))
    });
    view! {
        <div class="request-panel">
            <dl class="facts">
                {fact("Operation", exchange.operation.clone())}
                {exchange.index.clone().map(|index| fact("Index", index))}
                {consumed}
                {fact("Took", format::millis(exchange.took_ms))}
            </dl>
            <RequestCode connection exchange />
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

/// The same for a screen that took several requests, each with what it asked.
#[component]
pub fn RequestsButton(connection: ConnectionView, #[prop(into)] exchanges: Signal<Vec<Exchange>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let not_yet = Signal::derive(move || exchanges.with(Vec::is_empty).then(|| "Nothing was asked of the engine".to_owned()));
    let connection = StoredValue::new(connection);
    let one = move |exchange: Exchange| {
        let title = format!("{} · {}", exchange.operation, format::millis(exchange.took_ms));
        let shown = RwSignal::new(false);
        // The forms of a request are written only when it is looked at: there may be hundreds.
        let panel = move || {
            let exchange = exchange.clone();
            shown
                .get()
                .then(|| view! { <RequestCode connection=connection.get_value() exchange /> })
        };
        view! {
            <details class="request-of-several" on:toggle=move |_| shown.set(true)>
                <summary>{title}</summary>
                {panel}
            </details>
        }
    };
    view! {
        <Button icon=IconName::Code disabled=not_yet on_press=move |()| open.set(true)>"Requests"</Button>
        <Dialog open title="The requests behind this screen, in order" width=DialogWidth::Wide>
            {move || open.get().then(|| exchanges.get_untracked().into_iter().map(one).collect_view())}
        </Dialog>
    }
}

/// A button that shows a request before it is sent.
#[component]
pub fn RequestPreview(
    connection: ConnectionView,
    /// Nothing while it cannot be sent.
    #[prop(into)]
    exchange: Signal<Option<Exchange>>,
    /// The button that sends it.
    #[prop(default = "Run")]
    sends: &'static str,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let not_yet = Signal::derive(move || exchange.with(Option::is_none).then(|| "It cannot be sent as it stands".to_owned()));
    let connection = StoredValue::new(connection);
    view! {
        <Button icon=IconName::Code disabled=not_yet on_press=move |()| open.set(true)>"Show request"</Button>
        <Dialog open title=format!("The request that {sends} sends") width=DialogWidth::Wide>
            {move || {
                exchange.get().map(|exchange| view! { <RequestCode connection=connection.get_value() exchange /> })
            }}
        </Dialog>
    }
}
