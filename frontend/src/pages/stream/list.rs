//! The records, the newest first. Many are kept and the first few hundred are on the page.

use std::sync::Arc;
use std::time::Duration;

use dynadesk_shared::Key;
use dynadesk_shared::api::streams::StreamRecord;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::feed::{Feed, MOST};
use super::place::{Place, entity, kind};
use crate::components::who::{Who, people_of};
use crate::format;
use crate::format::time::{self, Style};
use crate::state::use_names;
use crate::ui::{Badge, Button, DataTable, EmptyState, IconName, Notice, Tone};

/// Rows that are added to the page at a time.
const ROWS: usize = 200;
/// What a screen reader hears is summed up this often and not for each record.
const SAY_EVERY: Duration = Duration::from_secs(5);

/// How a type looks.
pub fn tone(record: &StreamRecord) -> Tone {
    match kind(record).0 {
        "insert" => Tone::Good,
        "modify" => Tone::Accent,
        "remove" => Tone::Bad,
        _ => Tone::Warning,
    }
}

fn row_id(number: u64) -> String {
    format!("record-{number}")
}

/// Gives the focus back to the row of a record, where it is on the page.
pub fn focus(number: u64) {
    let row = document().get_element_by_id(&row_id(number));
    if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = row.focus();
    }
}

#[component]
pub fn List(feed: Feed, place: Memo<Place>, partition_key: Memo<String>, opened: RwSignal<Option<u64>>) -> impl IntoView {
    let names = use_names();
    let most = RwSignal::new(ROWS);
    let shown = Memo::new(move |_| {
        feed.kept.with(|kept| {
            place.with(|place| {
                partition_key.with(|key| {
                    let records = kept.records.iter().filter(|(_, record)| place.shows(record, key));
                    records.cloned().collect::<Vec<_>>()
                })
            })
        })
    });
    let said = RwSignal::new(String::new());
    let interval = set_interval_with_handle(
        move || {
            let (shown, all) = (shown.with_untracked(Vec::len), feed.kept.with_untracked(|kept| kept.records.len()));
            let text = summary(shown, all);
            if said.with_untracked(|said| *said != text) {
                said.set(text);
            }
        },
        SAY_EVERY,
    );
    on_cleanup(move || {
        if let Ok(interval) = interval {
            interval.clear();
        }
    });
    let row = move |(number, record): (u64, Arc<StreamRecord>)| view! { <Row number record partition_key opened /> };
    view! {
        <div class="stream-list">
            {losses(feed)}
            {move || names.problem().map(|why| view! { <Notice tone=Tone::Warning>{why}</Notice> })}
            <p class="ui-hidden" aria-live="polite">{said}</p>
            {move || {
                if shown.with(Vec::is_empty) {
                    let hidden = feed.kept.with(|kept| kept.records.len());
                    nothing(hidden, place.with(Place::filters))
                } else {
                    view! {
                        <DataTable label="Stream records">
                            <thead>
                                <tr>
                                    <th scope="col">"Time"</th>
                                    <th scope="col">"Type"</th>
                                    <th scope="col">"Key"</th>
                                    <th scope="col">"Entity"</th>
                                    <th scope="col">"Size"</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For
                                    each=move || shown.with(|shown| shown.iter().take(most.get()).cloned().collect::<Vec<_>>())
                                    key=|(number, _)| *number
                                    children=row
                                />
                            </tbody>
                        </DataTable>
                    }
                        .into_any()
                }
            }}
            <div class="stream-counts">
                <span>{move || summary(shown.with(Vec::len), feed.kept.with(|kept| kept.records.len()))}</span>
                {move || {
                    (shown.with(Vec::len) > most.get())
                        .then(|| view! { <Button small=true on_press=move |()| most.update(|most| *most += ROWS)>"Show more rows"</Button> })
                }}
            </div>
        </div>
    }
}

fn summary(shown: usize, all: usize) -> String {
    let records = format::counted(all as u64, "record", "records");
    match all - shown {
        0 => records,
        hidden => format!(
            "{} of {records}, {} filtered out",
            format::count(shown as u64),
            format::count(hidden as u64)
        ),
    }
}

fn nothing(hidden: usize, filters: bool) -> AnyView {
    let (title, text) = match (hidden, filters) {
        (0, _) => (
            "Nothing has changed yet",
            "Each change of an item appears here as it happens. Choose From the start to see those of the last 24 hours.".to_owned(),
        ),
        (hidden, _) => (
            "Nothing to show",
            format!("The filter hides {}.", format::counted(hidden as u64, "record", "records")),
        ),
    };
    view! { <EmptyState icon=IconName::Stream title text /> }.into_any()
}

/// What this browser does not show although it happened.
fn losses(feed: Feed) -> impl IntoView {
    move || {
        let (skipped, gaps, let_go) = (feed.skipped.get(), feed.gaps.get(), feed.kept.with(|kept| kept.let_go));
        let skipped = (skipped > 0).then(|| {
            let text = format!(
                "{} skipped: this browser was too slow for them.",
                format::counted(skipped, "record was", "records were")
            );
            view! { <Notice tone=Tone::Warning>{text}</Notice> }
        });
        let gaps = (gaps > 0).then(|| {
            view! { <Notice tone=Tone::Warning>"Records are missing: they were older than 24 hours and trimmed before they were read."</Notice> }
        });
        let let_go = (let_go > 0).then(|| {
            let text = format!(
                "The newest records are kept, {} at most; {} made room for them.",
                format::count(MOST as u64),
                format::counted(let_go, "older one", "older ones"),
            );
            view! { <Notice>{text}</Notice> }
        });
        view! {
            {skipped}
            {gaps}
            {let_go}
        }
    }
}

#[component]
fn Row(number: u64, record: Arc<StreamRecord>, partition_key: Memo<String>, opened: RwSignal<Option<u64>>) -> impl IntoView {
    let is_open = Memo::new(move |_| opened.get() == Some(number));
    let key = format::readable(&Key(record.key.clone()).to_string());
    let (_, word) = kind(&record);
    let (short, full) = match record.at {
        Some(at) => (clock(at), time::local(at, Style::Full)),
        None => ("unknown".to_owned(), String::new()),
    };
    let tone = tone(&record);
    let entity = partition_key.with_untracked(|key| entity(&record, key));
    let people = people_of(record.newest());
    let size = format::bytes(record.size_bytes);
    view! {
        <tr class:is-open=is_open>
            <td class="stream-time" title=full>{short}</td>
            <td><Badge tone>{word}</Badge></td>
            <td class="stream-key" title=key.clone()>
                <button
                    type="button"
                    id=row_id(number)
                    aria-pressed=move || if is_open.get() { "true" } else { "false" }
                    on:click=move |_| opened.set(Some(number))
                >
                    {key.clone()}
                </button>
            </td>
            <td class="stream-entity">{entity}" "<Who people /></td>
            <td class="stream-size">{size}</td>
        </tr>
    }
}

/// Hours, minutes and seconds in the reader's zone.
fn clock(micros: i64) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64((micros / 1000) as f64));
    format!("{:02}:{:02}:{:02}", date.get_hours(), date.get_minutes(), date.get_seconds())
}
