//! Items of a table: a walk by Scan or Query, in a grid.

mod asking;
mod beside;
mod body;
mod builder;
mod conditions;
mod counting;
mod editing;
mod expiring;
mod filter_builder;
mod item_actions;
mod item_panel;
mod load_all;
mod measuring;
mod nothing;
mod opening;
mod pager;
mod pending;
pub mod query;
mod reads;
mod recording;
mod scan;
mod selection;
mod status;
mod toolbar;
mod tree;
mod undo;
mod url;
mod use_value;
mod words;

use dynadesk_shared::Item;
use dynadesk_shared::key::KeySchema;
use dynadesk_shared::projection::Projection;
use leptos::prelude::*;

use self::asking::{ask, begin, is_narrow, refresh, run, run_elsewhere};
use self::body::Body;
use self::builder::draft::Draft;
use self::editing::{add, why_not_add};
use self::item_panel::Opened;
use self::opening::step;
use self::pending::Pending;
use self::query::{Asked, ItemsQuery};
use self::recording::{Saved, record};
use self::scan::{Phase, Scan};
use self::selection::Chosen;
use self::url::follow_url;
use self::use_value::{UseValue, Used};
use crate::components::grid::GridHandle;
use crate::components::{RequestButton, TableFrame, TableScope};
use crate::format::expiry;
use crate::grid::columns::{Columns, Remembered};
use crate::nav;
use crate::state::commands::{Command, use_commands};
use crate::state::navigation::Navigation;
use crate::state::shortcuts::use_shortcuts;
use crate::state::toasts::{ToastQueue, use_toasts};
use crate::state::unsaved::Unsaved;
use crate::state::{kept, storage, use_navigation, use_unsaved};
use crate::ui::{Button, ButtonVariant, IconName};

/// A pasted link is walked to its row only so far.
const FURTHEST_ROW: usize = 5_000;

/// What the page's parts share. Cheap to copy.
#[derive(Clone, Copy)]
struct View {
    scan: Scan,
    asked: RwSignal<Asked>,
    opened: RwSignal<Option<Opened>>,
    /// The question as it is being written.
    draft: Draft,
    /// Whether the item that is open is edited.
    editing: RwSignal<bool>,
    /// What a new item begins with, while one is made.
    adding: RwSignal<Option<Item>>,
    /// Whether the editor holds what is not saved.
    dirty: RwSignal<bool>,
    unsaved: Unsaved,
    /// The rows in view.
    first_row: RwSignal<usize>,
    last_row: RwSignal<usize>,
    /// The page that was gone to last.
    page: RwSignal<Option<usize>>,
    grid: GridHandle,
    /// What the operator ran and the history does not know yet.
    ran: RwSignal<Option<Asked>>,
    /// A value that was clicked.
    used: RwSignal<Option<Used>>,
    builder_open: RwSignal<bool>,
    columns_open: RwSignal<bool>,
    load_all_open: RwSignal<bool>,
    /// How many segments of a parallel scan serve the engine best.
    segments: u16,
    /// The page's own link, without a query.
    path: StoredValue<String>,
    navigation: Navigation,
    chosen: Chosen,
    pending: Pending,
    /// Counts the cells whose change was begun: an item that comes late opens none of the earlier ones.
    begun: StoredValue<u64>,
    toasts: ToastQueue,
    /// What rows hold of their items, where that is not all.
    reads: Memo<Option<Projection>>,
    /// Whether the open item changed in the table while something typed kept it from being shown.
    untold: StoredValue<bool>,
    /// The attributes of the table's own key, once they are known.
    key_names: Memo<Vec<String>>,
    /// The table's TTL attribute, where it has one.
    ttl: Memo<Option<String>>,
    /// The access pattern that this is a run of.
    pattern: RwSignal<Option<String>>,
}

#[component]
pub fn ItemsPage(scope: TableScope) -> impl IntoView {
    let navigation = use_navigation();
    let path = nav::items(&scope.connection.name, &scope.table);
    let first = navigation.query().with_untracked(|query| ItemsQuery::read(query));
    let memory_key = format!("{}{}.{}", kept::COLUMNS, scope.connection.name, scope.table);
    let remembered: Remembered = first.columns.clone().or_else(|| storage::read(&memory_key)).unwrap_or_default();
    let scan = Scan::new(
        scope.connection.name.clone(),
        scope.table.clone(),
        first.asked.clone(),
        Columns::new([], remembered.clone()),
    );
    let details = scope.details;
    let asked = RwSignal::new(first.asked.clone());
    let view = View {
        scan,
        asked,
        opened: RwSignal::new(first.item.clone().map(|key| Opened {
            key,
            item: None,
            row: None,
        })),
        draft: Draft::new(&first.asked),
        editing: RwSignal::new(first.edit),
        adding: RwSignal::new(None),
        dirty: RwSignal::new(false),
        unsaved: use_unsaved(),
        first_row: RwSignal::new(first.row),
        last_row: RwSignal::new(first.row),
        page: RwSignal::new(None),
        grid: GridHandle::default(),
        ran: RwSignal::new(None),
        used: RwSignal::new(None),
        builder_open: RwSignal::new(!is_narrow() && (first.asked.key.is_some() || first.asked.filter.is_some())),
        columns_open: RwSignal::new(false),
        load_all_open: RwSignal::new(false),
        segments: scope.connection.capabilities.scan_segments,
        path: StoredValue::new(path.clone()),
        navigation,
        chosen: Chosen::new(),
        pending: Pending::new(),
        begun: StoredValue::new(0),
        toasts: use_toasts(),
        reads: Memo::new(move |_| details.ready(|table| asked.with(|asked| reads::reads(asked, table))).flatten()),
        untold: StoredValue::new(false),
        key_names: Memo::new(move |_| {
            let names = details.ready(|table| table.key.attributes().map(|key| key.name.clone()).collect());
            names.unwrap_or_default()
        }),
        ttl: Memo::new(move |_| details.ready(|table| table.ttl_attribute.clone()).flatten()),
        pattern: RwSignal::new(first.pattern.clone()),
    };
    let keys = Memo::new(move |_| details.ready(|table| pinned(table, view.asked.with(|asked| asked.index.clone()).as_deref())));
    Effect::new(move |_| {
        if let Some(keys) = keys.get() {
            let remembered = scan.columns.with_untracked(|columns| columns.remembered().clone());
            scan.set_columns(Columns::new(keys, remembered));
        }
    });
    // A time to live is shown as a date, too, and needs the room.
    let dated = Memo::new(move |_| view.ttl.get().filter(|_| scan.rows.get() > 0));
    Effect::new(move |_| {
        keys.track();
        if let Some(name) = dated.get() {
            scan.columns.update(|columns| {
                columns.fit_all(&name, expiry::CHARS);
                columns.make_room(expiry::BADGE);
            });
        }
    });
    Effect::new(move |before: Option<()>| {
        let remembered = scan.columns.with(|columns| columns.remembered().clone());
        match before {
            None => storage::write(&memory_key, &remembered),
            Some(()) => kept::keep(&memory_key, &remembered),
        }
    });
    provide_context(UseValue(Callback::new(move |used| view.used.set(Some(used)))));
    follow_url(view, path);
    scan.sort(first.sort.clone());
    let row = first.row.min(FURTHEST_ROW);
    begin(view, if row > 0 { row + 60 } else { 0 });
    if row > 0 {
        // The rows come page by page; the first time there are enough of them, the grid goes there.
        let gone = StoredValue::new(false);
        Effect::new(move |_| {
            if scan.rows.get() > row && !gone.get_value() {
                gone.set_value(true);
                request_animation_frame(move || view.grid.scroll_to(row));
            }
        });
    }
    actions(view, &scope);
    record(view, &scope);
    measuring::measure(view, &scope);
    let (connection, saved_scope) = (scope.connection.clone(), scope.clone());
    selection::register(view, &scope);
    pending::register(view, &scope);
    let adder = StoredValue::new(scope.clone());
    let blocked = why_not_add(&scope);
    let buttons = move || {
        view! {
            <Saved view scope=saved_scope.clone() />
            <RequestButton connection=connection.clone() exchange=scan.exchange />
            <Button icon=IconName::Refresh busy=Signal::derive(move || scan.phase.get() == Phase::Reading) on_press=move |()| refresh(view)>
                "Refresh"
            </Button>
            <Button variant=ButtonVariant::Primary icon=IconName::Plus disabled=blocked on_press=move |()| adder.with_value(|scope| add(view, scope))>
                "Add item"
            </Button>
        }
    };
    let inner = scope.clone();
    view! {
        <TableFrame scope actions=buttons fill=true>
            <Body view scope=inner.clone() />
        </TableFrame>
    }
}

/// Pinned columns: the table's key, then the index's own.
fn pinned(table: &dynadesk_shared::api::tables::TableView, index: Option<&str>) -> Vec<(String, &'static str)> {
    let named = |key: &KeySchema, partition, sort| -> Vec<(String, &'static str)> {
        let partition = key.partition.iter().map(move |one| (one.name.clone(), partition));
        partition.chain(key.sort.iter().map(move |one| (one.name.clone(), sort))).collect()
    };
    let mut keys = named(&table.key, "partition key", "sort key");
    if let Some(index) = index.and_then(|name| table.indexes.iter().find(|index| index.name == name)) {
        let more = named(&index.key, "index partition key", "index sort key");
        keys.extend(
            more.into_iter()
                .filter(|(name, _)| !table.key.attributes().any(|key| key.name == *name)),
        );
    }
    keys
}

/// The page's actions in the palette and on the keyboard.
fn actions(view: View, scope: &TableScope) {
    let group = scope.table.clone();
    let (columns, builder, all) = (view.columns_open, view.builder_open, view.load_all_open);
    use_commands().register(vec![
        Command::new(&group, "Refresh items", IconName::Refresh, move || refresh(view)).keys("r"),
        Command::new(&group, "Query or filter items", IconName::Search, move || builder.set(true)).keys("f"),
        Command::new(&group, "Choose columns", IconName::Columns, move || columns.set(true)),
        Command::new(&group, "Load all items", IconName::Download, move || all.set(true)),
        Command::new(&group, "Add an item", IconName::Plus, {
            let scope = scope.clone();
            move || add(view, &scope)
        })
        .keys("n"),
    ]);
    let shortcuts = use_shortcuts();
    shortcuts.register("r", "Refresh items", move || refresh(view));
    shortcuts.register("f", "Show or hide the query builder", move || builder.update(|open| *open = !*open));
    let (adder, editor) = (scope.clone(), scope.clone());
    shortcuts.register("n", "Add an item", move || add(view, &adder));
    shortcuts.register("e", "Edit the open item", move || editing::edit(view, &editor));
    shortcuts.register("j", "Next item", move || step(view, 1));
    shortcuts.register("k", "Previous item", move || step(view, -1));
}
