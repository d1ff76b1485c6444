//! What is read, and how: filter, index, page size, consistency; columns and "Load all".

use dynadesk_shared::api::tables::IndexKind;
use leptos::prelude::*;

use super::conditions;
use super::query::{Asked, PAGE_SIZES};
use super::scan::Phase;
use super::{View, ask};
use crate::components::TableScope;
use crate::format;
use crate::ui::{Button, Checkbox, Choice, IconName, Select};

#[component]
pub fn Toolbar(view: View, scope: TableScope) -> impl IntoView {
    let details = scope.details;
    let asked = view.asked;
    let indexes = Signal::derive(move || {
        let mut choices = vec![Choice::new("", "Table")];
        details.ready(|table| {
            choices.extend(table.indexes.iter().map(|index| {
                let kind = if index.kind == IndexKind::Gsi { "GSI" } else { "LSI" };
                Choice::new(&index.name, format!("{kind} {}", index.name))
            }));
        });
        choices
    });
    // A global index is never read consistently; DynamoDB refuses to.
    let on_gsi = Memo::new(move |_| {
        let Some(name) = asked.with(|asked| asked.index.clone()) else {
            return false;
        };
        details
            .ready(|table| table.indexes.iter().any(|index| index.name == name && index.kind == IndexKind::Gsi))
            .unwrap_or(false)
    });
    let sizes: Vec<Choice> = PAGE_SIZES
        .iter()
        .map(|size| Choice::new(size.to_string(), format!("{} a page", format::count(u64::from(*size)))))
        .collect();
    let filter_label = move || match asked.with(|asked| asked.filter.as_ref().map_or(0, conditions::count)) {
        0 => "Filter".to_owned(),
        count => format!("Filter · {count}"),
    };
    let filter_open = view.filter_open;
    view! {
        <div class="items-bar" role="group" aria-label="What is read">
            <Button small=true icon=IconName::Filter on_press=move |()| filter_open.update(|open| *open = !*open)>{filter_label}</Button>
            <Select
                value=Signal::derive(move || asked.with(|asked| asked.index.clone().unwrap_or_default()))
                on_change=move |name: String| {
                    let index = (!name.is_empty()).then_some(name);
                    ask(view, Asked { index, consistent: false, ..asked.get_untracked() });
                }
                choices=indexes
                label="Read from"
            />
            <Select
                value=Signal::derive(move || asked.with(|asked| asked.limit.to_string()))
                on_change=move |size: String| {
                    if let Ok(limit) = size.parse() {
                        ask(view, Asked { limit, ..asked.get_untracked() });
                    }
                }
                choices=sizes
                label="Page size"
            />
            <Checkbox
                checked=Signal::derive(move || asked.with(|asked| asked.consistent))
                on_change=move |consistent| ask(view, Asked { consistent, ..asked.get_untracked() })
                label="Consistent"
                disabled=Signal::derive(move || on_gsi.get().then(|| "A global index is always read eventually consistent".to_owned()))
            />
            <span class="items-bar-gap"></span>
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
