//! Components in a real browser: what they do with focus, names and errors.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use dynadesk_frontend::ui::{ConfirmDialog, Field, Menu, MenuItem, Tab, Tabs, TextInput};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::task::tick;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

/// A place on the page that goes when the test ends.
struct Stage(HtmlElement);

impl Stage {
    fn new() -> Self {
        let place: HtmlElement = document().create_element("div").unwrap().unchecked_into();
        document().body().unwrap().append_child(&place).unwrap();
        Self(place)
    }

    fn show<V: IntoView + 'static>(&self, view: impl FnOnce() -> V + 'static) -> UnmountHandle<impl leptos::tachys::view::Mountable> {
        mount_to(self.0.clone(), view)
    }

    fn find<E: JsCast>(&self, selector: &str) -> E {
        let found = self.0.query_selector(selector).unwrap();
        found
            .unwrap_or_else(|| panic!("{selector} is not in {}", self.0.inner_html()))
            .dyn_into()
            .ok()
            .unwrap()
    }

    fn has(&self, selector: &str) -> bool {
        self.0.query_selector(selector).unwrap().is_some()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// Effects, then what the browser queues: the `close` event of a dialog, say.
async fn settle() {
    for _ in 0..3 {
        tick().await;
        let frame = js_sys::Promise::new(&mut |done, _| {
            window().request_animation_frame(&done).unwrap();
        });
        wasm_bindgen_futures::JsFuture::from(frame).await.unwrap();
    }
}

fn focused() -> Element {
    document().active_element().unwrap()
}

/// An event as a person's hand makes it.
fn event(kind: &str, name: &str, key: &str) -> web_sys::Event {
    let make = js_sys::Function::new_with_args(
        "kind, name, key",
        "return new window[kind](name, {key, bubbles: true, cancelable: true})",
    );
    let made = make.call3(&JsValue::NULL, &kind.into(), &name.into(), &key.into());
    made.unwrap().unchecked_into()
}

fn type_into(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    input.dispatch_event(&event("Event", "input", "")).unwrap();
}

fn press(element: &Element, key: &str) {
    element.dispatch_event(&event("KeyboardEvent", "keydown", key)).unwrap();
}

#[wasm_bindgen_test]
async fn a_dialog_gives_the_focus_back() {
    let stage = Stage::new();
    let open = RwSignal::new(false);
    let _shown = stage.show(move || {
        view! {
            <button id="opener" on:click=move |_| open.set(true)>"Drop"</button>
            <ConfirmDialog open title="Drop it?" message="It goes." confirm="Drop" on_confirm=|()| {} />
        }
    });
    let opener: HtmlElement = stage.find("#opener");
    opener.focus().unwrap();
    opener.click();
    settle().await;
    let dialog: Element = stage.find("dialog[open]");
    assert!(dialog.contains(Some(&focused())), "the focus is not in the dialog");
    stage.find::<HtmlElement>("dialog .ui-dialog-foot button").click();
    settle().await;
    assert!(!stage.has("dialog[open]"));
    assert_eq!(focused().id(), "opener");
}

#[wasm_bindgen_test]
async fn a_dialog_that_comes_up_again_at_once_stays() {
    let stage = Stage::new();
    let (open, confirmed) = (RwSignal::new(true), RwSignal::new(0));
    let _shown = stage.show(move || {
        view! {
            <ConfirmDialog
                open
                title="Drop it?"
                message="It goes."
                confirm="Drop"
                on_confirm=move |()| confirmed.update(|count| *count += 1)
            />
        }
    });
    settle().await;
    // Shut and open once more before the browser has told that it was shut.
    for shown in [false, true] {
        open.set(shown);
        tick().await;
        assert_eq!(stage.has("dialog[open]"), shown);
    }
    settle().await;
    assert!(stage.has("dialog[open]"), "it went because it had been shut before");
    stage.find::<HtmlElement>("dialog button[type=submit]").click();
    settle().await;
    assert_eq!(confirmed.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn a_dialog_with_something_under_way_is_not_left_and_forgets_what_failed_before() {
    let stage = Stage::new();
    let (open, busy, problem) = (RwSignal::new(true), RwSignal::new(false), RwSignal::new(None::<String>));
    let _shown = stage.show(move || {
        view! { <ConfirmDialog open title="Drop it?" message="It goes." confirm="Drop" busy problem on_confirm=move |()| busy.set(true) /> }
    });
    settle().await;
    let submit = || stage.find::<HtmlElement>("dialog button[type=submit]");
    let leave = || stage.find::<HtmlElement>("dialog .ui-dialog-foot button");
    submit().click();
    settle().await;
    // Its answer is of this question: neither Esc nor the button leaves it for the next one.
    press(&stage.find::<Element>("dialog"), "Escape");
    leave().click();
    settle().await;
    assert!(stage.has("dialog[open]"), "it was left");
    assert_eq!(leave().get_attribute("aria-disabled").as_deref(), Some("true"));
    busy.set(false);
    problem.set(Some("the engine is off".to_owned()));
    settle().await;
    assert!(stage.0.text_content().unwrap().contains("the engine is off"));
    // At once, for whoever presses something else in the same turn.
    press(&stage.find::<Element>("dialog"), "Escape");
    assert!(!open.get_untracked());
    settle().await;
    open.set(true);
    settle().await;
    assert!(
        !stage.0.text_content().unwrap().contains("the engine is off"),
        "an old failure is told before anything was tried"
    );
}

#[wasm_bindgen_test]
async fn nothing_is_dropped_before_its_name_is_typed() {
    let stage = Stage::new();
    let (open, confirmed) = (RwSignal::new(true), RwSignal::new(0));
    let _shown = stage.show(move || {
        view! {
            <ConfirmDialog
                open
                title="Drop the table orders?"
                message="It goes."
                confirm="Drop table"
                type_name="orders".to_owned()
                on_confirm=move |()| confirmed.update(|count| *count += 1)
            />
        }
    });
    settle().await;
    let submit: HtmlElement = stage.find("dialog button[type=submit]");
    let input: HtmlInputElement = stage.find("dialog input");
    submit.click();
    type_into(&input, "order");
    settle().await;
    submit.click();
    assert_eq!(confirmed.get_untracked(), 0);
    assert_eq!(submit.get_attribute("aria-disabled").as_deref(), Some("true"));
    type_into(&input, "orders");
    settle().await;
    submit.click();
    settle().await;
    assert_eq!(confirmed.get_untracked(), 1);
}

#[wasm_bindgen_test]
async fn a_field_joins_its_error_to_its_input() {
    let stage = Stage::new();
    let error = RwSignal::new(None::<String>);
    let _shown = stage.show(move || {
        view! {
            <Field label="Table name" hint=Some("3 to 255 letters".to_owned()) error>
                <TextInput value="ab" on_input=|_| {} />
            </Field>
        }
    });
    settle().await;
    let input: Element = stage.find("input");
    let label: Element = stage.find("label");
    assert_eq!(label.get_attribute("for"), input.get_attribute("id"));
    assert_eq!(input.get_attribute("aria-invalid"), None);
    error.set(Some("too short".to_owned()));
    settle().await;
    assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
    let described = input.get_attribute("aria-describedby").unwrap();
    let texts: Vec<String> = described
        .split(' ')
        .map(|id| document().get_element_by_id(id).unwrap().text_content().unwrap())
        .collect();
    assert_eq!(texts, ["3 to 255 letters", "too short"]);
}

#[wasm_bindgen_test]
async fn arrows_move_between_tabs_and_one_is_in_the_tab_order() {
    let stage = Stage::new();
    let selected = RwSignal::new("tree".to_owned());
    let _shown = stage.show(move || {
        let tabs = vec![Tab::new("tree", "Tree"), Tab::new("json", "JSON")];
        view! { <Tabs label="Views" tabs selected panel=move || selected.get() /> }
    });
    settle().await;
    let first: HtmlElement = stage.find("[role=tab][aria-selected=true]");
    first.focus().unwrap();
    press(&first, "ArrowLeft");
    settle().await;
    assert_eq!(focused().text_content().as_deref(), Some("JSON"));
    assert_eq!(first.get_attribute("tabindex").as_deref(), Some("-1"));
    assert_eq!(stage.find::<Element>("[role=tabpanel]").text_content().as_deref(), Some("json"));
}

#[wasm_bindgen_test]
async fn a_menu_closes_with_escape_and_gives_the_focus_back() {
    let stage = Stage::new();
    let _shown = stage.show(move || {
        view! { <Menu label="Presets" items=vec![MenuItem::new("One", || {}), MenuItem::new("Two", || {})] /> }
    });
    let trigger: HtmlElement = stage.find("button");
    trigger.click();
    settle().await;
    assert_eq!(focused().text_content().as_deref(), Some("One"));
    press(&focused(), "ArrowDown");
    assert_eq!(focused().text_content().as_deref(), Some("Two"));
    press(&focused(), "Escape");
    settle().await;
    assert!(!stage.has("[role=menu]"));
    assert!(JsValue::from(focused()) == JsValue::from(trigger));
}

#[wasm_bindgen_test]
async fn an_item_of_a_menu_stays_what_it_is_while_others_come_before_it() {
    let stage = Stage::new();
    let (names, chosen) = (RwSignal::new(vec!["a", "a"]), RwSignal::new(String::new()));
    let items = Signal::derive(move || {
        let items = names.get().into_iter().enumerate();
        items
            .map(|(at, name)| MenuItem::new(name, move || chosen.set(format!("{name}{at}"))))
            .collect::<Vec<_>>()
    });
    let _shown = stage.show(move || view! { <Menu label="Saved" items /> });
    stage.find::<HtmlElement>("button").click();
    settle().await;
    let second: HtmlElement = stage.find("[role=menuitem]:nth-of-type(2)");
    // Somebody aims at the second one, and the answer comes.
    names.set(vec!["b", "a", "a"]);
    settle().await;
    assert_eq!(stage.find::<Element>("[role=menuitem]").text_content().as_deref(), Some("b"));
    assert_eq!(second.text_content().as_deref(), Some("a"));
    second.click();
    assert_eq!(chosen.get_untracked(), "a2", "what it does now, under the same words");
}

#[wasm_bindgen_test]
async fn each_dialog_is_left_by_its_own_button() {
    let stage = Stage::new();
    let (first, second) = (RwSignal::new(true), RwSignal::new(false));
    let _shown = stage.show(move || {
        view! {
            <div id="first"><ConfirmDialog open=first title="One?" message="It goes." confirm="Drop" on_confirm=|()| {} /></div>
            <div id="second"><ConfirmDialog open=second title="Two?" message="It goes." confirm="Drop" on_confirm=|()| {} /></div>
        }
    });
    settle().await;
    stage.find::<HtmlElement>("#first .ui-dialog-foot button").click();
    assert!(!first.get_untracked(), "the button left another dialog");
    second.set(true);
    settle().await;
    stage.find::<HtmlElement>("#second .ui-dialog-foot button").click();
    assert!(!second.get_untracked());
}
