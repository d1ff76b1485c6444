//! Where the application's users are, in PostgreSQL and in Cognito, and whether both answer.

use dynadesk_shared::api::connections::ConnectionHealth;
use dynadesk_shared::api::identity::{IdentityHealth, IdentityView};
use leptos::prelude::*;

use crate::api;
use crate::format;
use crate::nav;
use crate::state::remote::{Load, Remote};
use crate::ui::{IconButton, IconName, StatusDot, Tone};

/// The same as it is asked for by itself; nothing where no users are configured.
#[component]
pub fn ConfiguredUsers() -> impl IntoView {
    let remote = Remote::new(api::identity::view);
    // Where it cannot be read, the page of the users says so.
    let view = Memo::new(move |_| {
        remote
            .ready(Clone::clone)
            .filter(|view| view.database.is_some() || view.pool.is_some())
    });
    move || {
        view.get().map(|view| {
            view! {
                <section class="identity-configured" aria-label="Users">
                    <h2><a href=nav::people()>"Users"</a></h2>
                    <HealthCards view />
                </section>
            }
        })
    }
}

#[component]
pub fn HealthCards(view: IdentityView) -> impl IntoView {
    let remote = Remote::new(api::identity::health);
    let card = move |title: &'static str, place: String, more: String, pick: fn(&IdentityHealth) -> Option<&ConnectionHealth>| {
        let state = move || {
            remote.with(|health| match health {
                Load::Loading => (Tone::Neutral, "Asking".to_owned(), None),
                Load::Failed(failure) => (Tone::Bad, "Not known".to_owned(), Some(failure.message())),
                Load::Ready(health) => match pick(health) {
                    Some(one) if one.reachable => (Tone::Good, format!("Answers in {}", format::millis(one.took_ms)), None),
                    Some(one) => (Tone::Bad, "Does not answer as it should".to_owned(), one.problem.clone()),
                    None => (Tone::Neutral, "Not configured".to_owned(), None),
                },
            })
        };
        let tone = Signal::derive(move || state().0);
        let label = Signal::derive(move || state().1);
        view! {
            <section class="card identity-card" aria-label=title>
                <header>
                    <h2>{title}</h2>
                    <StatusDot tone label />
                    <IconButton icon=IconName::Refresh label=format!("Ask {title} again") on_press=move |()| remote.refresh() />
                </header>
                <p class="identity-place"><code>{place}</code></p>
                <p class="muted">{more}</p>
                {move || state().2.map(|text| view! { <p class="connection-problem">{text}</p> })}
            </section>
        }
    };
    let database = view.database.map(|database| {
        let more = format!("table {}, sslmode {}", database.table, database.sslmode);
        card("PostgreSQL", database.place, more, |health| health.database.as_ref())
    });
    let pool = view.pool.map(|pool| {
        let source = pool.endpoint_source.map(|by| format!(" (set by {by})")).unwrap_or_default();
        let more = format!("{}{source}", pool.endpoint);
        card("Cognito", pool.id, more, |health| health.pool.as_ref())
    });
    view! { <div class="identity-cards">{database} {pool}</div> }
}
