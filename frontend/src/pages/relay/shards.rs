//! How far the relay is in each shard of the stream.

use dynadesk_shared::api::relay::{RelayShard, RelayView};
use dynadesk_shared::api::streams::ShardPosition;
use leptos::prelude::*;

use crate::format;
use crate::format::time::{Style, local, when};
use crate::state::Remote;
use crate::ui::{DataTable, EmptyState, IconName};

#[component]
pub fn Shards(relay: Remote<RelayView>) -> impl IntoView {
    let shards = Memo::new(move |_| relay.ready(|view| view.shards.clone()).unwrap_or_default());
    let on = Memo::new(move |_| relay.ready(|view| view.on).unwrap_or(false));
    view! {
        <section class="relay-part">
            <h2>"Shards"</h2>
            {move || match shards.with(Vec::is_empty) {
                true => {
                    let text = match on.get() {
                        true => "The first shard is looked for.",
                        false => "Turned on, the relay begins with the oldest record that the stream keeps, at most 24 hours back.",
                    };
                    view! { <EmptyState icon=IconName::Stream title="Nothing was read yet" text /> }.into_any()
                }
                false => {
                    view! {
                        <DataTable label="Shards">
                            <thead>
                                <tr>
                                    <th scope="col">"Shard"</th>
                                    <th scope="col">"Behind"</th>
                                    <th scope="col" class="is-numeric">"Records"</th>
                                    <th scope="col" class="is-numeric">"Messages"</th>
                                    <th scope="col" class="is-numeric">"Rows moved"</th>
                                    <th scope="col" class="is-numeric">"Ignored"</th>
                                    <th scope="col" class="is-numeric">"Set aside"</th>
                                    <th scope="col" class="is-numeric">"Records/s"</th>
                                    <th scope="col">"Position"</th>
                                    <th scope="col">"Worked by"</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || shards.get() key=|shard| format!("{shard:?}") let(shard)>
                                    <Row shard />
                                </For>
                            </tbody>
                        </DataTable>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

#[component]
fn Row(shard: RelayShard) -> impl IntoView {
    let progress = shard.progress;
    let behind = behind(shard.lag_ms, progress.position == Some(ShardPosition::Done));
    let owner = shard.owner.unwrap_or_else(|| "nobody".to_owned());
    view! {
        <tr>
            <td><code class="relay-id">{shard.shard}</code></td>
            <td>{behind} {progress.problem.map(|why| view! { <p class="relay-problem">{why}</p> })}</td>
            <td class="is-numeric">{format::count(progress.seen)}</td>
            <td class="is-numeric">{format::count(progress.messages)}</td>
            <td class="is-numeric">{format::count(progress.moved)}</td>
            <td class="is-numeric">{format::count(progress.ignored)}</td>
            <td class="is-numeric">{format::count(progress.aside)}</td>
            <td class="is-numeric">{format::count(progress.per_second)}</td>
            <td><code class="relay-id">{position(progress.position.as_ref())}</code></td>
            <td title=format!("Last heard of {}", when(&shard.beat_at, Style::Short))><code class="relay-id">{owner}</code></td>
        </tr>
    }
}

/// How far behind a shard is, in words.
fn behind(lag_ms: Option<u64>, done: bool) -> String {
    match lag_ms {
        _ if done => "Read to its end".to_owned(),
        Some(0) => "Up to date".to_owned(),
        Some(lag) if lag < 1000 => "less than 1 s".to_owned(),
        Some(lag) => format::seconds(lag / 1000),
        None => "Not known".to_owned(),
    }
}

fn position(position: Option<&ShardPosition>) -> String {
    match position {
        None | Some(ShardPosition::TrimHorizon) => "at the beginning".to_owned(),
        Some(ShardPosition::Since(at)) => format!("since {}", local(*at, Style::Short)),
        Some(ShardPosition::After(number)) => number.clone(),
        Some(ShardPosition::Done) => "at the end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lag_is_told_in_words() {
        assert_eq!(behind(Some(0), false), "Up to date");
        assert_eq!(behind(Some(400), false), "less than 1 s");
        assert_eq!(behind(None, false), "Not known");
        assert_eq!(behind(Some(400), true), "Read to its end");
        assert_eq!(position(None), "at the beginning");
    }
}
