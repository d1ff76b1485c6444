//! What a change changes, line by line.

use dynadesk_shared::settings::{self, Line};
use leptos::prelude::*;

use super::draft::Draft;

#[component]
pub fn Difference(draft: Draft) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let change = draft.change.get();
        draft.seen.with_value(|seen| settings::diff(seen, &change))
    });
    move || {
        let lines = lines.get();
        if lines.is_empty() {
            return view! { <p class="muted">"Nothing differs yet."</p> }.into_any();
        }
        view! { <ul class="settings-diff" aria-label="What changes">{lines.into_iter().map(line).collect_view()}</ul> }.into_any()
    }
}

fn line(line: Line) -> impl IntoView {
    let side = |text: Option<String>, gone: bool| {
        text.map(|text| {
            let tabindex = (text.len() > 400 || text.lines().count() > 10).then_some("0");
            view! {
                <div class="settings-diff-side" class:is-before=gone>
                    <span aria-hidden="true">{if gone { "−" } else { "+" }}</span>
                    <span class="ui-hidden">{if gone { "before: " } else { "after: " }}</span>
                    <span class="settings-diff-value" tabindex=tabindex>{if text.is_empty() { "(empty)".to_owned() } else { text }}</span>
                </div>
            }
        })
    };
    view! {
        <li>
            <span class="settings-diff-what">{line.what}</span>
            {side(line.before, true)}
            {side(line.after, false)}
        </li>
    }
}
