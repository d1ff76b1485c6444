//! Says calmly that Dynadesk's own server is gone, and takes itself away when it is back.

use leptos::prelude::*;

use crate::api::reachability;
use crate::ui::{Icon, IconName};

#[component]
pub fn ServerBanner() -> impl IntoView {
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
