//! One entry with everything that it says, and the way to what the history has of it.

use dynadesk_shared::api::audit::{AuditItem, AuditRow};
use leptos::prelude::*;

use super::list::row_id;
use super::place::Place;
use super::words;
use crate::format;
use crate::format::time::{Style, when};
use crate::nav;
use crate::state::storage;
use crate::ui::{Notice, SidePanel, StatusDot, Tone};

const WIDTH: &str = "audit-panel-width";

#[component]
pub fn EntryPanel(row: AuditRow, place: Memo<Place>, go: Callback<Place>) -> impl IntoView {
    let width = RwSignal::new(storage::read(WIDTH).unwrap_or(460.0));
    Effect::new(move |_| storage::write(WIDTH, &width.get()));
    let anchor = StoredValue::new(row_id(&row.hash));
    let close = move |()| {
        go.run(Place {
            entry: None,
            ..place.get_untracked()
        });
        // The focus goes back to the row that the panel was opened from.
        if let Some(row) = document().get_element_by_id(&anchor.get_value()) {
            let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(row).focus();
        }
    };
    let entry = row.entry;
    let title = words::operation(&entry);
    let (word, tone) = words::result(entry.result);
    let fact = |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{value}</dd></div> });
    let status = if entry.status == 0 {
        String::new()
    } else {
        entry.status.to_string()
    };
    let connection = entry.connection.clone();
    let item = move |item: AuditItem| view! { <Item connection=connection.clone() item /> };
    view! {
        <SidePanel title on_close=close width>
            // Most entries have nothing to press, and a panel that scrolls must be reachable by keyboard.
            <div class="audit-entry" tabindex="0" role="group" aria-label="The entry">
                {(entry.left_out > 0)
                    .then(|| {
                        view! {
                            <Notice tone=Tone::Warning>
                                {format::counted(entry.left_out, "entry before this one", "entries before this one")}
                                " could not be kept. The log of the server has them."
                            </Notice>
                        }
                    })}
                <dl class="facts">
                    {fact("When", when(&entry.at, Style::Full))}
                    {fact("Who", words::who(&entry))}
                    <div>
                        <dt>"Result"</dt>
                        <dd><StatusDot tone label=word /></dd>
                    </div>
                    {fact("From", entry.from.clone())}
                    {fact("Connection", entry.connection.clone())}
                    {fact("Table", entry.table.clone())}
                    {fact("Status", status)}
                    {fact("Code", entry.code.clone())}
                    {fact("Job", entry.job.clone())}
                    {fact("Kind", words::kind(entry.kind).to_owned())}
                </dl>
                {(!entry.detail.is_empty())
                    .then(|| view! { <div><h3>"Detail"</h3><p class="audit-text">{entry.detail.clone()}</p></div> })}
                {(!entry.group.is_empty())
                    .then(|| {
                        let href = nav::history_group(&entry.connection, &entry.group);
                        view! { <p><a href=href>"Everything that it wrote, in the history"</a></p> }
                    })}
                {(!entry.items.is_empty())
                    .then(|| {
                        view! {
                            <div>
                                <h3>"Items"</h3>
                                <ul class="audit-items">{entry.items.into_iter().map(item).collect_view()}</ul>
                                {(entry.more_items > 0).then(|| format!("and {} more", format::count(entry.more_items)))}
                            </div>
                        }
                    })}
                <h3>"Its place in the chain"</h3>
                <dl class="facts">
                    {fact("Server", entry.server.clone())} {fact("Place", entry.seq.to_string())} {fact("Request", entry.request.clone())}
                    {fact("Hash", row.hash)} {fact("Hash of the one before", entry.before.clone())}
                </dl>
            </div>
        </SidePanel>
    }
}

#[component]
fn Item(connection: String, item: AuditItem) -> impl IntoView {
    let href = item.write.as_ref().map(|write| nav::history_write(&connection, write));
    let hash = |name: &'static str, hash: Option<String>| hash.map(|hash| view! { <div class="audit-hash">{name} " " {hash}</div> });
    let key = item.key.to_string();
    view! {
        <li>
            {match href {
                Some(href) => view! { <a class="audit-key" href=href>{key}</a> }.into_any(),
                None => view! { <span class="audit-key">{key}</span> }.into_any(),
            }}
            {hash("before", item.before)}
            {hash("after", item.after)}
        </li>
    }
}
