//! Where the console opens: the connections, or the tables of the only one.

mod connection_card;

use dynadesk_shared::api::connections::ConnectionView;
use leptos::prelude::*;

use crate::components::identity_health::ConfiguredUsers;
use crate::components::{FailurePanel, Page};
use crate::nav;
use crate::state::remote::Load;
use crate::state::{use_connections, use_navigation};
use crate::ui::{EmptyState, IconName, Skeleton};
use connection_card::ConnectionCard;

#[component]
pub fn HomePage() -> impl IntoView {
    let (connections, navigation) = (use_connections(), use_navigation());
    Effect::new(move |_| {
        let only = connections.list.ready(|list| match list.connections.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        });
        if let Some(name) = only.flatten() {
            navigation.replace(&nav::tables(&name));
        }
    });
    view! {
        <Page title="Connections">
            {move || {
                connections
                    .list
                    .with(|list| match list {
                        Load::Loading => view! { <Skeleton lines=6 label="Loading the connections" /> }.into_any(),
                        Load::Ready(list) => cards(&list.connections),
                        Load::Failed(failure) => {
                            let retry = Callback::new(move |()| connections.list.reload());
                            view! { <FailurePanel what="The connections could not be read" failure=failure.clone() retry /> }
                                .into_any()
                        }
                    })
            }}
            <ConfiguredUsers />
        </Page>
    }
}

fn cards(all: &[ConnectionView]) -> AnyView {
    if all.is_empty() {
        return view! {
            <EmptyState
                icon=IconName::Lock
                title="You may not see any connection"
                text="You are signed in, and nothing was given to you here. Ask whoever runs Dynadesk for a role."
            />
        }
        .into_any();
    }
    let card = |connection: &ConnectionView| {
        let connection = connection.clone();
        view! { <li><ConnectionCard connection /></li> }
    };
    view! { <ul class="connection-cards">{all.iter().map(card).collect_view()}</ul> }.into_any()
}
