//! The line below the editor: size and price as they stand, what is wrong, and the way out.

use dynadesk_shared::edit::differences;
use dynadesk_shared::size::{MAX_ITEM_BYTES, item_bytes, write_units};
use leptos::prelude::*;

use super::saving::Saver;
use super::state::Editor;
use crate::format;
use crate::ui::{Button, ButtonVariant, Icon, IconName};

/// From here on the limit is near, bytes.
const NEAR: usize = MAX_ITEM_BYTES * 9 / 10;

#[component]
pub fn Foot(
    editor: Editor,
    saver: Saver,
    adding: bool,
    /// Why nothing can be written at all.
    why_not: Option<String>,
    #[prop(into)] on_save: Callback<()>,
    #[prop(into)] on_cancel: Callback<()>,
) -> impl IntoView {
    let size = Memo::new(move |_| editor.standing.with(|standing| standing.item.as_ref().map(item_bytes)));
    // A write is priced by the larger of both images.
    let before = if adding { 0 } else { editor.base.with_value(item_bytes) };
    let changes = Memo::new(move |_| {
        editor.standing.with(|standing| {
            let item = standing.item.as_ref()?;
            Some(editor.base.with_value(|base| differences(base, item).len()))
        })
    });
    let faults = Memo::new(move |_| editor.standing.with(|standing| standing.faults()));
    let measure = move || {
        size.get().map(|bytes| {
            let units = format::count(write_units(bytes.max(before)));
            let level = if bytes > MAX_ITEM_BYTES {
                "is-bad"
            } else if bytes > NEAR {
                "is-near"
            } else {
                ""
            };
            let note = match level {
                "is-bad" => " · more than 400 KB, which DynamoDB refuses",
                "is-near" => " · near the 400 KB that an item may have",
                _ => "",
            };
            let exact = match bytes {
                0..1024 => String::new(),
                _ => format!(" ({} B)", format::count(bytes as u64)),
            };
            view! {
                <span class=format!("edit-measure {level}")>
                    {format!("{}{exact} · {units} WCU{note}", format::bytes(bytes as u64))}
                </span>
            }
        })
    };
    let standing = move || match changes.get() {
        _ if adding => None,
        Some(0) => Some("No changes".to_owned()),
        Some(count) => Some(format::counted(count as u64, "change", "changes")),
        None => None,
    };
    let show_faults = move || {
        let count = faults.get();
        (count > 0 && editor.tried.get()).then(|| {
            let text = format::counted(count as u64, "problem", "problems");
            view! {
                <button type="button" class="edit-place edit-problems" on:click=move |_| editor.point()>
                    <Icon name=IconName::Alert size=14 />
                    {text}
                </button>
            }
        })
    };
    view! {
        <div class="edit-foot">
            <div class="edit-facts" role="status">
                {measure}
                {move || standing().map(|text| view! { <span>{text}</span> })}
                {show_faults}
            </div>
            <div class="edit-buttons">
                <Button on_press=on_cancel>"Cancel"</Button>
                <Button variant=ButtonVariant::Primary busy=saver.busy disabled=Signal::stored(why_not) on_press=on_save>
                    {if adding { "Add item" } else { "Save" }}
                </Button>
            </div>
        </div>
    }
}
