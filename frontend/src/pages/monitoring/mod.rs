//! What a table consumes, how it answers, and what a month of it costs.

mod address;
mod charts;
mod cost;
mod rates;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::monitoring::{MonitoringView, Period, Source};
use leptos::prelude::*;

use crate::api;
use crate::components::table_page::DetailsFailure;
use crate::components::{FailurePanel, RequestButton, TableFrame, TableScope};
use crate::format::time::{Style, local};
use crate::state::{Load, Remote};
use crate::ui::{Button, Choice, IconName, Notice, OpenNumbers, SegmentedControl, Skeleton, Tone};
use address::{Address, PERIOD, SOURCE};
use charts::Charts;
use cost::CostPanel;

const OWN: &str = "dynadesk";
const CLOUDWATCH: &str = "cloud_watch";

/// What the URL asks for.
#[derive(Clone, Copy)]
struct Asked {
    period: Memo<Period>,
    /// Dynadesk's own counters, where CloudWatch would answer too.
    own: Memo<bool>,
    address: Address,
}

#[component]
pub fn MonitoringPage(scope: TableScope) -> impl IntoView {
    let address = Address::new(&scope.connection.name, &scope.table);
    let asked = Asked {
        period: Memo::new(move |_| {
            let word = address.word(PERIOD);
            word.and_then(|word| Period::of(&word)).unwrap_or_default()
        }),
        own: Memo::new(move |_| address.word(SOURCE).as_deref() == Some(OWN)),
        address,
    };
    let view = {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        Remote::idle(move || {
            let (connection, table) = (connection.clone(), table.clone());
            let period = asked.period.get_untracked();
            let source = asked.own.get_untracked().then(|| OWN.to_owned());
            async move { api::monitoring::view(&connection, &table, period, source).await }
        })
    };
    // Asks at once, and again whenever the URL asks for something else.
    Effect::new(move |_| {
        asked.period.track();
        asked.own.track();
        view.reload();
    });
    OpenNumbers::provide();
    let inner = scope.clone();
    view! {
        <TableFrame scope>
            <div class="stack">
                <Bar scope=inner.clone() asked view />
                <DetailsFailure scope=inner.clone() />
                <Body scope=inner.clone() view address />
            </div>
        </TableFrame>
    }
}

fn words(period: Period) -> &'static str {
    match period {
        Period::Hour => "1 hour",
        Period::ThreeHours => "3 hours",
        Period::TwelveHours => "12 hours",
        Period::Day => "1 day",
        Period::Week => "7 days",
    }
}

#[component]
fn Bar(scope: TableScope, asked: Asked, view: Remote<MonitoringView>) -> impl IntoView {
    let address = asked.address;
    let periods = Period::ALL
        .into_iter()
        .map(|period| Choice::new(period.word(), words(period)))
        .collect();
    let change_period = move |word: String| {
        let word = Some(word).filter(|word| word != Period::default().word());
        address.write(&[(PERIOD, word)]);
    };
    let sources = scope.connection.capabilities.why_not(Feature::Metrics).is_none().then(|| {
        let choices = vec![Choice::new(CLOUDWATCH, "CloudWatch"), Choice::new(OWN, "Dynadesk's counters")];
        let value = Signal::derive(move || if asked.own.get() { OWN } else { CLOUDWATCH }.to_owned());
        let change = move |word: String| address.write(&[(SOURCE, Some(word).filter(|word| word == OWN))]);
        view! { <SegmentedControl label="Source" value choices on_change=change /> }
    });
    let exchange = Signal::derive(move || view.ready(|view| view.exchange.clone()).flatten());
    let request = sources
        .is_some()
        .then(|| view! { <RequestButton connection=scope.connection exchange /> });
    let period = Signal::derive(move || asked.period.get().word().to_owned());
    view! {
        <div class="monitoring-bar">
            <SegmentedControl label="Period" value=period choices=periods on_change=change_period />
            {sources}
            <span class="monitoring-buttons">
                <Button icon=IconName::Refresh busy=view.busy() on_press=move |()| view.refresh()>"Refresh"</Button>
                {request}
            </span>
        </div>
    }
}

#[component]
fn Body(scope: TableScope, view: Remote<MonitoringView>, address: Address) -> impl IntoView {
    let why_not = scope.connection.capabilities.why_not(Feature::Metrics).map(str::to_owned);
    // What somebody types into the estimate outlives a refresh, and so does the focus in it.
    let last = Memo::new(move |before: Option<&Option<MonitoringView>>| {
        let now = view.ready(MonitoringView::clone);
        now.or_else(|| before.cloned().flatten())
    });
    let is_ready = Memo::new(move |_| view.ready(|_| ()).is_some());
    let cost = move || {
        let scope = scope.clone();
        let first = is_ready.get().then(|| last.get_untracked()).flatten()?;
        let view = Signal::derive(move || last.get().unwrap_or_else(|| first.clone()));
        Some(view! { <CostPanel scope view address /> })
    };
    let charts = move || {
        view.with(|state| match state {
            Load::Loading => view! { <Skeleton lines=8 label="Loading the measurements" /> }.into_any(),
            Load::Failed(failure) => {
                let failure = failure.clone();
                let retry = Callback::new(move |()| view.reload());
                view! { <FailurePanel what="The measurements could not be read" failure retry busy=view.busy() /> }.into_any()
            }
            Load::Ready(ready) => view! {
                <About view=ready.clone() why_not=why_not.clone() />
                <Charts view=ready.clone() />
            }
            .into_any(),
        })
    };
    view! {
        {charts}
        {cost}
    }
}

/// Whose numbers these are, and what they leave out.
#[component]
fn About(view: MonitoringView, why_not: Option<String>) -> impl IntoView {
    let own = view.source == Source::Dynadesk;
    let whose = if own {
        "These are Dynadesk's own counters: what passed through this server.".to_owned()
    } else {
        format!("From {}.", view.place)
    };
    let why = why_not.filter(|_| own).map(|why| format!(" There is no CloudWatch here: {why}."));
    let since = view
        .since
        .map(|since| format!(" Counting since {}.", local(since * 1_000_000, Style::Full)));
    let notes: Vec<_> = view.notes.into_iter().map(|note| view! { <li>{note}</li> }).collect();
    view! {
        <Notice tone=Tone::Neutral>
            <p>{whose}{why}{since}</p>
            <ul class="monitoring-notes">{notes}</ul>
        </Notice>
    }
}
