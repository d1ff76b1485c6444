//! A table for a few hundred rows at most: a head that stays in sight and can sort.

use leptos::prelude::*;

use super::icon::{Icon, IconName};

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The key of a column.
    pub by: &'static str,
    pub descending: bool,
}

/// The frame of a table: put a `<thead>` and a `<tbody>` into it.
#[component]
pub fn DataTable(
    /// What the table lists, read out.
    #[prop(into)]
    label: String,
    /// On a phone each row is a card: every cell a line of its own, after its `data-label`.
    #[prop(optional)]
    stacks: bool,
    children: Children,
) -> impl IntoView {
    view! {
        // A region that scrolls must be reachable by keyboard.
        <div class="ui-table-frame" class:is-stacking=stacks tabindex="0" role="region" aria-label=label.clone()>
            <table class="ui-table" aria-label=label.clone()>{children()}</table>
        </div>
    }
}

/// The head of a column that sorts; pressed again it turns around.
#[component]
pub fn SortHeader(
    #[prop(into)] label: String,
    /// The column's key in [`Sort`].
    by: &'static str,
    sort: RwSignal<Sort>,
    /// Aligns to the right, like its numbers.
    #[prop(optional)]
    numeric: bool,
) -> impl IntoView {
    let own = move || Some(sort.get()).filter(|sort| sort.by == by);
    let order = move || own().map(|sort| if sort.descending { "descending" } else { "ascending" });
    let press = move |_| {
        sort.update(|sort| {
            *sort = Sort {
                by,
                descending: sort.by == by && !sort.descending,
            };
        });
    };
    view! {
        <th scope="col" class:is-numeric=numeric aria-sort=order>
            <button type="button" class="ui-sort" class:is-on=move || own().is_some() on:click=press>
                {label}
                {move || {
                    let name = if own().is_some_and(|sort| sort.descending) { IconName::ArrowDown } else { IconName::ArrowUp };
                    view! { <Icon name size=12 /> }
                }}
            </button>
        </th>
    }
}
