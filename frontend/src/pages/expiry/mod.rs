//! Time to live of a table: whether it is on, whether the attribute holds what DynamoDB needs, and what
//! would expire when.

mod check;
mod preview;
mod sample;
mod status;
mod switching;

use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::expiry::ExpiryView;
use leptos::prelude::*;

use self::check::AttributeCheck;
use self::preview::Preview;
use self::sample::{Sample, Sampling};
use self::status::Status;
use crate::api;
use crate::components::table_page::DetailsFailure;
use crate::components::{FailurePanel, RequestButton, TableFrame, TableScope};
use crate::nav::{self, Section, with_query};
use crate::state::remote::{Load, Remote};
use crate::state::{Navigation, use_navigation};
use crate::ui::{Button, IconName, Notice, Skeleton, Tone};

/// What the page's parts share. Cheap to copy.
#[derive(Clone, Copy)]
struct Expiry {
    ttl: Remote<ExpiryView>,
    sample: RwSignal<Option<Sample>>,
    /// The attribute that is looked at, as it is typed.
    attribute: RwSignal<String>,
    /// Whether the operator named one, or took it out to name another: nothing is filled in from then on.
    chosen: StoredValue<bool>,
    scope: StoredValue<TableScope>,
    navigation: Navigation,
}

/// The word of the URL that names the attribute which the operator chose.
const ATTRIBUTE: &str = "attribute";

impl Expiry {
    /// Looks at another attribute. It stands in the URL, so that a change of two steps goes on after a
    /// reload with the attribute that it began for.
    fn choose(self, name: String) {
        let href = self
            .scope
            .with_value(|scope| nav::table(&scope.connection.name, &scope.table, Section::Expiry));
        let word = Some(name.clone()).filter(|name| !name.is_empty());
        self.navigation.replace(&with_query(&href, &[(ATTRIBUTE, word)]));
        self.chosen.set_value(true);
        self.attribute.set(name);
    }

    /// Looks at this one, where nothing else was looked at or chosen.
    fn propose(self, name: String) {
        if !self.chosen.get_value() && self.attribute.with_untracked(String::is_empty) {
            self.attribute.set(name);
        }
    }
}

#[component]
pub fn ExpiryPage(scope: TableScope) -> impl IntoView {
    let ttl = {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        Remote::idle(move || {
            let (connection, table) = (connection.clone(), table.clone());
            async move { api::expiry::describe(&connection, &table).await }
        })
    };
    let why_not = scope.connection.capabilities.why_not(Feature::Ttl).map(str::to_owned);
    if why_not.is_none() {
        ttl.reload();
    }
    let navigation = use_navigation();
    let chosen = untrack(|| navigation.query_value(ATTRIBUTE)).unwrap_or_default();
    let page = Expiry {
        ttl,
        sample: RwSignal::new(None),
        attribute: RwSignal::new(chosen),
        chosen: StoredValue::new(false),
        scope: StoredValue::new(scope.clone()),
        navigation,
    };
    // The attribute that is on is the one to look at, until another one is chosen.
    Effect::new(move |_| {
        let on = ttl.ready(|view| view.state.attribute.clone()).flatten();
        if let Some(name) = on {
            page.propose(name);
        }
    });
    let exchange = Signal::derive(move || ttl.ready(|view| view.exchange.clone()));
    let connection = scope.connection.clone();
    let actions = move || {
        view! {
            <RequestButton connection=connection.clone() exchange />
            <Button icon=IconName::Refresh busy=ttl.busy() on_press=move |()| ttl.reload()>"Refresh"</Button>
        }
    };
    let unable = StoredValue::new(why_not);
    view! {
        <TableFrame scope actions>
            <div class="expiry">
                <DetailsFailure scope=page.scope.get_value() />
                {move || {
                    unable
                        .get_value()
                        .map(|why| view! { <Notice tone=Tone::Warning>{format!("Time to live cannot be read or changed here: {why}")}</Notice> })
                }}
                <Show when=move || unable.with_value(Option::is_none)>
                    {move || match ttl.with(|state| matches!(state, Load::Loading)) {
                        true => view! { <Skeleton lines=3 label="Loading the time to live" /> }.into_any(),
                        false => {
                            ttl.failure()
                                .map(|failure| {
                                    let retry = Callback::new(move |()| ttl.reload());
                                    view! { <FailurePanel what="The time to live could not be read" failure retry /> }
                                })
                                .into_any()
                        }
                    }}
                </Show>
                <Status page unable=unable.get_value() />
                <Sampling page />
                <AttributeCheck page />
                <Preview page />
            </div>
        </TableFrame>
    }
}
