//! The rows of the list. Only those in view exist, so that a thousand tables scroll like ten.

use std::ops::Range;
use std::time::Duration;

use dynadesk_shared::api::tables::TableView;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::order;
use crate::components::table_page::status_tone;
use crate::format;
use crate::nav;
use crate::pages::tables::key_names::key_names;
use crate::state::preferences::use_preferences;
use crate::state::tables::{Detail, Shelf};
use crate::ui::{Badge, Sort, SortHeader, StatusDot, Tone, Tooltip, focus};

/// Rows kept above and below the view.
const MARGIN: usize = 8;
/// How often tables that are being made or dropped are looked at again.
const AGAIN: Duration = Duration::from_millis(1_500);
const APPROXIMATE: &str = "DynamoDB updates this about every six hours, so it is approximate";

#[component]
pub fn Rows(shelf: Shelf, name: String, found: Memo<Vec<String>>, sort: RwSignal<Sort>, cursor: RwSignal<usize>) -> impl IntoView {
    let frame = NodeRef::<html::Div>::new();
    let row_px = move || use_preferences().density.get().row_px();
    let scrolled = RwSignal::new((0.0, 900.0));
    let measure = move || {
        if let Some(frame) = frame.get_untracked() {
            scrolled.set((f64::from(frame.scroll_top()), f64::from(frame.client_height())));
        }
    };
    Effect::new(move |_| {
        if frame.get().is_some() {
            measure();
        }
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    let row_height = Memo::new(move |_| row_px());
    let shown = Memo::new(move |_| in_view(scrolled.get(), row_height.get(), found.with(Vec::len)));
    {
        let shelf = shelf.clone();
        // Details are dropped by a reload; what is in view is then asked for again.
        let details = shelf.details.clone();
        let none_known = Memo::new(move |_| details.with(|details| details.is_empty()));
        Effect::new(move |_| {
            none_known.track();
            let range = shown.get();
            let names = found.with(|found| found[range].to_vec());
            shelf.want(names);
        });
    }
    watch_changes(&shelf, found, shown);

    let keys = move |event: leptos::ev::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        let now = cursor.get_untracked().min(last);
        let next = match event.key().as_str() {
            "ArrowDown" => (now + 1).min(last),
            "ArrowUp" => now.saturating_sub(1),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        cursor.set(next);
        if let Some(frame) = frame.get_untracked() {
            let height = row_height.get_untracked();
            let (top, view) = (f64::from(frame.scroll_top()), f64::from(frame.client_height()));
            let at = next as f64 * height;
            // The head covers the first row of the view.
            let wanted = if at < top { at } else { top.max(at + 2.0 * height - view) };
            frame.set_scroll_top(wanted as i32);
            measure();
        }
        focus(next);
    };
    let details = shelf.details.clone();
    let connection = StoredValue::new(name);
    let row = move |(at, table): (usize, String)| {
        let (details, own) = (details.clone(), table.clone());
        let detail = Memo::new(move |_| details.with(|details| details.get(&own).cloned()));
        let href = connection.with_value(|connection| nav::overview(connection, &table));
        view! { <Row at table href detail cursor /> }
    };
    let visible = move || {
        let range = shown.get();
        found.with(|found| {
            found[range.clone()]
                .iter()
                .cloned()
                .enumerate()
                .map(|(at, name)| (range.start + at, name))
                .collect::<Vec<_>>()
        })
    };
    let above = move || format!("{}px", shown.get().start as f64 * row_height.get());
    let below = move || {
        format!(
            "{}px",
            found.with(Vec::len).saturating_sub(shown.get().end) as f64 * row_height.get()
        )
    };
    view! {
        <div class="ui-table-frame tables-frame" node_ref=frame on:scroll=move |_| measure() on:keydown=keys>
            <table class="ui-table tables-list" aria-label="Tables" aria-rowcount=move || (found.with(Vec::len) + 1).to_string()>
                <thead>
                    <tr>
                        <SortHeader label="Name" by=order::NAME sort />
                        <SortHeader label="Status" by=order::STATUS sort />
                        <SortHeader label="Items" by=order::ITEMS sort numeric=true />
                        <SortHeader label="Size" by=order::SIZE sort numeric=true />
                        <th scope="col">"Keys"</th>
                        <SortHeader label="Billing" by=order::BILLING sort />
                        <SortHeader label="Indexes" by=order::INDEXES sort numeric=true />
                    </tr>
                </thead>
                <tbody>
                    <tr class="tables-space" aria-hidden="true"><td colspan="7" style:height=above></td></tr>
                    <For each=visible key=|row| row.clone() children=row />
                    <tr class="tables-space" aria-hidden="true"><td colspan="7" style:height=below></td></tr>
                </tbody>
            </table>
            {move || found.with(Vec::is_empty).then(|| view! { <p class="tables-none" role="status">"No table has this in its name."</p> })}
        </div>
    }
}

/// The rows that a view of this height shows at this place.
fn in_view((top, height): (f64, f64), row: f64, count: usize) -> Range<usize> {
    let first = (top / row).floor().max(0.0) as usize;
    let last = ((top + height) / row).ceil().max(0.0) as usize + MARGIN;
    let end = last.min(count);
    first.saturating_sub(MARGIN).min(end)..end
}

fn link_id(at: usize) -> String {
    format!("table-{at}")
}

/// Puts the focus on the link of a row, once it is there.
pub fn focus(at: usize) {
    focus::soon(move || {
        let link = document().get_element_by_id(&link_id(at));
        if let Some(link) = link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
            // A row that scrolled away meanwhile cannot take the focus, and need not.
            let _ = link.focus();
        }
    });
}

/// Looks again at tables in view that are on their way to another state.
fn watch_changes(shelf: &Shelf, found: Memo<Vec<String>>, shown: Memo<Range<usize>>) {
    let shelf = shelf.clone();
    let look = move || {
        let range = shown.get_untracked();
        let names: Vec<String> = found.with_untracked(|found| found.get(range).map(<[_]>::to_vec).unwrap_or_default());
        let changing = shelf.details.with_untracked(|details| {
            let changing = |name: &String| matches!(details.get(name), Some(Ok(view)) if view.status != "ACTIVE");
            names.into_iter().filter(changing).collect::<Vec<_>>()
        });
        for name in changing {
            shelf.refresh(&name);
        }
    };
    if let Ok(handle) = set_interval_with_handle(look, AGAIN) {
        on_cleanup(move || handle.clear());
    }
}

#[component]
fn Row(at: usize, table: String, href: String, detail: Memo<Option<Detail>>, cursor: RwSignal<usize>) -> impl IntoView {
    let title = table.clone();
    let cells = move || match detail.get() {
        Some(Ok(view)) => known(&view),
        Some(Err(failure)) => view! { <td colspan="6" class="tables-failed">{failure.message()}</td> }.into_any(),
        None => (0..6)
            .map(|_| view! { <td><span class="tables-wait"></span></td> })
            .collect_view()
            .into_any(),
    };
    view! {
        <tr aria-rowindex=(at + 2).to_string()>
            <td class="tables-name">
                <a id=link_id(at) href=href title=title on:focus=move |_| cursor.set(at)>{table}</a>
            </td>
            {cells}
        </tr>
    }
}

fn known(table: &TableView) -> AnyView {
    let status = table.status.clone();
    let tone = status_tone(&status);
    let pulsing = status != "ACTIVE";
    let keys = key_names(&table.key);
    let billing = match table.billing_mode.as_str() {
        "PROVISIONED" => "Provisioned",
        "PAY_PER_REQUEST" => "On demand",
        other => other,
    }
    .to_owned();
    let about = |text: String| view! { <Tooltip text=APPROXIMATE><span>{format!("≈ {text}")}</span></Tooltip> };
    view! {
        <td><StatusDot tone label=status pulsing /></td>
        <td class="is-numeric">{about(format::count(table.item_count))}</td>
        <td class="is-numeric">{about(format::bytes(table.size_bytes))}</td>
        <td>{keys}</td>
        <td>
            {billing}
            {table.deletion_protection.then(|| view! { " "<Badge tone=Tone::Accent>"Protected"</Badge> })}
        </td>
        <td class="is-numeric">{table.indexes.len().to_string()}</td>
    }
    .into_any()
}
