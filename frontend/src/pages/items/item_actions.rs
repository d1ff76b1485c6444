//! What can be done with the open item: edit, duplicate, copy, delete.

use dynadesk_shared::Item;
use dynadesk_shared::value::plain_json;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::View;
use super::editing::{begin, edit};
use crate::components::TableScope;
use crate::components::item_editor::{DeleteDialog, Patches, Saver};
use crate::state::use_toasts;
use crate::ui::copy_button::copy_text;
use crate::ui::{Button, IconName, Menu, MenuItem};

#[component]
pub fn ItemActions(
    view: View,
    scope: TableScope,
    item: Item,
    on_patch: Callback<Patches>,
    on_written: Callback<Patches>,
    /// The item is not what was read any more.
    #[prop(into)]
    on_stale: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (details, read_only) = (scope.details, scope.why_not_write());
    let blocked = Signal::derive(move || {
        let waits = details.ready(|_| ()).is_none();
        read_only
            .clone()
            .or_else(|| waits.then(|| "The table's key is not known yet".to_owned()))
    });
    let deleting = RwSignal::new(false);
    let saver = Saver::new(&scope, on_patch, on_written);
    let kept = StoredValue::new(item.clone());
    let copy = move |what: &'static str, text: fn(&Item) -> String| {
        MenuItem::new(format!("Copy as {what}"), move || {
            let text = kept.with_value(text);
            spawn_local(async move {
                match copy_text(&text).await {
                    true => toasts.done(format!("Copied as {what}")),
                    false => toasts.note("The browser did not allow copying"),
                }
            });
        })
    };
    let copy_key = MenuItem::new("Copy the key", move || {
        let key = kept.with_value(|item| saver.key_of(item));
        let text = key.map(|key| serde_json::to_string(&key).unwrap_or_default()).unwrap_or_default();
        spawn_local(async move {
            match copy_text(&text).await {
                true => toasts.done("Copied the key as DynamoDB JSON"),
                false => toasts.note("The browser did not allow copying"),
            }
        });
    });
    let copies = vec![
        copy("JSON", plain_json::item_to_string),
        copy("DynamoDB JSON", |item| serde_json::to_string_pretty(item).unwrap_or_default()),
        copy_key,
    ];
    let editor = scope.clone();
    view! {
        <div class="item-actions" role="group" aria-label="What can be done with the item">
            <Button small=true icon=IconName::Edit disabled=blocked on_press=move |()| edit(view, &editor)>"Edit"</Button>
            <Button small=true icon=IconName::Copy disabled=blocked on_press=move |()| begin(view, kept.get_value())>"Duplicate"</Button>
            <Menu label="Copy" items=Signal::stored(copies) />
            <Button small=true icon=IconName::Trash disabled=blocked on_press=move |()| deleting.set(true)>"Delete"</Button>
        </div>
        {move || {
            // Its texts name the key, so it waits for the table's schema.
            details
                .ready(|_| ())
                .map(|()| view! { <DeleteDialog saver item=kept.get_value() open=deleting on_stale /> })
        }}
    }
}
