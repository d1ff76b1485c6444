//! What is asked, in words, and the way to change it; columns, count and "Load all".

use leptos::prelude::*;

use super::expiring::HideExpired;
use super::query::Asked;
use super::scan::Phase;
use super::words;
use super::{View, run};
use crate::ui::{Button, IconName};

#[component]
pub fn Toolbar(view: View) -> impl IntoView {
    let asked = view.asked;
    let open = view.builder_open;
    let words = move || asked.with(words::of);
    let counting = Memo::new(move |_| asked.with(|asked| asked.count));
    let count = move || {
        run(
            view,
            Asked {
                count: true,
                ..asked.get_untracked()
            },
        );
    };
    view! {
        <div class="items-bar" role="group" aria-label="What is read">
            <Button small=true icon=IconName::Search on_press=move |()| open.update(|open| *open = !*open)>
                {move || if open.get() { "Hide query" } else { "Query" }}
            </Button>
            <span class="items-bar-words" title=words>{words}</span>
            <span class="items-bar-gap"></span>
            <HideExpired view />
            <Button
                small=true
                icon=IconName::Sort
                disabled=Signal::derive(move || counting.get().then(|| "It is a count already".to_owned()))
                on_press=move |()| count()
            >
                "Count"
            </Button>
            <Button small=true icon=IconName::Columns on_press=move |()| view.columns_open.set(true)>"Columns"</Button>
            <Button
                small=true
                icon=IconName::Download
                busy=Signal::derive(move || view.scan.phase.get() == Phase::LoadingAll)
                disabled=Signal::derive(move || view.scan.ended.get().then(|| "Everything was read already".to_owned()))
                on_press=move |()| view.load_all_open.set(true)
            >
                "Load all"
            </Button>
        </div>
    }
}
