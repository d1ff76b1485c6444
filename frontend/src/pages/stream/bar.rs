//! Above the list: how the connection stands, what is shown, and the way to hold still.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::feed::{Feed, Link};
use super::place::{KINDS, Place, entity};
use crate::format;
use crate::ui::{Button, ButtonVariant, Choice, IconName, SegmentedControl, Select, StatusDot, TextInput, Tone};

#[component]
pub fn Bar(feed: Feed, place: Memo<Place>, go: Callback<Place>, partition_key: Memo<String>) -> impl IntoView {
    let set = move |change: &dyn Fn(&mut Place)| {
        let mut wanted = place.get_untracked();
        change(&mut wanted);
        go.run(wanted);
    };
    let kinds = KINDS.iter().map(|(name, word)| Choice::new(*name, *word));
    let kinds: Vec<_> = std::iter::once(Choice::new("", "All types")).chain(kinds).collect();
    let entities = Memo::new(move |_| {
        let mut names: BTreeSet<String> = feed
            .kept
            .with(|kept| partition_key.with(|key| kept.records.iter().map(|(_, record)| entity(record, key)).collect()));
        names.extend(place.with(|place| place.entity.clone()));
        names
    });
    let choices = Signal::derive(move || {
        let names = entities.with(|names| names.iter().map(|name| Choice::new(name.clone(), name.clone())).collect::<Vec<_>>());
        std::iter::once(Choice::new("", "All entities")).chain(names).collect::<Vec<_>>()
    });
    let begin = vec![Choice::new("now", "From now"), Choice::new("start", "From the start")];
    view! {
        <div class="page-bar stream-bar">
            {status(feed)}
            <SegmentedControl
                label="Begin"
                value=Signal::derive(move || if place.with(|place| place.start) { "start".to_owned() } else { "now".to_owned() })
                on_change=move |value: String| set(&|place| place.start = value == "start")
                choices=begin
            />
            <Select
                label="Type"
                value=Signal::derive(move || place.with(|place| place.kind.clone()).unwrap_or_default())
                choices=kinds
                on_change=move |value: String| set(&|place| place.kind = Some(value.clone()).filter(|value| !value.is_empty()))
            />
            <Select
                label="Entity"
                value=Signal::derive(move || place.with(|place| place.entity.clone()).unwrap_or_default())
                choices
                on_change=move |value: String| set(&|place| place.entity = Some(value.clone()).filter(|value| !value.is_empty()))
            />
            <TextInput
                label="Key contains"
                placeholder="Key contains"
                kind="search"
                icon=IconName::Search
                value=Signal::derive(move || place.with(|place| place.key.clone()))
                on_input=move |value: String| set(&|place| place.key = value.clone())
            />
            <div class="stream-actions">
                {move || {
                    let paused = feed.paused.get();
                    let (icon, word) = if paused { (IconName::Play, "Resume") } else { (IconName::Pause, "Pause") };
                    view! { <Button icon on_press=move |()| feed.pause(!paused)>{word}</Button> }
                }}
                <Button variant=ButtonVariant::Ghost on_press=move |()| feed.clear()>"Clear"</Button>
            </div>
        </div>
    }
}

/// What the lag is.
const LAG: &str = "How long after its write the last record was sent here. Many engines date a record to the second only.";

fn lag_words(lag_ms: u64) -> String {
    match lag_ms {
        ..1000 => "less than 1 s behind".to_owned(),
        _ => format!("{} behind", format::seconds(lag_ms / 1000)),
    }
}

fn status(feed: Feed) -> impl IntoView {
    move || {
        let state = feed.state.get();
        let (word, tone) = match feed.link.get() {
            Link::Connecting => ("Connecting".to_owned(), Tone::Neutral),
            Link::Reconnecting => ("Reconnecting".to_owned(), Tone::Warning),
            Link::Ended => ("The stream has ended".to_owned(), Tone::Neutral),
            Link::Live if state.trouble.is_some() => ("The engine refuses".to_owned(), Tone::Warning),
            // Nothing that is written now would be told yet.
            Link::Live if state.beginning || state.shards.is_empty() => ("Connecting".to_owned(), Tone::Neutral),
            Link::Live if state.waiting => ("Waiting for another replay".to_owned(), Tone::Neutral),
            Link::Live if state.catching_up => ("Replaying".to_owned(), Tone::Accent),
            Link::Live if feed.paused.get() => {
                let held = feed.held.with(|held| held.records.len() as u64 + held.let_go);
                (format!("Paused, {} new", format::count(held)), Tone::Neutral)
            }
            Link::Live => ("Live".to_owned(), Tone::Good),
        };
        let lag = feed.lag_ms.get().filter(|_| feed.link.get() == Link::Live).map(lag_words);
        view! {
            <div class="stream-status" title=state.trouble><StatusDot tone label=word /></div>
            <span class="stream-lag" title=LAG>{lag}</span>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lag_is_told_in_seconds() {
        assert_eq!(lag_words(0), "less than 1 s behind");
        assert_eq!(lag_words(3_900), "3 s behind");
    }
}
