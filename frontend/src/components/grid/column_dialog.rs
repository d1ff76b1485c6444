//! Which columns are shown, and in which order: by search, checkbox and arrow buttons.

use leptos::prelude::*;

use crate::format;
use crate::grid::columns::{Column, Columns};
use crate::ui::{Badge, Button, ButtonVariant, Checkbox, Dialog, IconButton, IconName, TextInput};

/// More rows than this make a slow dialog; the search finds the rest.
const MOST: usize = 200;

#[component]
pub fn ColumnDialog(open: RwSignal<bool>, columns: RwSignal<Columns>) -> impl IntoView {
    let search = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = search.get().to_lowercase();
        columns.with(|columns| {
            let matches = |column: &&Column| column.name.to_lowercase().contains(&wanted);
            columns
                .all()
                .iter()
                .filter(matches)
                .map(|column| column.name.clone())
                .collect::<Vec<_>>()
        })
    });
    let show_found = move |shown: bool| {
        columns.update(|columns| {
            for name in found.get_untracked() {
                columns.show(&name, shown);
            }
        });
    };
    let summary = move || {
        columns.with(|columns| {
            let shown = columns.all().iter().filter(|column| !column.hidden).count();
            let left_out = match columns.left_out {
                0 => String::new(),
                more => format!(" {} more attributes found no column.", format::count(more as u64)),
            };
            format!(
                "{} of {} shown.{left_out}",
                format::count(shown as u64),
                format::count(columns.all().len() as u64)
            )
        })
    };
    let more = move || found.with(Vec::len).saturating_sub(MOST);
    view! {
        <Dialog open title="Columns">
            <div class="column-dialog">
                <TextInput
                    value=search
                    on_input=move |text| search.set(text)
                    label="Search columns"
                    placeholder="Search columns"
                    icon=IconName::Search
                    autofocus=true
                />
                <div class="column-dialog-bar">
                    <span class="muted" role="status">{summary}</span>
                    <Button small=true variant=ButtonVariant::Ghost on_press=move |()| show_found(true)>"Show all"</Button>
                    <Button small=true variant=ButtonVariant::Ghost on_press=move |()| show_found(false)>"Hide all"</Button>
                    <Button small=true variant=ButtonVariant::Ghost on_press=move |()| columns.update(Columns::forget)>"Reset"</Button>
                </div>
                <ul class="column-dialog-list">
                    <For each=move || found.get().into_iter().take(MOST) key=|name| name.clone() let:name>
                        <ColumnEntry columns name />
                    </For>
                </ul>
                {move || {
                    (more() > 0).then(|| view! { <p class="muted">{format!("and {} more: search to find them", more())}</p> })
                }}
            </div>
        </Dialog>
    }
}

#[component]
fn ColumnEntry(columns: RwSignal<Columns>, name: String) -> impl IntoView {
    let own = name.clone();
    let column = Memo::new(move |_| columns.with(|columns| columns.named(&own).map(|column| (column.hidden, column.pinned, column.kind))));
    let hidden = move || column.get().is_some_and(|column| column.0);
    let pinned = move || column.get().is_some_and(|column| column.1);
    let name = StoredValue::new(name);
    let shift = move |by| columns.update(|columns| columns.shift(&name.get_value(), by));
    view! {
        <li class="column-entry">
            <Checkbox
                checked=Signal::derive(move || !hidden())
                on_change=move |shown| columns.update(|columns| columns.show(&name.get_value(), shown))
                label=name.get_value()
                disabled=Signal::derive(move || pinned().then(|| "Key attributes are always shown".to_owned()))
            />
            {move || {
                column.get().filter(|column| !column.2.is_empty()).map(|column| view! { <Badge mono=true>{column.2}</Badge> })
            }}
            <IconButton icon=IconName::ArrowUp label=format!("Move {} left", name.get_value()) on_press=move |()| shift(-1) />
            <IconButton icon=IconName::ArrowDown label=format!("Move {} right", name.get_value()) on_press=move |()| shift(1) />
        </li>
    }
}
