//! What the lists of what happened have in common: a list, newest first, with what is opened of it beside it.

use leptos::prelude::*;

use super::When;
use crate::format::time::{Style, when};
use crate::state::Pager;
use crate::ui::Button;

/// When it happened; shorter on a phone.
#[component]
pub fn Moment(#[prop(into)] at: String) -> impl IntoView {
    view! {
        <span class="log-when-full">{when(&at, Style::Full)}</span>
        <span class="log-when-brief"><When at style=Style::Brief /></span>
    }
}

/// The way to older rows, where there are some.
#[component]
pub fn Older<T: Send + Sync + 'static>(pager: Pager<T>) -> impl IntoView {
    move || {
        pager.next.with(Option::is_some).then(|| {
            view! {
                <div class="log-more">
                    <Button busy=pager.busy on_press=move |()| pager.more()>"Show older"</Button>
                </div>
            }
        })
    }
}
