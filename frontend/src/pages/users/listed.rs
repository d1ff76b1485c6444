//! A list of users as far as it was read: its rows and the way to more of them, or why there are none.

use leptos::prelude::*;

use super::people::People;
use crate::components::FailurePanel;
use crate::ui::{Button, Skeleton};

#[component]
pub fn Listed(
    people: People,
    /// What failed where it could not be read: `The users could not be read`.
    what: &'static str,
    /// What is read out while it is read.
    loading: &'static str,
    #[prop(default = 8)] lines: usize,
    /// What stands here when nobody is in it.
    #[prop(into)]
    nobody: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    // A page that is added must not build the whole table anew.
    let is_empty = Memo::new(move |_| people.rows.with(|rows| rows.as_ref().map(Vec::is_empty)));
    view! {
        {move || {
            people
                .failure
                .get()
                .map(|failure| {
                    let retry = Callback::new(move |()| people.reload());
                    view! { <FailurePanel what failure retry busy=people.busy /> }
                })
        }}
        {move || match is_empty.get() {
            None if people.failure.with(Option::is_some) => ().into_any(),
            None => view! { <Skeleton lines label=loading /> }.into_any(),
            Some(true) => nobody.run(),
            Some(false) => children(),
        }}
        <Show when=move || people.next.with(Option::is_some)>
            <div class="users-more">
                <Button busy=people.busy on_press=move |()| people.more()>"Show more"</Button>
            </div>
        </Show>
    }
}
