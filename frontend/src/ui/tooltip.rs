//! A short text beside what the pointer or the focus is on. It only repeats or adds to what is
//! there; nothing depends on it.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// Room kept to the edges of the window, in pixels.
const EDGE: f64 = 8.0;

#[component]
pub fn Tooltip(
    #[prop(into)] text: Signal<String>,
    /// Reads the text out too: for what has a label of its own and a tooltip that adds to it.
    #[prop(optional)]
    describes: bool,
    children: Children,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let anchor = NodeRef::<html::Span>::new();
    let bubble = NodeRef::<html::Span>::new();
    let show = move || shown.set(true);
    let hide = move || shown.set(false);
    Effect::new(move |_| {
        let (Some(anchor), Some(bubble)) = (anchor.get(), bubble.get()) else {
            return;
        };
        let (at, size) = (anchor.get_bounding_client_rect(), bubble.get_bounding_client_rect());
        let width = document().document_element().map_or(0.0, |root| f64::from(root.client_width()));
        let left = at.left() + at.width() / 2.0 - size.width() / 2.0;
        let left = left.min(width - size.width() - EDGE).max(EDGE);
        let above = at.top() - size.height() - 6.0;
        let top = if above < EDGE { at.bottom() + 6.0 } else { above };
        let style = web_sys::HtmlElement::style(&bubble);
        // Both are valid lengths, so the style takes them.
        let _ = style.set_property("left", &format!("{left}px"));
        let _ = style.set_property("top", &format!("{top}px"));
    });
    view! {
        <span
            class="ui-tooltip-anchor"
            node_ref=anchor
            on:mouseenter=move |_| show()
            on:mouseleave=move |_| hide()
            on:focusin=move |event| {
                // Focus that a press or a dialog put here says nothing; focus by keyboard asks for the text.
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
                if target.is_some_and(|target| target.matches(":focus-visible").unwrap_or(false)) {
                    show();
                }
            }
            on:focusout=move |_| hide()
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    hide();
                }
            }
            on:click=move |_| hide()
        >
            {children()}
            {describes.then(|| view! { <span class="ui-hidden">{text}</span> })}
            {move || {
                (shown.get() && !text.with(String::is_empty))
                    .then(|| view! { <span class="ui-tooltip" aria-hidden="true" node_ref=bubble>{text}</span> })
            }}
        </span>
    }
}
