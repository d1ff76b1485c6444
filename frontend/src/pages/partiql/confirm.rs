//! Asks before anything is written to production, and says what. What deletes goes by the name of the table.

use leptos::prelude::*;

use super::desk::Desk;
use super::pieces::Question;
use crate::ui::{Button, ButtonVariant, Dialog, Field, LeaveButton, TextInput};

#[component]
pub fn ConfirmWrites(desk: Desk) -> impl IntoView {
    let (open, typed) = (RwSignal::new(false), RwSignal::new(String::new()));
    Effect::new(move |_| {
        let asked = desk.asking.with(|question| !question.is_empty());
        typed.set(String::new());
        open.set(asked);
    });
    // Escape closes the dialog by itself.
    Effect::new(move |_| {
        if !open.get() && desk.asking.with_untracked(|question| !question.is_empty()) {
            desk.asking.set(Question::default());
        }
    });
    let name = Memo::new(move |_| desk.asking.with(|question| question.name.clone()));
    let not_yet = Signal::derive(move || {
        let wanted = name.get()?;
        (typed.get() != wanted).then(|| format!("Type {wanted} first"))
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if not_yet.with_untracked(Option::is_none) {
            desk.confirm(name.get_untracked().map(|_| typed.get_untracked()));
        }
    };
    let label = desk.connection.with_value(|connection| connection.label.clone());
    let title = format!("Write to production: {label}?");
    let statements = move || {
        let writes = desk.asking.with(|question| question.writes.clone());
        writes.into_iter().map(|one| view! { <li><code>{one}</code></li> }).collect_view()
    };
    let field = move || {
        name.get().map(|name| {
            view! {
                <Field label=format!("Type {name} to confirm")>
                    <TextInput mono=true autofocus=true value=typed on_input=move |text| typed.set(text) />
                </Field>
            }
        })
    };
    view! {
        <Dialog open title>
            <form class="partiql-confirm" on:submit=submit>
                <p>"These statements change data on a production connection:"</p>
                <ul>{statements}</ul>
                {field}
                <footer class="ui-dialog-foot">
                    <LeaveButton>"Cancel"</LeaveButton>
                    <Button variant=ButtonVariant::Danger submit=true disabled=not_yet>"Write"</Button>
                </footer>
            </form>
        </Dialog>
    }
}
