//! The virtual grid in a real browser: few elements, every row within reach, one place in the tab order.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::single_range_in_vec_init, reason = "a list of ranges may well hold one")]

use dynadesk_frontend::components::grid::{Grid, GridSelect, GridSource};
use dynadesk_frontend::format::cell::{CellText, Tone};
use dynadesk_frontend::grid::columns::{Columns, Remembered};
use dynadesk_frontend::grid::selection::Selection;
use dynadesk_frontend::state::preferences::Preferences;
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

const ROWS: usize = 1_000_000;

/// A place of 800 × 400 px with the grid's own style sheet.
fn stage() -> HtmlElement {
    let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
    place.style().set_property("width", "800px").unwrap();
    place.style().set_property("height", "400px").unwrap();
    let sheet = document().create_element("style").unwrap();
    sheet.set_text_content(Some(include_str!("../src/components/grid/grid.css")));
    place.append_child(&sheet).unwrap();
    document().body().unwrap().append_child(&place).unwrap();
    place
}

fn show(place: &HtmlElement, opened: RwSignal<Option<usize>>) -> UnmountHandle<impl leptos::tachys::view::Mountable + use<>> {
    show_with(place, opened, None)
}

fn show_with(
    place: &HtmlElement,
    opened: RwSignal<Option<usize>>,
    selection: Option<RwSignal<Selection>>,
) -> UnmountHandle<impl leptos::tachys::view::Mountable + use<>> {
    let mut columns = Columns::new([("pk".to_owned(), "partition key")], Remembered::default());
    for at in 0..300 {
        columns.see(&format!("attribute{at:03}"), "S");
    }
    columns.arrange();
    mount_to(place.clone(), move || {
        Preferences::provide();
        let source = GridSource {
            cell: Box::new(|row, column| {
                let text = format!("{} of <b>{row}</b>", column.name);
                CellText { text, tone: Tone::Text }.into()
            }),
            hover: Box::new(|_, _| None),
            copy: Box::new(|_, _| None),
            gone: Box::new(|row| row == 1),
            expired: Box::new(|_| false),
        };
        let select = selection.map(|selection| GridSelect {
            selection,
            on_copy: Callback::new(|()| ()),
        });
        view! {
            <Grid
                label="Rows"
                source
                select
                columns=RwSignal::new(columns)
                rows=Signal::from(ROWS)
                complete=Signal::from(true)
                version=Signal::from(0u64)
                opened
                on_open=move |row| opened.set(Some(row))
                on_view=|_| ()
            />
        }
    })
}

async fn settle() {
    for _ in 0..4 {
        tick().await;
        let frame = js_sys::Promise::new(&mut |done, _| {
            window().request_animation_frame(&done).unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(frame).await.unwrap();
    }
}

fn all(place: &HtmlElement, selector: &str) -> Vec<Element> {
    let found = place.query_selector_all(selector).unwrap();
    (0..found.length()).map(|at| found.get(at).unwrap().unchecked_into()).collect()
}

fn press(key: &str, control: bool) {
    press_with(key, control, false);
}

fn press_with(key: &str, control: bool, shift: bool) {
    let make = js_sys::Function::new_with_args(
        "key, ctrlKey, shiftKey",
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, ctrlKey, shiftKey, bubbles: true, cancelable: true}))",
    );
    make.call3(&JsValue::NULL, &key.into(), &control.into(), &shift.into()).unwrap();
}

fn focused() -> Element {
    document().active_element().unwrap()
}

#[wasm_bindgen_test]
async fn a_million_rows_need_a_handful_of_elements() {
    let place = stage();
    let opened = RwSignal::new(None);
    let _mounted = show(&place, opened);
    settle().await;
    let grid = all(&place, "[role=grid]").remove(0);
    assert_eq!(grid.get_attribute("aria-rowcount").as_deref(), Some("1000001"));
    assert_eq!(grid.get_attribute("aria-colcount").as_deref(), Some("301"));
    let before = all(&place, ".grid-row").len();
    assert!((10..60).contains(&before), "{before} row elements");
    assert!(all(&place, ".grid-cell").len() < 1_000);
    assert!(all(&place, ".grid-cell b").is_empty(), "a value must stay text");

    grid.set_scroll_top(i32::MAX);
    settle().await;
    assert_eq!(all(&place, ".grid-row").len(), before);
    let last = all(&place, "[aria-rowindex='1000001'] .grid-cell").remove(0);
    assert_eq!(last.text_content().as_deref(), Some("pk of <b>999999</b>"));
    let (cell, view) = (last.get_bounding_client_rect(), grid.get_bounding_client_rect());
    assert!(
        cell.bottom() <= view.bottom() + 1.0 && cell.top() > view.top(),
        "the last row is in view"
    );
    place.remove();
}

#[wasm_bindgen_test]
async fn keys_reach_every_corner_and_one_cell_is_in_the_tab_order() {
    let place = stage();
    let opened = RwSignal::new(None);
    let _mounted = show(&place, opened);
    settle().await;
    let first: HtmlElement = all(&place, ".grid [tabindex='0']").remove(0).unchecked_into();
    first.focus().unwrap();
    press("ArrowDown", false);
    assert_eq!(focused().text_content().as_deref(), Some("pk of <b>1</b>"));
    press("End", true);
    settle().await;
    assert_eq!(focused().text_content().as_deref(), Some("attribute299 of <b>999999</b>"));
    assert_eq!(focused().get_attribute("aria-colindex").as_deref(), Some("301"));
    assert_eq!(all(&place, "[tabindex='0']").len(), 1);
    press("Enter", false);
    assert_eq!(opened.get_untracked(), Some(ROWS - 1));
    press("Home", true);
    settle().await;
    assert_eq!(focused().text_content().as_deref(), Some("pk of <b>0</b>"));
    press("ArrowUp", false);
    assert_eq!(focused().get_attribute("role").as_deref(), Some("columnheader"));
    place.remove();
}

#[wasm_bindgen_test]
async fn a_million_rows_are_chosen_by_key_and_by_box() {
    let place = stage();
    let selection = RwSignal::new(Selection::default());
    let opened = RwSignal::new(None);
    let _mounted = show_with(&place, opened, Some(selection));
    settle().await;
    let chosen = || selection.with_untracked(|selection| selection.ranges().to_vec());
    let grid = all(&place, "[role=grid]").remove(0);
    assert_eq!(grid.get_attribute("aria-multiselectable").as_deref(), Some("true"));
    assert_eq!(grid.get_attribute("aria-colcount").as_deref(), Some("302"));
    let first: HtmlElement = all(&place, ".grid [tabindex='0']").remove(0).unchecked_into();
    first.focus().unwrap();
    press(" ", false);
    press_with("ArrowDown", false, true);
    press_with("ArrowDown", false, true);
    assert_eq!(chosen(), [0..3]);
    press_with("ArrowUp", false, true);
    assert_eq!(chosen(), [0..2], "a shorter range gives rows back");
    press_with("End", true, true);
    settle().await;
    assert_eq!(chosen(), [0..ROWS]);
    assert_eq!(
        all(&place, ".grid-row[aria-selected=false]").len(),
        all(&place, ".grid-row[style*='display: none']").len()
    );
    press("Escape", false);
    settle().await;
    assert!(chosen().is_empty());
    press("a", true);
    settle().await;
    assert_eq!(chosen(), [0..ROWS]);
    assert_eq!(
        all(&place, ".grid-notice").remove(0).text_content().as_deref(),
        Some("1,000,000 loaded rows selected")
    );
    let last: HtmlElement = all(&place, "[aria-label='Select row 1,000,000']").remove(0).unchecked_into();
    last.click();
    settle().await;
    assert_eq!(chosen(), [0..ROWS - 1]);
    let head: web_sys::HtmlInputElement = all(&place, "[aria-label='Select all loaded rows']").remove(0).unchecked_into();
    assert!(head.indeterminate() && !head.checked());
    assert_eq!(
        focused().text_content().as_deref(),
        Some("attribute299 of <b>999999</b>"),
        "the focus stays where it was"
    );
    assert_eq!(opened.get_untracked(), None);
    place.remove();
}
