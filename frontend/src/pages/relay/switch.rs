//! On and off: what the relay will do, what it needs, and the button.

use dynadesk_shared::api::relay::{HindranceKind, RelaySet, RelayView};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api;
use crate::components::{StreamOn, TableScope};
use crate::nav::{self, Section};
use crate::state::{Remote, use_toasts};
use crate::ui::{Button, ButtonVariant, ConfirmDialog, IconName, LinkButton, Notice, Problem, StatusDot, Tone};

/// The relay needs the new image; the page of the stream compares it with the old one.
const STREAM_VIEW: &str = "NEW_AND_OLD_IMAGES";

#[component]
pub fn SwitchCard(scope: TableScope, relay: Remote<RelayView>) -> impl IntoView {
    let toasts = use_toasts();
    let (asking, busy) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<String>);
    let on = Memo::new(move |_| relay.ready(|view| view.on).unwrap_or(false));
    let hindrance = Memo::new(move |_| relay.ready(|view| view.hindrance.clone()).flatten());
    let state = Memo::new(move |_| relay.ready(state_of).unwrap_or((Tone::Neutral, "Off")));
    let index = Memo::new(move |_| relay.ready(|view| view.index.clone()).flatten());
    let stream = Memo::new(move |_| relay.ready(|view| view.stream_view.clone()).flatten());
    let (production, read_only) = (scope.connection.production, scope.why_not_change());
    let settings = nav::table(&scope.connection.name, &scope.table, Section::Settings);
    let scope = StoredValue::new(scope);
    let set = move |wanted: bool| {
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let (connection, table) = scope.with_value(|scope| (scope.connection.name.clone(), scope.table.clone()));
            let asked = RelaySet {
                on: wanted,
                confirm: scope.with_value(TableScope::name_to_confirm),
            };
            let answer = api::relay::set(&connection, &table, &asked).await;
            busy.try_set(false);
            match answer {
                Ok(view) => {
                    asking.try_set(false);
                    relay.set(view);
                    toasts.done(format!("The relay of {table} is {}", if wanted { "on" } else { "off" }));
                }
                Err(failure) => drop(problem.try_set(Some(failure.message()))),
            }
        });
    };
    let press = move |()| match production {
        true => asking.set(true),
        false => set(!on.get_untracked()),
    };
    let why_not = {
        let read_only = read_only.clone();
        Signal::derive(move || {
            let impossible = || hindrance.get().filter(|_| !on.get()).map(|hindrance| hindrance.why);
            read_only.clone().or_else(impossible)
        })
    };
    let question = move || {
        let (on, table) = (on.get(), scope.with_value(|scope| scope.table.clone()));
        let (word, message) = match on {
            true => (
                "off",
                "The group rows of this production table do not follow new messages any more until it is turned on again.",
            ),
            false => (
                "on",
                "For each new message the group rows of its conversation will move in this production table, whoever writes the message.",
            ),
        };
        view! {
            <ConfirmDialog
                open=asking
                title=format!("Turn the relay of {table} {word}?")
                message=Signal::stored(message.to_owned())
                confirm=format!("Turn {word}")
                type_name=table
                busy
                problem
                on_confirm=move |()| set(!on)
            />
        }
    };
    view! {
        <section class="card relay-switch" aria-labelledby="relay-title">
            <header class="relay-head">
                <h2 id="relay-title">"Message groups follow messages"</h2>
                <StatusDot
                    tone=Signal::derive(move || state.get().0)
                    label=Signal::derive(move || state.get().1.to_owned())
                    pulsing=Signal::derive(move || state.get().0 == Tone::Accent)
                />
            </header>
            <p>
                "For each new message row, from whoever wrote it, the group rows of its conversation move to the message’s time and text, \
                in one transaction that only holds while they are what was read. A row that is newer stays, two rows of one owner become \
                one, and changed or removed messages move nothing."
            </p>
            <dl class="facts relay-facts">
                <div>
                    <dt>"Stream"</dt>
                    <dd>{move || stream.get().unwrap_or_else(|| "None".to_owned())}</dd>
                </div>
                <div>
                    <dt>"Finds group rows"</dt>
                    <dd>
                        {move || match index.get() {
                            Some(index) => format!("by the index {index}"),
                            None => "by the participants, no index needed".to_owned(),
                        }}
                    </dd>
                </div>
                <div>
                    <dt>"This server"</dt>
                    <dd><code>{move || relay.ready(|view| view.server.clone())}</code></dd>
                </div>
            </dl>
            {move || {
                let settings = settings.clone();
                hindrance
                    .get()
                    .map(|hindrance| {
                        let tone = if hindrance.kind == HindranceKind::Waiting { Tone::Bad } else { Tone::Warning };
                        let words = match hindrance.kind {
                            HindranceKind::Waiting => format!("Waiting for the engine: {}", hindrance.why),
                            _ if on.get() => format!("It cannot work: {}", hindrance.why),
                            _ => format!("It cannot be turned on yet: {}", hindrance.why),
                        };
                        view! {
                            <Notice tone>{words}</Notice>
                            {(hindrance.kind == HindranceKind::Stream)
                                .then(|| {
                                    view! {
                                        {stream
                                            .get()
                                            .is_none()
                                            .then(|| view! { <StreamOn scope=scope.get_value() view_type=STREAM_VIEW.to_owned() /> })}
                                        <div class="row">
                                            <LinkButton icon=IconName::Settings href=settings>"Turn the stream on in Settings"</LinkButton>
                                        </div>
                                    }
                                })}
                        }
                    })
            }}
            <Problem text=Signal::derive(move || problem.get().filter(|_| !asking.get())) />
            <div class="row">
                {move || match on.get() {
                    true => view! { <Button busy disabled=read_only.clone() on_press=press>"Turn off"</Button> }.into_any(),
                    false => {
                        view! {
                            <Button variant=ButtonVariant::Primary icon=IconName::Send busy disabled=why_not on_press=press>
                                "Turn on"
                            </Button>
                        }
                            .into_any()
                    }
                }}
            </div>
        </section>
        {question}
    }
}

/// The state in a word.
fn state_of(view: &RelayView) -> (Tone, &'static str) {
    let worked = view.shards.iter().filter(|shard| shard.owner.is_some());
    match (&view.hindrance, view.on) {
        (_, false) => (Tone::Neutral, "Off"),
        (Some(hindrance), _) if hindrance.kind == HindranceKind::Waiting => (Tone::Bad, "Waiting for the engine"),
        (Some(_), _) => (Tone::Warning, "On, and cannot work"),
        (None, _)
            if view
                .shards
                .iter()
                .any(|shard| shard.owner.is_some() && shard.progress.problem.is_some()) =>
        {
            (Tone::Warning, "Held up")
        }
        (None, _) if worked.clone().count() == 0 => (Tone::Accent, "Starting"),
        (None, _) if worked.clone().all(|shard| shard.progress.caught_up) => (Tone::Good, "On, up to date"),
        (None, _) => (Tone::Accent, "On, catching up"),
    }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::api::relay::{Hindrance, RelayProgress, RelayShard};

    use super::*;

    #[test]
    fn the_state_is_told_in_a_word() {
        let shard = |owner: Option<&str>, caught_up, problem: Option<&str>| RelayShard {
            shard: "s".to_owned(),
            owner: owner.map(str::to_owned),
            progress: RelayProgress {
                caught_up,
                problem: problem.map(str::to_owned),
                ..RelayProgress::default()
            },
            lag_ms: None,
            beat_at: String::new(),
        };
        let view = |on, kind: Option<HindranceKind>, shards| RelayView {
            on,
            changed_at: None,
            hindrance: kind.map(|kind| Hindrance { kind, why: String::new() }),
            stream_view: None,
            index: None,
            server: String::new(),
            shards,
            error: None,
            aside: Vec::new(),
            more_aside: false,
        };
        let word = |view: RelayView| state_of(&view).1;
        assert_eq!(word(view(false, Some(HindranceKind::Stream), vec![])), "Off");
        assert_eq!(word(view(true, Some(HindranceKind::Stream), vec![])), "On, and cannot work");
        assert_eq!(word(view(true, Some(HindranceKind::Waiting), vec![])), "Waiting for the engine");
        assert_eq!(word(view(true, None, vec![shard(None, true, None)])), "Starting");
        assert_eq!(
            word(view(true, None, vec![shard(Some("a"), true, None), shard(None, false, None)])),
            "On, up to date"
        );
        assert_eq!(word(view(true, None, vec![shard(Some("a"), false, None)])), "On, catching up");
        assert_eq!(word(view(true, None, vec![shard(Some("a"), true, Some("down"))])), "Held up");
    }
}
