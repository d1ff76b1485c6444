//! Takes over a request from the clipboard: CreateTable, a described table, or a Workbench model.

use dynadesk_shared::api::tables::TableCreate;
use dynadesk_shared::create_table::paste;
use leptos::prelude::*;

use crate::ui::{Button, ButtonVariant, Dialog, DialogWidth, Field, TextArea};

#[component]
pub fn PasteDialog(open: RwSignal<bool>, #[prop(into)] on_take: Callback<TableCreate>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let read = Memo::new(move |_| {
        text.with(|text| {
            if text.trim().is_empty() {
                Ok(Vec::new())
            } else {
                paste::read(text)
            }
        })
    });
    let error = Signal::derive(move || read.with(|read| read.as_ref().err().cloned()));
    let found = move || read.with(|read| read.clone().unwrap_or_default());
    let take = move |create: TableCreate| {
        open.set(false);
        text.set(String::new());
        on_take.run(create);
    };
    view! {
        <Dialog open title="Paste a table" width=DialogWidth::Wide>
            <Field
                label="JSON"
                hint=Some("A CreateTable request, the answer of DescribeTable, or a NoSQL Workbench model".to_owned())
                error
            >
                <TextArea mono=true rows=14 value=text on_input=move |typed| text.set(typed) />
            </Field>
            <div class="row">
                {move || {
                    found()
                        .into_iter()
                        .map(|create| {
                            let label = format!("Use {}", create.request.table_name);
                            view! {
                                <Button variant=ButtonVariant::Primary on_press=move |()| take(create.clone())>{label}</Button>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </Dialog>
    }
}
