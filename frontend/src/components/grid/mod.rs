//! A virtual grid for any number of rows and columns. Pages give it a source of cells and a model
//! of columns; it knows neither items nor requests. Choosing rows, ordering them and changing cells
//! are there where a page offers them.

mod cells;
mod column_dialog;
mod events;
mod handle;
mod head;
mod painter;
mod pointer;
mod source;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

pub use self::column_dialog::ColumnDialog;
use self::events::Parts;
pub use self::handle::GridHandle;
use self::painter::Painter;
pub use self::source::{CellShown, EditAsked, GridEdit, GridSelect, GridSort, GridSource};
use crate::grid::columns::{Columns, Layout};
use crate::state::Rest;
use crate::state::preferences::use_preferences;
use crate::ui::id;

/// How long a notice stays.
const NOTICE: Duration = Duration::from_secs(3);

/// The grid. It fills its parent, which must have a height.
#[component]
pub fn Grid(
    /// What it lists, read out: `Items of cruddur-messages`.
    #[prop(into)]
    label: Signal<String>,
    source: GridSource,
    columns: RwSignal<Columns>,
    /// How many rows there are, as far as is known.
    #[prop(into)]
    rows: Signal<usize>,
    /// Whether no more rows will come.
    #[prop(into)]
    complete: Signal<bool>,
    /// Changes whenever a row that was painted may look different.
    #[prop(into)]
    version: Signal<u64>,
    /// The row that is opened beside the grid.
    #[prop(into)]
    opened: Signal<Option<usize>>,
    #[prop(into)] on_open: Callback<usize>,
    /// The rows in view changed.
    #[prop(into)]
    on_view: Callback<(usize, usize)>,
    #[prop(optional)] handle: GridHandle,
    /// Lets rows be chosen.
    #[prop(optional_no_strip)]
    select: Option<GridSelect>,
    /// Lets a header order the rows.
    #[prop(optional_no_strip)]
    sort: Option<GridSort>,
    /// Lets cells be changed in place; the children are the editor.
    #[prop(optional_no_strip)]
    edit: Option<GridEdit>,
    /// The context menu was asked for on a cell: row and attribute. Answers whether the page took it;
    /// otherwise the browser's own menu comes.
    #[prop(optional_no_strip)]
    on_menu: Option<Callback<(usize, String), bool>>,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let (root, head) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    let (track, overlay) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    let source = Rc::new(source);
    let density = use_preferences().density;
    let hint = id::unique("grid-hint");
    let described = hint.clone();
    let parts = Parts {
        root,
        handle,
        source: StoredValue::new_local(source.clone()),
        columns,
        complete,
        notice: RwSignal::new(String::new()),
        seen: StoredValue::new(0..0),
        resting: StoredValue::new(None),
        pressed: StoredValue::new(None),
        said: Rest::new(NOTICE),
        on_open,
        on_view,
        select,
        sort,
        edit,
    };
    on_cleanup(move || parts.ended());
    Effect::new(move |_| {
        let (Some(root), Some(head), Some(track), Some(overlay)) = (root.get(), head.get(), track.get(), overlay.get()) else {
            return;
        };
        let elements = [root.clone().into(), head.into(), track.into(), overlay.into()];
        let painter = Painter::new(elements, source.clone(), select.is_some());
        handle.0.set_value(Some(Rc::new(RefCell::new(painter))));
        watch_size(&root, move || {
            let mut changed = false;
            handle.with(|painter| changed = painter.measure());
            if changed {
                parts.repaint(false);
            }
        });
        handle.with(|painter| {
            painter.measure();
        });
    });
    // These run after the one above, which makes the painter, and then whenever something changes.
    Effect::new(move |_| {
        let height = density.get().row_px();
        handle.with(|painter| painter.set_row_height(height));
        parts.repaint(true);
    });
    Effect::new(move |_| {
        let sorted = sort.and_then(|sort| sort.by.get());
        columns.with(|columns| {
            handle.with(|painter| {
                (painter.sorted, painter.sortable) = (sorted, sort.is_some());
                painter.set_layout(Layout::new(columns, painter.lead));
            });
        });
        parts.repaint(true);
    });
    Effect::new(move |_| {
        let (rows, complete) = (rows.get(), complete.get());
        handle.with(|painter| painter.set_rows(rows, complete));
        parts.repaint(false);
    });
    Effect::new(move |_| {
        version.track();
        let (opened, selection) = (opened.get(), select.map(|select| select.selection.get()));
        handle.with(|painter| {
            painter.opened = opened;
            painter.selection = selection;
        });
        parts.repaint(true);
    });
    let editing = move || edit.and_then(|edit| edit.cell.get());
    Effect::new(move |_| {
        let cell = editing();
        handle.with(|painter| {
            painter.editing = cell;
            // The editor has the focus, and painting must not take it away.
            painter.focused &= cell.is_none();
        });
        parts.repaint(false);
    });
    let drag = pointer::Drag::new(columns);
    let keys_of_more = [
        select.map(|_| {
            " Space selects the row, Shift with up and down a range, Control A every loaded row; Control C copies these instead, \
            Escape clears the selection."
        }),
        sort.map(|_| " Enter on a header orders the rows by it."),
        on_menu.map(|_| " The menu key uses the cell's value: as a filter or as a key."),
        edit.map(|_| " F2 changes the cell where it stands; so does typing while no item is open."),
    ];
    view! {
        <div class="grid-frame">
            <p class="ui-hidden" id=hint>
                "Arrow keys move between cells, Enter opens the row, Control C copies the cell, Escape leaves the grid. \
                With Shift, left and right resize the column; with Alt they move it."
                {keys_of_more.into_iter().flatten().collect_view()}
            </p>
            <div
                class="grid"
                role="grid"
                tabindex="0"
                aria-label=label
                aria-describedby=described
                aria-multiselectable=select.map(|_| "true")
                node_ref=root
                on:scroll=move |_| parts.scrolled()
                on:keydown=move |event| parts.keys(&event)
                on:focusin=move |event| parts.focus_in(&event)
                on:focusout=move |event| parts.focus_out(&event)
                on:mousedown=move |event| parts.mouse_down(&event)
                on:click=move |event| parts.clicked(&event)
                on:dblclick=move |event| parts.double_clicked(&event)
                on:contextmenu=move |event| parts.menu(&event, on_menu)
                on:pointerover=move |event| parts.hovered(&event)
                on:pointerdown=move |event| drag.grab(&event)
                on:pointermove=move |event| drag.moved(&event)
                on:pointerup=move |_| drag.let_go()
                on:pointercancel=move |_| drag.let_go()
                on:dragstart=move |event| drag.start(&event)
                on:dragover=move |event| drag.over(&event)
                on:drop=move |event| drag.drop(&event)
            >
                <div role="rowgroup" class="grid-head-group">
                    <div class="grid-head" role="row" aria-rowindex="1" node_ref=head></div>
                </div>
                <div class="grid-track" role="rowgroup" node_ref=track></div>
            </div>
            <div class="grid-overlay" class:is-hidden=move || editing().is_none() node_ref=overlay>
                {children.map(|children| children())}
            </div>
            <p class="grid-notice" role="status">{parts.notice}</p>
        </div>
    }
}

/// Calls back when an element's size changes, for as long as the component lives.
fn watch_size(element: &web_sys::Element, changed: impl Fn() + 'static) {
    let callback = Closure::<dyn FnMut()>::new(changed);
    let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    let kept = StoredValue::new_local(Some((observer, callback)));
    on_cleanup(move || {
        if let Some((observer, _)) = kept.try_update_value(Option::take).flatten() {
            observer.disconnect();
        }
    });
}
