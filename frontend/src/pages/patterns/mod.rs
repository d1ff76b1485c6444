//! Access patterns on paper: what the table is asked for, by name, what each costs, and which of them need
//! more than the table's own key.

mod draft;
mod editor;
mod filters;
mod keys;
mod rate;
mod remove;
mod rows;
mod run;
mod sheet;
mod steps;
mod transfer;

use dynadesk_shared::api::patterns::PatternList;
use leptos::prelude::*;

use self::editor::{EditorDialog, Task};
use self::rate::Rate;
use self::remove::RemoveDialog;
use self::rows::Row;
use self::run::RunDialog;
use self::sheet::Sheet;
use self::transfer::{ImportDialog, export};
use crate::api;
use crate::components::table_page::DetailsFailure;
use crate::components::{FailurePanel, TableFrame, TableScope};
use crate::state::remote::{Load, Remote};
use crate::ui::{Button, ButtonVariant, IconName, Notice, Skeleton, Tone};

/// What the page's parts share. Cheap to copy.
#[derive(Clone, Copy)]
struct Patterns {
    scope: StoredValue<TableScope>,
    list: Remote<PatternList>,
    /// The preset's and the operator's own, once the table is described.
    rows: Memo<Vec<Row>>,
    editing: RwSignal<Option<Task>>,
    removing: RwSignal<Option<Row>>,
    running: RwSignal<Option<Row>>,
}

impl Patterns {
    /// Why nothing can be kept now. Reactive.
    fn why_not_keep(self) -> Option<String> {
        self.list.with(|state| match state {
            Load::Loading => Some("The patterns are still being read".to_owned()),
            Load::Failed(failure) => Some(failure.message()),
            Load::Ready(_) => None,
        })
    }
}

#[component]
pub fn PatternsPage(scope: TableScope) -> impl IntoView {
    let list = {
        let (connection, table) = (scope.connection.name.clone(), scope.table.clone());
        Remote::new(move || {
            let (connection, table) = (connection.clone(), table.clone());
            async move { api::patterns::list(&connection, &table).await }
        })
    };
    let details = scope.details;
    let page = Patterns {
        scope: StoredValue::new(scope.clone()),
        list,
        rows: Memo::new(move |_| {
            let stored = list.ready(Clone::clone).unwrap_or_default();
            details.ready(|table| rows::rows(table, &stored)).unwrap_or_default()
        }),
        editing: RwSignal::new(None),
        removing: RwSignal::new(None),
        running: RwSignal::new(None),
    };
    let importing = RwSignal::new(false);
    let why_not = Signal::derive(move || page.why_not_keep());
    let nothing = Signal::derive(move || page.rows.with(Vec::is_empty).then(|| "There is no pattern to export".to_owned()));
    let actions = move || {
        view! {
            <Button icon=IconName::Upload disabled=why_not on_press=move |()| importing.set(true)>"Import"</Button>
            <Button icon=IconName::Download disabled=nothing on_press=move |()| export(page)>"Export"</Button>
            <Button variant=ButtonVariant::Primary icon=IconName::Plus disabled=why_not on_press=move |()| page.editing.set(Some(Task::Add))>
                "Add pattern"
            </Button>
        }
    };
    let rate = Rate::new();
    view! {
        <TableFrame scope actions>
            <div class="patterns">
                <DetailsFailure scope=page.scope.get_value() />
                {move || {
                    list.failure()
                        .map(|failure| {
                            if failure.code() == "store_unavailable" {
                                let why = format!("{}. Patterns of a preset are shown; nothing can be added or kept.", failure.message());
                                return view! { <Notice tone=Tone::Warning>{why}</Notice> }.into_any();
                            }
                            let retry = Callback::new(move |()| list.reload());
                            view! { <FailurePanel what="The patterns could not be read" failure retry /> }.into_any()
                        })
                }}
                {move || match details.ready(|_| ()).is_none() && details.failure().is_none() {
                    true => view! { <Skeleton lines=6 label="Loading the patterns" /> }.into_any(),
                    false => view! { <Sheet page rate /> }.into_any(),
                }}
            </div>
            <EditorDialog page />
            <RemoveDialog page />
            <RunDialog page />
            <ImportDialog page open=importing />
        </TableFrame>
    }
}
