//! Asks before something that cannot be undone, and names the thing.

use leptos::prelude::*;

use super::badge::Tone;
use super::button::{Button, ButtonVariant};
use super::dialog::{Dialog, LeaveButton};
use super::field::Field;
use super::notice::Notice;
use super::problem::Problem;
use super::text_input::TextInput;

#[component]
pub fn ConfirmDialog(
    open: RwSignal<bool>,
    /// A question that names the thing: `Drop the table cruddur-messages?`
    #[prop(into)]
    title: String,
    /// What will happen.
    #[prop(into)]
    message: Signal<String>,
    /// The verb on the button: `Drop table`.
    #[prop(into)]
    confirm: String,
    /// The operator must type this before the button works.
    #[prop(optional_no_strip, into)]
    type_name: Option<String>,
    /// Why it is not possible at all.
    #[prop(optional, into)]
    blocked: Signal<Option<String>>,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Why the last attempt failed.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    #[prop(into)] on_confirm: Callback<()>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    // What an attempt before this one failed for is no news.
    let tried = RwSignal::new(false);
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
            tried.set(false);
        }
    });
    let problem = Signal::derive(move || problem.get().filter(|_| tried.get() && !busy.get()));
    let name = StoredValue::new(type_name);
    let verb = StoredValue::new(confirm);
    let not_yet = Signal::derive(move || {
        blocked.get().or_else(|| {
            let wanted = name.get_value()?;
            (typed.get() != wanted).then(|| format!("Type {wanted} first"))
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if not_yet.with_untracked(Option::is_none) && !busy.get_untracked() {
            tried.set(true);
            on_confirm.run(());
        }
    };
    view! {
        <Dialog open title busy>
            <form class="ui-confirm" on:submit=submit>
                <p>{message}</p>
                {move || blocked.get().map(|reason| view! { <Notice tone=Tone::Warning>{reason}</Notice> })}
                {move || {
                    name.get_value()
                        .filter(|_| blocked.with(Option::is_none))
                        .map(|name| {
                            view! {
                                <Field label=format!("Type {name} to confirm")>
                                    <TextInput mono=true autofocus=true value=typed on_input=move |text| typed.set(text) />
                                </Field>
                            }
                        })
                }}
                <Problem text=problem />
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Danger submit=true busy disabled=not_yet>{verb.get_value()}</Button>
                </footer>
            </form>
        </Dialog>
    }
}
