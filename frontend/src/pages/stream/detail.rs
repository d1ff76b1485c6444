//! One record: its facts, and the item before and after.

use std::sync::Arc;

use dynadesk_shared::Key;
use dynadesk_shared::api::streams::StreamRecord;
use leptos::prelude::*;

use super::list::tone;
use super::place::{entity, kind};
use crate::components::TableScope;
use crate::components::item_diff::ItemDiff;
use crate::components::who::{Who, people_of};
use crate::format;
use crate::format::time::{self, Style};
use crate::nav;
use crate::state::storage;
use crate::ui::{Badge, CopyButton, IconName, LinkButton, Notice, SidePanel};

const WIDTH: &str = "stream-panel-width";

#[component]
pub fn Detail(
    scope: TableScope,
    record: Arc<StreamRecord>,
    partition_key: Memo<String>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let width = RwSignal::new(storage::read(WIDTH).unwrap_or(480.0));
    Effect::new(move |_| storage::write(WIDTH, &width.get()));
    let key = Key(record.key.clone());
    let (_, word) = kind(&record);
    let title = format!("{word} · {key}");
    let href = nav::with_query(&nav::items(&scope.connection.name, &scope.table), &[("item", Some(key.to_token()))]);
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> };
    let at = record.at.map_or_else(|| "unknown".to_owned(), |at| time::local(at, Style::Full));
    let entity = partition_key.with_untracked(|name| entity(&record, name));
    let json = serde_json::to_string_pretty(&*record).unwrap_or_default();
    let view_type = record.view_type.clone().unwrap_or_else(|| "unknown".to_owned());
    let tone = tone(&record);
    let people = people_of(record.newest());
    let people = (!people.is_empty()).then(|| view! { <div><dt>"Who"</dt><dd><Who people /></dd></div> });
    view! {
        <SidePanel title=Signal::stored(title) on_close width>
            <div class="stream-detail">
                <div class="stream-detail-actions">
                    <LinkButton icon=IconName::Table href>"Open the item"</LinkButton>
                    <CopyButton text=Signal::stored(json) label="Copy as JSON" labelled=true />
                </div>
                <dl class="facts">
                    <div>
                        <dt>"Type"</dt>
                        <dd><Badge tone>{word}</Badge></dd>
                    </div>
                    {fact("When", at)} {fact("Entity", entity)} {fact("Size", format::bytes(record.size_bytes))}
                    {people}
                    {fact("View type", view_type)} {fact("Shard", record.shard.clone())}
                    {fact("Sequence number", record.sequence_number.clone())}
                </dl>
                <h3>"What changed"</h3>
                {images(&record)}
            </div>
        </SidePanel>
    }
}

fn images(record: &StreamRecord) -> AnyView {
    let view_type = record.view_type.as_deref().unwrap_or_default();
    let (before, after) = (record.old.clone(), record.new.clone());
    let note = match (view_type, &before, &after) {
        (_, None, None) => {
            let text = "The stream's view type keeps no image for this change, only the key.";
            return view! { <Notice>{text}</Notice> }.into_any();
        }
        ("NEW_IMAGE", ..) => Some("The stream keeps only the item after the change, so all of it looks added."),
        ("OLD_IMAGE", ..) => Some("The stream keeps only the item before the change, so all of it looks removed."),
        _ => None,
    };
    view! {
        {note.map(|note| view! { <Notice>{note}</Notice> })}
        <ItemDiff before=before.unwrap_or_default() after=after.unwrap_or_default() label="Changed attributes" />
    }
    .into_any()
}
