//! A dialog over the page. The browser keeps the focus inside; we give it back where it was.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::button::Button;
use super::focus;
use super::icon::IconName;
use super::icon_button::IconButton;
use super::id;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogWidth {
    #[default]
    Narrow,
    Wide,
}

/// What leaves the dialog around it, and whether something is under way there.
#[derive(Clone, Copy)]
struct Leave {
    run: Callback<()>,
    busy: Signal<bool>,
}

/// Open while `open` says so; Esc, the cross and a press beside it close it, unless `on_leave` is there:
/// then they call that, which closes it in the end or does not.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    #[prop(optional)] width: DialogWidth,
    /// Without the title's bar: for a dialog that begins with a search field. The title is still read out.
    #[prop(optional)]
    bare: bool,
    #[prop(optional, into)] on_leave: Option<Callback<()>>,
    /// While the answer to what was sent is still to come nobody leaves: it is of this dialog, not of the next one.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Nobody closes it but whoever opened it: nothing goes on before its question has an answer.
    #[prop(optional)]
    stays: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let before = StoredValue::new_local(None::<web_sys::HtmlElement>);
    let title_id = id::unique("dialog");
    let labelled = title_id.clone();
    Effect::new(move |_| {
        let Some(dialog) = element.get() else { return };
        if open.get() && !dialog.open() {
            let focused = document().active_element().and_then(|element| element.dyn_into().ok());
            before.set_value(focused);
            // Fails only for an element outside the document, which this one is not.
            let _ = dialog.show_modal();
            focus_first(&dialog);
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    let closed = move || {
        // What is told is the past: a question that was put aside and came up again at once stays.
        if element.get_untracked().is_some_and(|dialog| dialog.open()) {
            return;
        }
        open.set(false);
        // This is told a moment later: a browser has put the focus back already, and a command that was chosen in the
        // dialog may have put it elsewhere.
        if let Some(element) = before.try_update_value(Option::take).flatten()
            && focus::is_lost()
        {
            let _ = element.focus();
        }
    };
    let leave = move || match on_leave {
        _ if stays || busy.get_untracked() => {}
        Some(on_leave) => on_leave.run(()),
        None => open.set(false),
    };
    let way_out = Leave {
        run: Callback::new(move |()| leave()),
        busy,
    };
    // Esc closes a dialog as the default of the key: without asking it, and told a moment after it is shut.
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            leave();
        }
    };
    // The way back of a phone has no key. What is cancelled within the dialog, as the choice of a file, leaves it not.
    let cancelled = move |event: web_sys::Event| {
        if event.target() != event.current_target() {
            return;
        }
        event.prevent_default();
        leave();
    };
    let beside = move |event: leptos::ev::MouseEvent| {
        // The dialog's own box is its backdrop; its content lies in the element within.
        if event.target()
            == element
                .get_untracked()
                .map(|dialog| -> web_sys::EventTarget { dialog.unchecked_into() })
        {
            leave();
        }
    };
    view! {
        <dialog
            class="ui-dialog"
            class:is-wide=width == DialogWidth::Wide
            class:is-bare=bare
            node_ref=element
            aria-labelledby=labelled
            on:close=move |_| closed()
            on:cancel=cancelled
            on:keydown=pressed
            on:mousedown=beside
        >
            <Show when=move || open.get()>
                <div class="ui-dialog-content">
                    <header class="ui-dialog-head" class:ui-hidden=bare>
                        <h2 id=title_id.clone()>{title}</h2>
                        {(!bare && !stays)
                            .then(|| view! { <IconButton icon=IconName::Close label="Close" on_press=move |()| leave() /> })}
                    </header>
                    <leptos::context::Provider clone:children value=way_out>{children()}</leptos::context::Provider>
                </div>
            </Show>
        </dialog>
    }
}

/// Leaves the dialog around it as Esc does.
#[component]
pub fn LeaveButton(children: Children) -> impl IntoView {
    let Leave { run, busy } = expect_context();
    let disabled = Signal::derive(move || busy.get().then(|| "Still under way".to_owned()));
    view! { <Button on_press=run disabled>{children()}</Button> }
}

/// Where nothing asks for the focus, the first thing that there is to do has it: the browser would take
/// the cross, which only comes first in the title's bar.
fn focus_first(dialog: &web_sys::HtmlDialogElement) {
    const WITHIN: &str = ".ui-dialog-head ~ *";
    const CAN: &str = ":is(input, select, textarea, button, a[href], [tabindex=\"0\"]):not(:disabled)";
    let find = |selector: &str| dialog.query_selector(selector).ok().flatten();
    if find("[autofocus]").is_some() {
        return;
    }
    let first = find(&format!("{WITHIN} {CAN}, {WITHIN}{CAN}"));
    if let Some(first) = first.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = first.focus();
    }
}
