//! A connection and whether its engine answers.

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::api;
use crate::format;
use crate::nav;
use crate::state::remote::{Load, Remote};
use crate::ui::{Badge, Icon, IconName, StatusDot, Tone};

#[component]
pub fn ConnectionCard(connection: ConnectionView) -> impl IntoView {
    let health = {
        let name = connection.name.clone();
        Remote::new(move || api::connections::health(name.clone()))
    };
    let state = move || {
        health.with(|health| match health {
            Load::Loading => (Tone::Neutral, "Asking the engine".to_owned(), None),
            Load::Failed(failure) => (Tone::Bad, "Not reachable".to_owned(), Some(failure.message())),
            Load::Ready(health) if health.reachable => (Tone::Good, format!("Answers in {}", format::millis(health.took_ms)), None),
            Load::Ready(health) => (Tone::Bad, "Not reachable".to_owned(), health.problem.clone()),
        })
    };
    let tone = Signal::derive(move || state().0);
    let label = Signal::derive(move || state().1);
    let problem = move || state().2.map(|text| view! { <p class="connection-problem">{text}</p> });
    view! {
        <article class="card connection-card" data-color=connection.color class:is-production=connection.production>
            <header>
                <span class="bar-swatch" aria-hidden="true"></span>
                <h2><a href=nav::tables(&connection.name)>{connection.label}</a></h2>
                {connection.is_default.then(|| view! { <Badge>"Opens first"</Badge> })}
            </header>
            <div class="row">
                {connection.production.then(|| view! { <strong class="bar-production">"PRODUCTION"</strong> })}
                {connection
                    .read_only
                    .then(|| view! { <span class="bar-read-only"><Icon name=IconName::Lock size=12 />"READ-ONLY"</span> })}
                <span class="muted">{connection.engine}</span>
                {connection.region.map(|region| view! { <Badge mono=true>{region}</Badge> })}
            </div>
            <p class="connection-place">
                <code>{connection.place}</code>
                {connection.endpoint_source.map(|source| view! { <span class="muted">{format!(" from {source}")}</span> })}
            </p>
            <StatusDot tone label />
            {problem}
        </article>
    }
}
