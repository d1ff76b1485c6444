//! The bar below the grid while rows are chosen.

use leptos::prelude::*;

use super::super::View;
use super::{copy_rows, delete, export};
use crate::components::TableScope;
use crate::format;
use crate::format::rows::RowForm;
use crate::grid::selection::Selection;
use crate::ui::{Button, ButtonVariant, IconName, Menu, MenuItem, ProgressBar};

#[component]
pub fn SelectionBar(view: View, scope: TableScope) -> impl IntoView {
    let chosen = view.chosen;
    chosen.let_go(view);
    let table = StoredValue::new(scope.table.clone());
    let why_not = StoredValue::new(scope.why_not_write());
    let shown = Memo::new(move |_| chosen.rows.with(|rows| !rows.is_empty()) || chosen.work.with(Option::is_some));
    let busy = Memo::new(move |_| chosen.work.with(Option::is_some));
    let count = move || {
        let count = chosen.rows.with(|rows| rows.count());
        format!("{} selected", format::counted(count as u64, "row", "rows"))
    };
    let copies = Signal::derive(move || {
        let copy = |form: RowForm| MenuItem::new(form.label(false), move || copy_rows(view, form));
        RowForm::ALL.map(copy).to_vec()
    });
    let exports = Signal::derive(move || {
        let export = |form: RowForm| {
            let run = move || table.with_value(|table| export::export_rows(view, form, table));
            MenuItem::new(form.label(true), run)
        };
        RowForm::ALL.map(export).to_vec()
    });
    let part = Signal::derive(move || {
        chosen
            .work
            .with(|work| work.as_ref().map(|work| work.done as f64 / work.of.max(1) as f64))
    });
    let progress = Signal::derive(move || {
        chosen.work.with(|work| match work {
            Some(work) => format!(
                "{} {} of {}",
                work.verb,
                format::count(work.done as u64),
                format::count(work.of as u64)
            ),
            None => String::new(),
        })
    });
    let actions = move || {
        view! {
            <span class="items-chosen-count num" role="status">{count}</span>
            <Menu label="Copy" icon=IconName::Copy items=copies />
            <Menu label="Export" icon=IconName::Download items=exports />
            <Button
                variant=ButtonVariant::Danger
                icon=IconName::Trash
                disabled=Signal::derive(move || why_not.get_value())
                on_press=move |()| delete::ask(view)
            >
                "Delete"
            </Button>
            <Button variant=ButtonVariant::Ghost on_press=move |()| chosen.rows.update(Selection::clear)>"Clear selection"</Button>
        }
    };
    view! {
        <Show when=move || shown.get()>
            <div class="items-chosen" role="group" aria-label="Selected rows">
                <Show when=move || busy.get() fallback=actions>
                    <span class="items-chosen-count num" role="status">{progress}</span>
                    <ProgressBar value=part label=progress />
                    <Button icon=IconName::Stop on_press=move |()| chosen.stop()>"Stop"</Button>
                </Show>
            </div>
        </Show>
    }
}
