//! All saved queries of a connection: to open, rename and delete.

use dynadesk_shared::api::history::SavedView;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Shelf;
use super::name::Naming;
use super::run::run_title;
use crate::api;
use crate::components::FailurePanel;
use crate::state::{Load, store};
use crate::ui::{ConfirmDialog, Dialog, DialogWidth, EmptyState, IconButton, IconName, Skeleton};

#[component]
pub fn ManageDialog(shelf: Shelf, open: RwSignal<bool>, naming: RwSignal<Option<Naming>>) -> impl IntoView {
    let doomed = RwSignal::new(None::<SavedView>);
    Effect::new(move |_| {
        if open.get() {
            shelf.saved.refresh();
        }
    });
    let row = move |saved: SavedView| {
        let (own, chosen, kept) = (saved.run.clone(), saved.clone(), saved.clone());
        view! {
            <li class="saved-row">
                <button
                    type="button"
                    class="saved-open"
                    on:click=move |_| {
                        open.set(false);
                        shelf.open.run(own.clone());
                    }
                >
                    <strong>{saved.name.clone()}</strong>
                    <span class="saved-run">{run_title(&saved.run)}</span>
                </button>
                <IconButton
                    icon=IconName::Edit
                    label=format!("Rename {}", saved.name)
                    on_press=move |()| naming.set(Some(Naming::again(&kept.id, &kept.name, kept.run.clone())))
                />
                <IconButton icon=IconName::Trash label=format!("Delete {}", saved.name) on_press=move |()| doomed.set(Some(chosen.clone())) />
            </li>
        }
    };
    let list = move || {
        shelf.saved.with(|saved| match saved {
            Load::Loading => view! { <Skeleton lines=4 label="Loading the saved queries" /> }.into_any(),
            Load::Failed(failure) => {
                let retry = Callback::new(move |()| shelf.saved.reload());
                view! { <FailurePanel what="The saved queries could not be read" failure=failure.clone() retry /> }.into_any()
            }
            Load::Ready(all) if all.is_empty() => view! {
                <EmptyState
                    icon=IconName::Star
                    title="No saved queries yet"
                    text="Run a query or a statement, then save it here under a name: everybody who uses this connection finds it."
                />
            }
            .into_any(),
            Load::Ready(all) => view! { <ul class="saved-list">{all.iter().cloned().map(row).collect_view()}</ul> }.into_any(),
        })
    };
    view! {
        <Dialog open title="Saved queries".to_owned() width=DialogWidth::Wide>{list}</Dialog>
        {move || doomed.get().map(|saved| view! { <DeleteDialog shelf saved doomed /> })}
    }
}

#[component]
fn DeleteDialog(shelf: Shelf, saved: SavedView, doomed: RwSignal<Option<SavedView>>) -> impl IntoView {
    let open = RwSignal::new(true);
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let own = saved.id.clone();
    Effect::new(move |_| {
        if !open.get() {
            // After the dialog has given the focus back, and not where it is the next one's turn by then.
            let id = own.clone();
            request_animation_frame(move || {
                doomed.try_update(|doomed| {
                    doomed.take_if(|doomed| doomed.id == id);
                });
            });
        }
    });
    let title = format!("Delete the saved query {}?", saved.name);
    let confirm = move |()| {
        let (connection, id) = (shelf.connection.get_value(), saved.id.clone());
        busy.set(true);
        spawn_local(async move {
            let answer = api::history::delete_saved(&connection, &id).await;
            busy.try_set(false);
            match answer {
                Err(failure) if failure.code() != "saved_not_found" => {
                    store::heard(&failure);
                    problem.try_set(Some(failure.message()));
                }
                // Gone is what was wanted.
                _ => {
                    open.try_set(false);
                    shelf.saved.refresh();
                }
            }
        });
    };
    view! {
        <ConfirmDialog
            open
            title
            message="It goes for everybody who uses this connection. What it asks for stays as it is.".to_owned()
            confirm="Delete"
            busy
            problem
            on_confirm=confirm
        />
    }
}
