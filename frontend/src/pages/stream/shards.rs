//! The shards of the stream, and how far this watch has read each.

use dynadesk_shared::api::streams::{ShardPosition, ShardState};
use leptos::prelude::*;

use super::feed::Feed;
use crate::format;
use crate::ui::{DataTable, StatusDot, Tone};

#[component]
pub fn Shards(feed: Feed) -> impl IntoView {
    let shards = Memo::new(move |_| feed.state.with(|state| state.shards.clone()));
    view! {
        <details class="stream-shards">
            <summary>{move || format::counted(shards.with(Vec::len) as u64, "shard", "shards")}</summary>
            <DataTable label="Shards">
                <thead>
                    <tr>
                        <th scope="col">"Shard"</th>
                        <th scope="col">"Parent"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Read up to"</th>
                    </tr>
                </thead>
                <tbody>{move || shards.get().into_iter().map(row).collect_view()}</tbody>
            </DataTable>
        </details>
    }
}

fn row(shard: ShardState) -> impl IntoView {
    let (word, tone) = if shard.closed {
        ("closed", Tone::Neutral)
    } else {
        ("open", Tone::Good)
    };
    let position = match shard.position {
        None => "not begun".to_owned(),
        Some(ShardPosition::TrimHorizon) => "its beginning".to_owned(),
        Some(ShardPosition::Since(_)) => "nothing yet".to_owned(),
        Some(ShardPosition::After(number)) => number,
        Some(ShardPosition::Done) => "its end".to_owned(),
    };
    view! {
        <tr>
            <td class="stream-mono">{shard.id}</td>
            <td class="stream-mono">{shard.parent.unwrap_or_else(|| "none".to_owned())}</td>
            <td><StatusDot tone label=word /></td>
            <td class="stream-mono">{position}</td>
        </tr>
    }
}
