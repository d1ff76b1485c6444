//! Sends the request, shows the engine's answer, and waits until the table is active.

use std::time::Duration;

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::tables::{TableCreate, TableCreated};
use gloo_timers::future::sleep;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiFailure};
use crate::components::RequestPanel;
use crate::components::table_page::status_tone;
use crate::nav;
use crate::state::tables::use_tables;
use crate::state::{use_navigation, use_toasts};
use crate::ui::{LinkButton, StatusDot};

/// Where a creation is.
#[derive(Clone, Debug, PartialEq)]
pub enum Creation {
    Idle,
    Sending,
    Refused(ApiFailure),
    /// The engine took it; the status is the newest one.
    Taken(TableCreated),
}

/// Creates the table and opens it once it is active, unless the operator went elsewhere meanwhile.
pub fn create(connection: String, wanted: TableCreate, creation: RwSignal<Creation>) {
    let (navigation, toasts, shelf) = (use_navigation(), use_toasts(), use_tables().of(&connection));
    creation.set(Creation::Sending);
    spawn_local(async move {
        let mut created = match api::tables::create(&connection, &wanted).await {
            Ok(created) => created,
            Err(failure) => {
                creation.try_set(Creation::Refused(failure));
                return;
            }
        };
        let name = created.name.clone();
        let mut here = creation.try_set(Creation::Taken(created.clone())).is_none();
        while created.status != "ACTIVE" {
            sleep(Duration::from_millis(500)).await;
            match api::tables::describe(&connection, &name).await {
                Ok(view) => {
                    created.status.clone_from(&view.status);
                    shelf.put(&name, Ok(view));
                    here = creation.try_set(Creation::Taken(created.clone())).is_none();
                }
                Err(failure) => return toasts.failed(&format!("{name} was created but cannot be described"), &failure),
            }
        }
        shelf.refresh(&name);
        toasts.done(format!("{name} is active"));
        if here {
            navigation.go(&nav::overview(&connection, &name));
        }
    });
}

/// The engine's answer while the table becomes active.
#[component]
pub fn Answer(connection: ConnectionView, created: TableCreated) -> impl IntoView {
    let tone = status_tone(&created.status);
    let pulsing = created.status != "ACTIVE";
    view! {
        <section class="card stack" aria-label="The engine's answer">
            <div class="row" role="status">
                <StatusDot tone label=created.status.clone() pulsing />
                <span>{format!("The engine took {}. It opens here as soon as it is active.", created.name)}</span>
            </div>
            <div class="row">
                <LinkButton href=nav::overview(&connection.name, &created.name)>"Open it now"</LinkButton>
            </div>
            <RequestPanel connection exchange=created.exchange />
        </section>
    }
}
