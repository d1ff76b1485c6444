//! A panel beside the page: its width is the operator's on a desk, the whole screen on a phone.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::icon::IconName;
use super::icon_button::IconButton;

const NARROWEST: f64 = 300.0;
const WIDEST: f64 = 1_200.0;
const STEP: f64 = 24.0;

/// Shown by its parent (put it into a `<Show>`); Esc and the cross call `on_close`, which should
/// give the focus back to what opened it.
#[component]
pub fn SidePanel(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] on_close: Callback<()>,
    /// Pixels; a signal that the parent may remember.
    width: RwSignal<f64>,
    /// Buttons in the head.
    #[prop(optional, into)]
    actions: ViewFn,
    /// Stays in sight below what scrolls.
    #[prop(optional, into)]
    foot: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let dragging = RwSignal::new(false);
    let element = NodeRef::<html::Aside>::new();
    let resize = move |wanted: f64| {
        let window_width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(WIDEST);
        width.set(wanted.clamp(NARROWEST, WIDEST.min(window_width * 0.8)));
    };
    let moved = move |event: leptos::ev::PointerEvent| {
        if let (true, Some(panel)) = (dragging.get_untracked(), element.get_untracked()) {
            resize(panel.get_bounding_client_rect().right() - f64::from(event.client_x()));
        }
    };
    let grab = move |event: leptos::ev::PointerEvent| {
        event.prevent_default();
        dragging.set(true);
        if let Some(handle) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) {
            // Without the capture the drag would only end sooner.
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let change = match event.key().as_str() {
            "ArrowLeft" => STEP,
            "ArrowRight" => -STEP,
            _ => return,
        };
        event.prevent_default();
        resize(width.get_untracked() + change);
    };
    view! {
        <aside
            class="ui-side"
            node_ref=element
            aria-label=title
            style=("--side-width", move || format!("{}px", width.get()))
            on:keydown=move |event| {
                // A dialog over the panel closes by itself.
                if event.key() == "Escape" && !event.default_prevented() && !in_dialog(&event) {
                    event.prevent_default();
                    on_close.run(());
                }
            }
        >
            <div
                class="ui-side-handle"
                class:is-dragging=dragging
                role="separator"
                aria-orientation="vertical"
                aria-label="Panel width"
                aria-valuemin=NARROWEST
                aria-valuemax=WIDEST
                aria-valuenow=width
                tabindex="0"
                on:pointerdown=grab
                on:pointermove=moved
                on:pointerup=move |_| dragging.set(false)
                on:pointercancel=move |_| dragging.set(false)
                on:keydown=keys
            ></div>
            <header class="ui-side-head">
                <h2>{title}</h2>
                <div class="ui-side-actions">
                    {move || actions.run()}
                    <IconButton icon=IconName::Close label="Close panel" on_press=on_close />
                </div>
            </header>
            <div class="ui-side-body">{children()}</div>
            {foot.map(|foot| view! { <footer class="ui-side-foot">{foot.run()}</footer> })}
        </aside>
    }
}

fn in_dialog(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| target.closest("dialog").is_ok_and(|dialog| dialog.is_some()))
}
