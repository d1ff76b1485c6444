//! One write: its facts, the way back, and what it changed, attribute by attribute.

use dynadesk_shared::api::connections::ConnectionView;
use dynadesk_shared::api::history::{WriteState, WriteView};
use leptos::prelude::*;

use super::facts::Facts;
use super::undo::UndoSection;
use super::words;
use crate::api;
use crate::components::FailurePanel;
use crate::components::item_diff::ItemDiff;
use crate::state::remote::{Load, Remote};
use crate::state::storage;
use crate::ui::{EmptyState, IconName, Notice, SidePanel, Skeleton, Tone};

const WIDTH: &str = "history-panel-width";

#[component]
pub fn WritePanel(
    connection: ConnectionView,
    /// The write's id.
    write: String,
    /// To the other writes of its request.
    #[prop(into)]
    back: Signal<Option<String>>,
    #[prop(into)] on_close: Callback<()>,
    /// Something was written: the list has a new row.
    #[prop(into)]
    on_change: Callback<()>,
) -> impl IntoView {
    let width = RwSignal::new(storage::read(WIDTH).unwrap_or(480.0));
    Effect::new(move |_| storage::write(WIDTH, &width.get()));
    let remote = {
        let connection = connection.name.clone();
        Remote::new(move || {
            let (connection, write) = (connection.clone(), write.clone());
            async move { api::history::write(&connection, &write).await }
        })
    };
    let title = Signal::derive(move || {
        let title = remote.ready(|view| format!("{} · {}", words::kind(view.summary.kind), view.summary.key));
        title.unwrap_or_else(|| "Write".to_owned())
    });
    let done = move |()| {
        remote.refresh();
        on_change.try_run(());
    };
    let connection = StoredValue::new(connection);
    // Read again after an undo, the same answer must not build the section that tells of it anew.
    let state = Memo::new(move |_| remote.with(Clone::clone));
    view! {
        <SidePanel title on_close width>
            {move || back.get().map(|href| view! { <p><a href=href>"All writes of this request"</a></p> })}
            {move || match state.get() {
                Load::Loading => view! { <Skeleton lines=8 label="Loading the write" /> }.into_any(),
                Load::Failed(failure) if failure.is_not_found() => {
                    view! { <EmptyState icon=IconName::Clock title="No longer kept" text="Writes are listed for 7 days, and this one is gone." /> }
                        .into_any()
                }
                Load::Failed(failure) => {
                    let retry = Callback::new(move |()| remote.reload());
                    view! { <FailurePanel what="The write could not be read" failure retry /> }.into_any()
                }
                Load::Ready(view) => content(connection.get_value(), view, done),
            }}
        </SidePanel>
    }
}

fn content(connection: ConnectionView, view: WriteView, done: impl Fn(()) + Copy + Send + Sync + 'static) -> AnyView {
    let summary = view.summary.clone();
    let state = summary.state;
    let (before, after) = (view.before.clone().unwrap_or_default(), view.after.clone().unwrap_or_default());
    view! {
        <div class="history-write">
            <Facts
                connection=connection.name.clone()
                table=summary.table
                at=summary.at
                operator=summary.operator
                state
                own=("Key", summary.key.to_string())
                expires_at=summary.expires_at
                between="the server or the engine was gone in between."
            />
            {if state == WriteState::Failed {
                view! { <Notice tone=Tone::Neutral>"The engine refused it: nothing was changed."</Notice> }.into_any()
            } else {
                view! {
                    <UndoSection connection view on_done=done />
                    <h3>"What it changed"</h3>
                    <ItemDiff before after label="Changed attributes" />
                }
                    .into_any()
            }}
        </div>
    }
    .into_any()
}
