//! A virtual grid for any number of rows and columns. Pages give it a source of cells and a model
//! of columns; it knows neither items nor requests.

mod column_dialog;
mod painter;
mod pointer;

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

pub use self::column_dialog::ColumnDialog;
use self::painter::Painter;
use crate::format::cell::CellText;
use crate::grid::columns::{Column, Columns, Layout};
use crate::grid::cursor::{Bounds, Cell, moved};
use crate::state::preferences::use_preferences;
use crate::ui::copy_button::copy_text;
use crate::ui::id;

/// How far a key widens or narrows a column, px.
const STEP: f64 = 16.0;
const REST: Duration = Duration::from_millis(150);

type OfCell<T> = Box<dyn Fn(usize, &Column) -> T>;

/// Where the grid's content comes from.
pub struct GridSource {
    /// What a cell shows, and its type where that differs from the column's.
    pub cell: OfCell<(CellText, Option<&'static str>)>,
    /// What is said of a cell while the pointer is on it.
    pub hover: OfCell<Option<String>>,
    /// What is copied from a cell.
    pub copy: OfCell<Option<String>>,
}

/// The way to move a grid from outside. Cheap to copy.
#[derive(Clone, Copy)]
pub struct GridHandle(StoredValue<Option<Rc<RefCell<Painter>>>, LocalStorage>);

impl Default for GridHandle {
    fn default() -> Self {
        Self(StoredValue::new_local(None))
    }
}

impl GridHandle {
    fn with(self, act: impl FnOnce(&mut Painter)) {
        if let Some(painter) = self.0.try_get_value().flatten() {
            // Painting moves the focus, and the events of that arrive while it still paints: they bring
            // nothing that the painter does not know.
            if let Ok(mut painter) = painter.try_borrow_mut() {
                act(&mut painter);
            }
        }
    }

    /// Shows a row as the first one.
    pub fn scroll_to(self, row: usize) {
        self.with(|painter| {
            let height = painter.extent.row_height;
            painter.go_to(row as f64 * height);
            painter.paint();
        });
    }

    /// Gives the focus to a row's cell and brings it into view.
    pub fn focus_row(self, row: usize) {
        self.with(|painter| {
            painter.active.row = row as isize;
            painter.focused = true;
            painter.reveal(painter.active);
            painter.paint();
        });
    }

    /// Brings a row into view and leaves the focus where it is.
    pub fn reveal(self, row: usize) {
        self.with(|painter| {
            painter.active.row = row as isize;
            let cell = Cell {
                row: row as isize,
                column: painter.active.column,
            };
            painter.reveal(cell);
            painter.paint();
        });
    }
}

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
    selected: Signal<Option<usize>>,
    #[prop(into)] on_open: Callback<usize>,
    /// The rows in view changed.
    #[prop(into)]
    on_view: Callback<(usize, usize)>,
    #[prop(optional)] handle: GridHandle,
) -> impl IntoView {
    let (root, head, track) = (
        NodeRef::<html::Div>::new(),
        NodeRef::<html::Div>::new(),
        NodeRef::<html::Div>::new(),
    );
    let source = Rc::new(source);
    let density = use_preferences().density;
    let notice = RwSignal::new(String::new());
    let hint = id::unique("grid-hint");
    let described = hint.clone();
    let seen: StoredValue<Range<usize>> = StoredValue::new(0..0);
    let tell_view = move || {
        let mut view = 0..0;
        handle.with(|painter| view = painter.in_view());
        if seen.try_get_value().is_some_and(|before| before != view) {
            seen.set_value(view.clone());
            on_view.run((view.start, view.end));
        }
    };
    let repaint = move |forget: bool| {
        handle.with(|painter| {
            if forget {
                painter.forget();
            }
            painter.paint();
        });
        tell_view();
    };
    {
        let source = source.clone();
        Effect::new(move |_| {
            let (Some(root), Some(head), Some(track)) = (root.get(), head.get(), track.get()) else {
                return;
            };
            let painter = Painter::new(root.clone().into(), head.into(), track.into(), source.clone());
            handle.0.set_value(Some(Rc::new(RefCell::new(painter))));
            watch_size(&root, move || {
                let mut changed = false;
                handle.with(|painter| changed = painter.measure());
                if changed {
                    repaint(false);
                }
            });
            handle.with(|painter| {
                painter.measure();
            });
        });
    }
    // These run after the one above, which makes the painter, and then whenever something changes.
    Effect::new(move |_| {
        let height = density.get().row_px();
        handle.with(|painter| painter.set_row_height(height));
        repaint(true);
    });
    Effect::new(move |_| {
        let layout = columns.with(Layout::new);
        handle.with(|painter| painter.set_layout(layout));
        repaint(true);
    });
    Effect::new(move |_| {
        let (rows, complete) = (rows.get(), complete.get());
        handle.with(|painter| painter.set_rows(rows, complete));
        repaint(false);
    });
    Effect::new(move |_| {
        version.track();
        let selected = selected.get();
        handle.with(|painter| painter.selected = selected);
        repaint(true);
    });
    let resting: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
    let scrolled = move |_| {
        handle.with(Painter::scrolled);
        repaint(false);
        if let Some(timer) = resting.get_value() {
            timer.clear();
        }
        let rest = set_timeout_with_handle(move || handle.with(Painter::rested), REST);
        resting.set_value(rest.ok());
    };
    on_cleanup(move || {
        if let Some(timer) = resting.try_get_value().flatten() {
            timer.clear();
        }
    });
    let source = StoredValue::new_local(source);
    let copy_active = move || {
        let mut text = None;
        handle.with(|painter| {
            if let (Ok(row), Some(column)) = (
                usize::try_from(painter.active.row),
                painter.layout.columns.get(painter.active.column),
            ) {
                text = source
                    .with_value(|source| (source.copy)(row, column))
                    .map(|text| (text, column.name.clone()));
            }
        });
        if let Some((text, name)) = text {
            leptos::task::spawn_local(async move {
                let done = copy_text(&text).await;
                notice.try_set(if done {
                    format!("Copied {name}")
                } else {
                    "The browser did not allow copying".to_owned()
                });
                set_timeout(move || drop(notice.try_set(String::new())), Duration::from_secs(2));
            });
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let (key, control) = (event.key(), event.ctrl_key() || event.meta_key());
        let mut at = Cell::default();
        let mut bounds = None;
        let mut name = None;
        handle.with(|painter| {
            at = painter.active;
            name = painter
                .layout
                .columns
                .get(at.column)
                .map(|column| (column.name.clone(), column.width));
            bounds = Some(Bounds {
                rows: painter.extent.rows,
                columns: painter.layout.columns.len(),
                page: painter.extent.rows_a_page(),
            });
        });
        let (Some(bounds), Some((name, width))) = (bounds, name) else {
            return;
        };
        let sideways = match key.as_str() {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            _ => 0,
        };
        if sideways != 0 && event.shift_key() {
            columns.update(|columns| columns.resize(&name, width + STEP * sideways as f64));
        } else if sideways != 0 && event.alt_key() {
            columns.update(|columns| columns.shift(&name, sideways));
            let to = columns.with_untracked(|columns| columns.shown().iter().position(|column| column.name == name));
            handle.with(|painter| painter.active.column = to.unwrap_or(at.column));
        } else if let Some(next) = moved(at, &key, control, bounds) {
            handle.with(|painter| {
                painter.active = next;
                painter.focused = true;
                painter.reveal(next);
            });
            repaint(false);
        } else {
            match key.as_str() {
                "Enter" if at.row >= 0 => on_open.run(at.row as usize),
                // A selection of text goes the browser's own way.
                "c" | "C" if !event.alt_key() && !has_selection() => copy_active(),
                "Escape" => {
                    handle.with(|painter| painter.focused = false);
                    blur_active();
                }
                _ => return,
            }
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let focus_in = move |event: leptos::ev::FocusEvent| {
        let cell = pointer::cell_of(event.target());
        handle.with(|painter| {
            painter.focused = true;
            if let Some(cell) = cell {
                painter.active = cell;
            }
        });
    };
    let focus_out = move |event: leptos::ev::FocusEvent| {
        let to: Option<web_sys::Node> = event.related_target().and_then(|target| target.dyn_into().ok());
        // The focus also leaves while the page goes, when nothing of it is there any more.
        let stays = root
            .try_get_untracked()
            .flatten()
            .is_some_and(|root| to.is_some() && root.contains(to.as_ref()));
        if !stays {
            handle.with(|painter| painter.focused = false);
        }
    };
    let clicked = move |event: leptos::ev::MouseEvent| {
        if let Some(cell) = pointer::cell_of(event.target()).or_else(|| pointer::row_of(event.target())) {
            let moved_to = cell.row;
            // The scroll stays as it is: what was clicked is in view.
            handle.with(|painter| {
                painter.active = cell;
                painter.focused = true;
                painter.paint();
            });
            if moved_to >= 0 && !has_selection() {
                on_open.run(moved_to as usize);
            }
        }
    };
    let hovered = move |event: leptos::ev::PointerEvent| {
        let Some(cell) = pointer::cell_of(event.target()) else { return };
        let (Ok(row), Some(element)) = (usize::try_from(cell.row), pointer::element_of(event.target())) else {
            return;
        };
        let column = columns.with_untracked(|columns| columns.shown().into_iter().nth(cell.column));
        let text = column.and_then(|column| source.with_value(|source| (source.hover)(row, &column)));
        let _ = match text {
            Some(text) => element.set_attribute("title", &text),
            None => element.remove_attribute("title"),
        };
    };
    let drag = pointer::Drag::new(columns);
    view! {
        <div class="grid-frame">
            <p class="ui-hidden" id=hint>
                "Arrow keys move between cells, Enter opens the row, C copies the cell, Escape leaves the grid. \
                With Shift, left and right resize the column; with Alt they move it."
            </p>
            <div
                class="grid"
                role="grid"
                tabindex="0"
                aria-label=label
                aria-describedby=described
                node_ref=root
                on:scroll=scrolled
                on:keydown=keys
                on:focusin=focus_in
                on:focusout=focus_out
                on:click=clicked
                on:pointerover=hovered
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
            <p class="grid-notice" role="status">{notice}</p>
        </div>
    }
}

/// Whether the operator has selected text: then a click or `c` means the text and not the cell.
fn has_selection() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}

fn blur_active() {
    if let Some(active) = document()
        .active_element()
        .and_then(|active| active.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = active.blur();
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
