//! What stands beside the grid: the open item, its editor, or a new item.

use leptos::prelude::*;

use super::View;
use super::editing::{patched, written};
use super::item_panel::{ItemPanel, WIDTH};
use super::opening::{close, step};
use crate::components::TableScope;
use crate::components::item_editor::{ItemEditor, Patches, Task};
use crate::state::storage;
use crate::ui::Skeleton;

#[component]
pub fn Beside(view: View, scope: TableScope) -> impl IntoView {
    let width = RwSignal::new(storage::read(WIDTH).unwrap_or(480.0));
    Effect::new(move |_| storage::write(WIDTH, &width.get()));
    let tab = RwSignal::new("tree".to_owned());
    let scope = StoredValue::new(scope);
    let details = scope.with_value(|scope| scope.details);
    // The editor needs the key of the table; it is asked for once.
    let known = Memo::new(move |_| details.ready(|_| ()).is_some());
    // Made here and not by the editor: an undo comes when the editor is gone.
    let on_patch = Callback::new(move |patches: Patches| patched(view, &patches));
    let on_written = Callback::new(move |patches: Patches| written(view, patches));
    move || {
        if let Some(item) = view.adding.get() {
            return match known.get() {
                true => view! {
                    <ItemEditor
                        scope=scope.get_value()
                        task=Task::Add(item)
                        width
                        dirty=view.dirty
                        on_patch
                        on_written
                        on_close=move |()| close(view)
                    />
                }
                .into_any(),
                false => view! { <Skeleton lines=4 label="Loading the table" /> }.into_any(),
            };
        }
        match view.opened.get() {
            Some(opened) => view! {
                <ItemPanel
                    view
                    scope=scope.get_value()
                    opened
                    width
                    tab
                    known
                    on_patch
                    on_written
                    on_close=move |()| close(view)
                    on_step=move |by| step(view, by)
                />
            }
            .into_any(),
            None => ().into_any(),
        }
    }
}
