//! The relay of a table: on or off, what it does, how far it is in each shard, what it set aside.

mod aside;
mod shards;
mod switch;

use std::time::Duration;

use dynadesk_shared::api::relay::RelayView;
use leptos::prelude::*;

use self::aside::Asides;
use self::shards::Shards;
use self::switch::SwitchCard;
use crate::api;
use crate::components::{FailurePanel, TableFrame, TableScope, When};
use crate::format::time::Style;
use crate::state::commands::{Command, use_commands};
use crate::state::{Load, Remote};
use crate::ui::{Button, IconName, Notice, Skeleton, Tone};

/// How often it is looked at again.
const AGAIN: Duration = Duration::from_secs(2);

#[component]
pub fn RelayPage(scope: TableScope) -> impl IntoView {
    let relay: Remote<RelayView> = {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        Remote::new(move || {
            let (connection, table) = (connection.clone(), table.clone());
            async move { api::relay::view(&connection, &table).await }
        })
    };
    if let Ok(timer) = set_interval_with_handle(move || relay.poll(), AGAIN) {
        on_cleanup(move || timer.clear());
    }
    use_commands().register(vec![Command::new(
        scope.table.clone(),
        "Look at the relay again",
        IconName::Refresh,
        move || relay.refresh(),
    )]);
    let scope = StoredValue::new(scope);
    let actions = move || view! { <Button icon=IconName::Refresh on_press=move |()| relay.refresh()>"Refresh"</Button> };
    let loading = Memo::new(move |_| relay.with(|state| matches!(state, Load::Loading)));
    let ready = relay.known();
    let error = Memo::new(move |_| relay.ready(|view| view.error.clone()).flatten());
    view! {
        <TableFrame scope=scope.get_value() actions>
            {move || loading.get().then(|| view! { <Skeleton lines=6 label="Loading the relay" /> })}
            {move || {
                relay
                    .failure()
                    .map(|failure| {
                        let retry = Callback::new(move |()| relay.reload());
                        view! { <FailurePanel what="The relay could not be looked at" failure retry /> }
                    })
            }}
            {move || {
                ready
                    .get()
                    .then(|| {
                        view! {
                            <div class="relay">
                                <SwitchCard scope=scope.get_value() relay />
                                {move || {
                                    error
                                        .get()
                                        .map(|error| {
                                            view! {
                                                <Notice tone=Tone::Warning>
                                                    <strong>"Last trouble on this server, "<When at=error.at style=Style::Short /></strong>
                                                    <br />
                                                    {error.message}
                                                </Notice>
                                            }
                                        })
                                }}
                                <Shards relay />
                                <Asides scope=scope.get_value() relay />
                            </div>
                        }
                    })
            }}
        </TableFrame>
    }
}
