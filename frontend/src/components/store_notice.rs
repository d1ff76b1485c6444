//! Says calmly what is off while Dynadesk's own store does not answer.

use leptos::prelude::*;

use crate::state::store;
use crate::ui::{Button, Icon, IconName};

#[component]
pub fn StoreNotice() -> impl IntoView {
    move || {
        store::why_off().map(|why| {
            view! {
                <div class="store-notice" role="status">
                    <Icon name=IconName::Database />
                    <p>{why}</p>
                    <Button small=true on_press=move |()| store::ask()>"Try again"</Button>
                </div>
            }
        })
    }
}
