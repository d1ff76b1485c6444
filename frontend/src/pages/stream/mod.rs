//! A table's stream: turned on here, and then every change of an item as it happens.

mod bar;
mod detail;
mod feed;
mod list;
mod off;
mod place;
mod shards;
mod switch;

use dynadesk_shared::api::connections::Feature;
use leptos::prelude::*;

use self::bar::Bar;
use self::detail::Detail;
use self::feed::Feed;
use self::list::List;
use self::off::Off;
use self::place::Place;
use self::shards::Shards;
use self::switch::TurnOff;
use crate::components::table_page::DetailsFailure;
use crate::components::{TableFrame, TableScope};
use crate::state::use_navigation;
use crate::ui::{EmptyState, IconName, Skeleton};

#[component]
pub fn StreamPage(scope: TableScope) -> impl IntoView {
    let inner = scope.clone();
    view! { <TableFrame scope fill=true>{body(inner.clone())}</TableFrame> }
}

fn body(scope: TableScope) -> AnyView {
    if let Some(why) = scope.connection.capabilities.why_not(Feature::Streams) {
        return view! { <EmptyState icon=IconName::Stream title="No streams here" text=why.to_owned() /> }.into_any();
    }
    let details = scope.details;
    // What the table says anew must not build the list anew, unless its stream is another one.
    let stream = Memo::new(move |_| details.ready(|view| view.stream_arn.clone()));
    (move || match stream.get() {
        None => view! {
            <DetailsFailure scope=scope.clone() />
            <Skeleton lines=6 label="Loading the table" />
        }
        .into_any(),
        Some(None) => view! { <Off scope=scope.clone() /> }.into_any(),
        Some(Some(_)) => view! { <Live scope=scope.clone() /> }.into_any(),
    })
    .into_any()
}

/// The watch of a stream that is on.
#[component]
fn Live(scope: TableScope) -> impl IntoView {
    let navigation = use_navigation();
    let place = Memo::new(move |_| navigation.query().with(|query| Place::read(query)));
    let start = Memo::new(move |_| place.with(|place| place.start));
    let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
    let feed = Feed::new();
    let opened = RwSignal::new(None::<u64>);
    {
        let (connection, table) = (connection.clone(), table.clone());
        Effect::new(move |_| {
            opened.set(None);
            feed.begin(&connection, &table, start.get());
        });
    }
    let go = Callback::new(move |place: Place| navigation.replace(&place.href(&connection, &table)));
    let details = scope.details;
    let partition_key = Memo::new(move |_| {
        let name = details.ready(|view| view.key.partition.first().map(|key| key.name.clone()));
        name.flatten().unwrap_or_default()
    });
    let panel = {
        let scope = scope.clone();
        move || {
            let number = opened.get()?;
            let record = feed.kept.with_untracked(|kept| {
                kept.records
                    .iter()
                    .find(|(own, _)| *own == number)
                    .map(|(_, record)| record.clone())
            })?;
            let close = move |()| {
                opened.set(None);
                list::focus(number);
            };
            Some(view! { <Detail scope=scope.clone() record partition_key on_close=close /> })
        }
    };
    view! {
        <div class="page-panes">
            <div class="page-column stream-main">
                <Bar feed place go partition_key />
                <List feed place partition_key opened />
                <div class="stream-foot">
                    <Shards feed />
                    <TurnOff scope />
                </div>
            </div>
            {panel}
        </div>
    }
}
