//! Says calmly that Dynadesk's own server is gone, and takes itself away when it is back.

use leptos::prelude::*;

use crate::api::reachability;
use crate::state::use_connections;
use crate::ui::{Icon, IconName};

#[component]
pub fn ServerBanner() -> impl IntoView {
    let connections = use_connections();
    Effect::new(move |before: Option<bool>| {
        let reachable = reachability::is_reachable();
        if reachable && before == Some(false) && connections.list.failure().is_some() {
            connections.list.reload();
        }
        reachable
    });
    move || {
        (!reachability::is_reachable()).then(|| {
            view! {
                <div class="server-banner" role="status">
                    <Icon name=IconName::Plug />
                    <p>
                        <strong>"Cannot reach Dynadesk's server."</strong>
                        " What you see stays as it is. The console asks again every few seconds and goes on by itself."
                    </p>
                </div>
            }
        })
    }
}
