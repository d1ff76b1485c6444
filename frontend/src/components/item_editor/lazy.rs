//! The editor in a file of its own: who only reads items never fetches it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{EditorPanel, Patches, Task};
use crate::components::TableScope;
use crate::split::{self, NotLoaded, chunk};
use crate::ui::focus::Since;
use crate::ui::{SidePanel, Skeleton};

/// Where the editor opens.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The panel's, in pixels.
    pub width: RwSignal<f64>,
    /// Who had the focus when the editor was asked for.
    pub since: StoredValue<Since, LocalStorage>,
}

chunk!(editor, fetch_editor, editor(
    scope: TableScope,
    task: Task,
    place: Place,
    dirty: RwSignal<bool>,
    on_patch: Callback<Patches>,
    on_written: Callback<Patches>,
    on_close: Callback<()>,
) {
    view! { <EditorPanel scope task place dirty on_patch on_written on_close /> }
});

/// Fetches the editor while the operator still reads.
pub fn fetch_ahead() {
    spawn_local(async {
        // A file that does not come is told of when the editor is opened.
        let _ = fetch_editor().await;
    });
}

#[component]
pub fn ItemEditor(
    scope: TableScope,
    task: Task,
    /// The panel's, in pixels.
    width: RwSignal<f64>,
    /// Set while something would be lost.
    dirty: RwSignal<bool>,
    on_patch: Callback<Patches>,
    /// What was written, before the editor goes.
    on_written: Callback<Patches>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let place = Place {
        width,
        since: StoredValue::new_local(Since::now()),
    };
    split::view(
        fetch_editor,
        move || editor(scope.clone(), task.clone(), place, dirty, on_patch, on_written, on_close),
        move || {
            view! { <SidePanel title="Edit item" on_close width><Skeleton lines=8 label="Loading the editor" /></SidePanel> }.into_any()
        },
        move |retry| {
            view! {
                <SidePanel title="Edit item" on_close width>
                    <NotLoaded title="The editor could not be loaded" retry />
                </SidePanel>
            }
            .into_any()
        },
    )
}
