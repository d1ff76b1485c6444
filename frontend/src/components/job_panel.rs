//! A job while it runs and when it is over: live progress, cancel, resume, what was rejected.

use dynadesk_shared::api::jobs::{JobProgress, JobState, JobView};
use dynadesk_shared::api::seed::Reject;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::download::download;
use super::failure_panel::FailurePanel;
use super::reconnecting::{Reconnecting, Standing};
use crate::api::events::Events;
use crate::api::{self, ApiFailure};
use crate::format;
use crate::nav;
use crate::ui::{Button, ButtonVariant, IconName, Notice, ProgressBar, Skeleton, StatusDot, Tone};

/// Seconds of silence after which another server would have gone on.
const TAKEN_OVER: u64 = 25;

/// The word and the tone of a job's state.
pub fn job_state(state: JobState) -> (&'static str, Tone) {
    match state {
        JobState::Running => ("Running", Tone::Accent),
        JobState::Cancelling => ("Cancelling", Tone::Warning),
        JobState::Done => ("Done", Tone::Good),
        JobState::Cancelled => ("Cancelled", Tone::Warning),
        JobState::Failed => ("Failed", Tone::Bad),
        JobState::Interrupted => ("Interrupted", Tone::Warning),
    }
}

/// Whether what is heard is newer than what is known: the answer to Cancel may come after the stream told the end,
/// and no job goes on after that. One that was interrupted does.
fn is_news(known: Option<JobState>, heard: JobState) -> bool {
    let ended = matches!(known, Some(JobState::Done | JobState::Cancelled | JobState::Failed));
    !ended || heard.is_over()
}

/// How far a job is, 0 to 1; nothing while its end is not known.
pub fn job_share(progress: &JobProgress) -> Option<f64> {
    (progress.total > 0).then(|| progress.processed as f64 / progress.total as f64)
}

/// Shows a job by its id, live.
#[component]
pub fn JobPanel(
    job: String,
    /// Why nothing can be written, and so nothing resumed.
    #[prop(into)]
    why_not: Signal<Option<String>>,
    /// Told once, when the job is over.
    #[prop(optional, into)]
    on_over: Option<Callback<JobView>>,
) -> impl IntoView {
    let view = RwSignal::new(None::<JobView>);
    let failure = RwSignal::new(None::<ApiFailure>);
    let busy = RwSignal::new(false);
    let watch = StoredValue::new_local(None::<Events>);
    let standing = Standing::default();
    let told = StoredValue::new(false);
    let job = StoredValue::new(job);
    let known = move || view.try_with_untracked(|view| view.as_ref().map(|view| view.state)).flatten();
    let take = move |state: JobView| {
        if !is_news(known(), state.state) {
            return;
        }
        if !state.state.is_over() {
            told.try_set_value(false);
        }
        if state.state.is_over() {
            // The stream ends here, and the browser would begin it again for ever.
            set_timeout(move || drop(watch.try_set_value(None)), std::time::Duration::ZERO);
            standing.over();
            if let (false, Some(on_over)) = (told.try_get_value().unwrap_or(true), on_over) {
                told.set_value(true);
                on_over.run(state.clone());
            }
        }
        view.try_set(Some(state));
    };
    let stands = move |link| {
        // The stream of a job that is over breaks off, and nothing is lost by that.
        if !view.is_disposed() && !known().is_some_and(JobState::is_over) {
            standing.set(link);
        }
    };
    let follow = move || watch.set_value(Some(api::jobs::watch(&job.get_value(), take, stands)));
    let load = move || {
        spawn_local(async move {
            let Some(id) = job.try_get_value() else { return };
            match api::jobs::view(&id).await {
                Ok(state) => {
                    failure.try_set(None);
                    take(state);
                    let running = known().is_some_and(|state| !state.is_over());
                    if running && watch.try_with_value(Option::is_none) == Some(true) {
                        follow();
                    }
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    load();
    let act = move |resume: bool| {
        busy.set(true);
        spawn_local(async move {
            let Some(id) = job.try_get_value() else { return };
            let answer = if resume {
                api::jobs::resume(&id).await
            } else {
                api::jobs::cancel(&id).await
            };
            busy.try_set(false);
            match answer {
                Ok(state) => {
                    failure.try_set(None);
                    take(state);
                    load();
                }
                Err(why) => drop(failure.try_set(Some(why))),
            }
        });
    };
    let content = move |view: JobView| {
        let (word, tone) = job_state(view.state);
        let running = !view.state.is_over();
        let cancelling = view.state == JobState::Cancelling;
        let resumable = view.state == JobState::Interrupted;
        let undoes = view.kind == "undo";
        let label = format!("{}: {word}", view.title);
        let (kept, file) = match undoes || view.kind == "names" {
            true => ("Changed since, and left", "changed"),
            false => ("Kept as the table has them", "skipped"),
        };
        let rejected = if undoes { "Failed" } else { "Rejected" };
        let renames = view.kind == "names";
        let number = if undoes || renames { "No." } else { "Line" };
        let more = match undoes {
            true => "The server stopped in the middle. What was undone stays undone; resume to undo the rest.",
            false => "The server stopped in the middle. What was written is kept; resume to write the rest.",
        };
        let href = view
            .history
            .as_ref()
            .filter(|_| !running)
            .map(|group| nav::with_query(&nav::history(&view.connection), &[("group", Some(group.clone()))]));
        view! {
            <div class="job">
                <div class="job-head">
                    <StatusDot tone label=word pulsing=running />
                    <strong class="job-title">{view.title.clone()}</strong>
                    <Reconnecting standing />
                    {running
                        .then(|| {
                            view! {
                                <Button
                                    icon=IconName::Stop
                                    busy=busy
                                    disabled=cancelling.then(|| "It is being cancelled".to_owned())
                                    on_press=move |()| act(false)
                                >
                                    "Cancel"
                                </Button>
                            }
                        })}
                    {resumable
                        .then(|| {
                            view! {
                                <Button variant=ButtonVariant::Primary icon=IconName::Play busy disabled=why_not on_press=move |()| act(true)>
                                    "Resume"
                                </Button>
                            }
                        })}
                </div>
                <ProgressBar value=job_share(&view.progress) label tone />
                <Numbers progress=view.progress.clone() running undoes operator=view.operator.clone() server=view.server.clone() />
                {view
                    .silent_seconds
                    .map(|seconds| {
                        let then = match seconds {
                            ..TAKEN_OVER => "If it is gone, another one goes on in a moment: what was written since the last checkpoint counts as unchanged then.",
                            _ => "No other one has gone on with it: it can be cancelled, or resumed after an hour.",
                        };
                        let said = format!("Nothing was heard of the server that works on it for {}. {then}", format::seconds(seconds));
                        view! { <Notice tone=Tone::Warning>{said}</Notice> }
                    })}
                {view.error.clone().map(|error| view! { <Notice tone=Tone::Bad>{error}</Notice> })}
                {resumable
                    .then(|| view! { <Notice tone=Tone::Warning>{more}</Notice> })}
                {view
                    .unkept
                    .clone()
                    .map(|why| view! { <Notice tone=Tone::Warning>{format!("This cannot be undone in full, because not all of it was kept in the history: {why}")}</Notice> })}
                {href.map(|href| view! { <p><a href=href>"What was written, and the way back, in the history"</a></p> })}
                <Rejects title=rejected name="rejects" count=view.progress.rejected rejects=view.rejects.clone() number />
                <Rejects title=kept name=file count=view.progress.skipped rejects=view.skips.clone() number />
            </div>
        }
    };
    view! {
        {move || {
            failure
                .get()
                .map(|failure| {
                    let retry = Callback::new(move |()| load());
                    view! { <FailurePanel what="The job could not be read or changed" failure retry /> }
                })
        }}
        {move || match view.get() {
            Some(view) => content(view).into_any(),
            None if failure.with(Option::is_none) => view! { <Skeleton lines=4 label="Loading the job" /> }.into_any(),
            None => ().into_any(),
        }}
    }
}

#[component]
fn Numbers(progress: JobProgress, running: bool, undoes: bool, operator: Option<String>, server: Option<String>) -> impl IntoView {
    let named = |name: &'static str, who: Option<String>| {
        who.map(|who| view! { <div><dt>{name}</dt><dd class="job-name">{format::readable(&who)}</dd></div> })
    };
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd class="job-number">{value}</dd></div> };
    let items = format::counted(progress.written, "item", "items");
    // An undo that only deletes puts nothing back.
    let written = match undoes && progress.written_bytes == 0 {
        true => items,
        false => format!("{items} · {}", format::bytes(progress.written_bytes)),
    };
    let counted = |name: &'static str, count: u64| (count > 0).then(|| fact(name, format::count(count)));
    view! {
        <dl class="facts job-facts">
            {fact("Processed", format!("{} of {}", format::count(progress.processed), format::count(progress.total)))}
            {fact(if undoes { "Undone" } else { "Written" }, written)}
            {fact("Rate", format!("{} items/s", format::count(progress.items_per_second.max(0.0) as u64)))}
            {progress.eta_seconds.filter(|_| running).map(|seconds| fact("Time left", format::seconds(seconds)))}
            {counted(if undoes { "As before already" } else { "Unchanged" }, progress.unchanged)}
            {counted(if undoes { "Changed since" } else { "Kept" }, progress.skipped)}
            {counted(if undoes { "Failed" } else { "Rejected" }, progress.rejected)}
            {counted("Sent again", progress.retried)}
            {named("Begun by", operator)}
            {named(if running { "Runs on" } else { "Ran on" }, server)}
        </dl>
    }
}

/// Lines that were not written, with their reasons, and the way to take them along.
#[component]
pub fn Rejects(
    #[prop(into)] title: String,
    /// Begins the name of the file.
    #[prop(into)]
    name: String,
    /// All of them; `rejects` may hold only the first.
    count: u64,
    rejects: Vec<Reject>,
    /// What the numbers count.
    #[prop(default = "Line")]
    number: &'static str,
) -> impl IntoView {
    if count == 0 && rejects.is_empty() {
        return ().into_any();
    }
    let shown = rejects.len() as u64;
    let lines: String = rejects
        .iter()
        .filter_map(|reject| serde_json::to_string(reject).ok())
        .map(|line| line + "\n")
        .collect();
    let rows = rejects
        .into_iter()
        .take(100)
        .map(|reject| {
            view! {
                <tr>
                    <td class="num">{format::count(reject.line)}</td>
                    <td>{reject.reason}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="card rejects" open=true>
            <summary>{format!("{title}: {}", format::count(count))}</summary>
            <div class="rejects-table">
                <table>
                    <thead>
                        <tr>
                            <th scope="col" class="num">{number}</th>
                            <th scope="col">"Reason"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {(count > shown).then(|| view! { <p class="muted">{format!("The first {} are kept.", format::count(shown))}</p> })}
            <Button small=true icon=IconName::Download on_press=move |()| download(&format!("{name}.jsonl"), &lines)>
                "Download as JSON Lines"
            </Button>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_has_ended_stays_so_and_one_that_was_interrupted_goes_on() {
        assert!(is_news(None, JobState::Running));
        assert!(is_news(Some(JobState::Running), JobState::Cancelling));
        assert!(is_news(Some(JobState::Cancelling), JobState::Done));
        for end in [JobState::Done, JobState::Cancelled, JobState::Failed] {
            assert!(!is_news(Some(end), JobState::Cancelling), "{end:?}");
            assert!(is_news(Some(end), end), "{end:?}");
        }
        assert!(is_news(Some(JobState::Interrupted), JobState::Running));
    }
}
