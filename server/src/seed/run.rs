//! The job: reads entries in order, keeps a few writes under way, counts how each ended, and knows
//! at any moment where to go on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::seed::OnCollision;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::check::{Checker, Rules};
use super::kept;
use super::pace::Pace;
use super::write::{Fate, Pending, Report, Unit, keep};
use crate::engine::items::BATCH_WRITE;
use crate::engine::{Engine, EngineError};
use crate::history::{Entry, Packer};
use crate::jobs::{Handle, Outcome, note, pace};
use crate::tables::of_table;
use crate::who;

/// Single puts under way at most; a batch holds more of them, so there are fewer.
const MOST_PUTS: usize = 32;
const MOST_BATCHES: usize = 8;
/// Units that are written down first; a few items of each are under way.
const MOST_KEPT: usize = 16;
/// Half of what BatchWriteItem takes, because its JSON is larger than the items.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// A unit that is written down is in memory with what it takes the place of.
const KEPT_BYTES: usize = 1024 * 1024;
/// Between two checkpoints.
const CHECKPOINT: Duration = Duration::from_secs(2);
/// Entries that are read without giving others their turn.
const READ_AT_ONCE: u32 = 256;

/// What the job needs to go on after a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    on_collision: OnCollision,
    /// Every entry before this one has an end, except those in `left`.
    position: u64,
    left: BTreeSet<u64>,
    /// Where the history has what was written.
    #[serde(default)]
    pub(super) entry: Option<Entry>,
}

impl Task {
    pub fn new(on_collision: OnCollision) -> Self {
        Self {
            on_collision,
            position: 0,
            left: BTreeSet::new(),
            entry: None,
        }
    }
}

/// How long one write is tried.
#[derive(Clone, Debug)]
pub struct Retry {
    pub base: Duration,
    pub cap: Duration,
    /// Without any progress.
    pub give_up: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(50),
            cap: Duration::from_secs(10),
            give_up: Duration::from_secs(300),
        }
    }
}

/// Where the job writes, and how.
#[derive(Debug)]
pub struct Context {
    pub engine: Engine,
    pub rules: Arc<Rules>,
    pub retry: Retry,
    /// Writes down what is written, to undo it with; without it nothing is.
    pub packer: Option<Packer>,
    pub(super) pace: Pace,
}

impl Context {
    pub fn new(engine: Engine, rules: Arc<Rules>) -> Self {
        Self {
            engine,
            rules,
            retry: Retry::default(),
            packer: None,
            pace: Pace::new(MOST_PUTS),
        }
    }
}

/// Writes a source to the table. Stops at a safe point when asked to.
pub async fn run(mut context: Context, source: Arc<str>, mut task: Task, handle: Handle) -> Outcome {
    let keeps = context.packer.as_ref().is_some_and(Packer::keeps);
    if keeps {
        context.pace = Pace::new(MOST_KEPT);
    } else if task.on_collision == OnCollision::Replace {
        context.pace = Pace::new(MOST_BATCHES);
    }
    let context = Arc::new(context);
    let rules = context.rules.clone();
    let mut entries = match Checker::open(&source, &rules) {
        Ok(entries) => entries,
        Err(why) => return Outcome::Failed(why),
    };
    let mut session = Session::new(&handle);
    let mut under_way: JoinSet<Report> = JoinSet::new();
    let mut checkpoint = tokio::time::interval(CHECKPOINT);
    checkpoint.set_missed_tick_behavior(MissedTickBehavior::Delay);
    checkpoint.reset();
    let (mut all_read, mut stopping, mut fatal) = (false, false, None::<EngineError>);
    loop {
        while !all_read && !stopping && fatal.is_none() && under_way.len() < context.pace.limit() {
            let most = size(&context, task.on_collision);
            match read_unit(&mut entries, &mut task, &mut session, most).await {
                Ok(unit) => {
                    // A short unit is the end of the source.
                    all_read = unit.1;
                    if !unit.0.is_empty() {
                        spawn(&mut under_way, &context, unit.0, task.on_collision, &handle);
                    }
                }
                Err(why) => return Outcome::Failed(why),
            }
            stopping = handle.stop().is_cancelled();
        }
        tokio::select! {
            done = under_way.join_next() => match done {
                None => break,
                Some(Ok(report)) => {
                    for (pending, _) in &report.fates {
                        task.left.remove(&pending.ordinal);
                    }
                    session.count(&report);
                    fatal = fatal.or(report.fatal);
                }
                Some(Err(panicked)) => return Outcome::Failed(format!("a write ended in a fault of Dynadesk's own: {panicked}")),
            },
            () = handle.stop().cancelled(), if !stopping => stopping = true,
            _ = checkpoint.tick() => {
                note_kept(&context, &mut task, &handle);
                save(&handle, &task).await;
            }
        }
    }
    note_kept(&context, &mut task, &handle);
    task.entry = context.packer.as_ref().and_then(Packer::at_rest);
    set_task(&handle, &task);
    let stopped = fatal.is_none() && (!all_read || !task.left.is_empty());
    // An interrupted job goes on with its entry.
    if let Some(packer) = context.packer.as_ref()
        && !handle.is_lost()
        && !(stopped && handle.is_interrupted())
    {
        let entry = packer.finish().await;
        handle.update(|view| {
            view.history = entry;
            view.unkept = packer.unkept();
        });
    }
    match fatal {
        Some(error) => Outcome::Failed(of_table(&context.rules.table, error).to_string()),
        None if stopped => Outcome::Stopped,
        None => Outcome::Done,
    }
}

fn spawn(under_way: &mut JoinSet<Report>, context: &Arc<Context>, mut unit: Unit, on_collision: OnCollision, handle: &Handle) {
    let (context, stop) = (context.clone(), handle.stop().clone());
    under_way.spawn(who::carry(async move {
        if let Some(packer) = context.packer.as_ref().filter(|packer| packer.keeps()) {
            return kept::write(&context, packer, unit, on_collision, &stop).await;
        }
        match (on_collision, unit.pop()) {
            (OnCollision::Keep, Some(only)) if unit.is_empty() => keep(&context, only, &stop).await,
            (_, last) => {
                unit.extend(last);
                kept::plainly(&context, unit, on_collision, &stop, Report::default()).await
            }
        }
    }));
}

/// Reads what is written together next, and whether the source has ended. Everything that is read
/// counts as left until it has an end.
async fn read_unit(
    entries: &mut Checker<'_>,
    task: &mut Task,
    session: &mut Session<'_>,
    (most, most_bytes): (usize, usize),
) -> Result<(Unit, bool), String> {
    let (mut unit, mut bytes, mut read) = (Unit::new(), 0, 0);
    while unit.len() < most && bytes < most_bytes {
        let Some(entry) = entries.next()? else { return Ok((unit, true)) };
        read += 1;
        if read % READ_AT_ONCE == 0 {
            tokio::task::yield_now().await;
        }
        let fresh = entry.ordinal >= task.position;
        if !fresh && !task.left.contains(&entry.ordinal) {
            continue;
        }
        if fresh {
            task.position = entry.ordinal + 1;
        }
        match entry.item {
            Ok(good) => {
                task.left.insert(entry.ordinal);
                bytes += good.bytes;
                unit.push(Pending {
                    ordinal: entry.ordinal,
                    line: entry.line,
                    good,
                });
            }
            Err(reason) => session.reject(entry.line, reason),
        }
    }
    Ok((unit, false))
}

/// How much is read for one unit: how many items and how many bytes.
fn size(context: &Context, mode: OnCollision) -> (usize, usize) {
    match &context.packer {
        Some(packer) if packer.keeps() => (BATCH_WRITE, KEPT_BYTES),
        _ if mode == OnCollision::Keep => (1, BATCH_BYTES),
        _ => (BATCH_WRITE, BATCH_BYTES),
    }
}

/// Takes over what is in the history, and why something is not.
fn note_kept(context: &Context, task: &mut Task, handle: &Handle) {
    let Some(packer) = &context.packer else { return };
    task.entry = packer.entry();
    handle.update(|view| view.unkept = packer.unkept());
}

pub(super) fn set_task(handle: &Handle, task: &Task) {
    match serde_json::to_value(task) {
        Ok(task) => handle.set_task(task),
        Err(cause) => tracing::error!(%cause, "a seed's place could not be written"),
    }
}

async fn save(handle: &Handle, task: &Task) {
    set_task(handle, task);
    handle.save().await;
}

/// What was counted since the job began or was resumed.
struct Session<'a> {
    handle: &'a Handle,
    began: Instant,
    before: u64,
}

impl<'a> Session<'a> {
    fn new(handle: &'a Handle) -> Self {
        Self {
            handle,
            began: Instant::now(),
            before: handle.view().progress.processed,
        }
    }

    fn reject(&self, line: u64, reason: String) {
        self.handle.update(|view| {
            view.progress.processed += 1;
            view.progress.rejected += 1;
            note(&mut view.rejects, line, reason);
        });
    }

    fn count(&self, report: &Report) {
        self.handle.update(|view| {
            view.progress.retried += report.retried;
            for (pending, fate) in &report.fates {
                apply(view, pending, fate);
            }
            pace(&mut view.progress, self.began, self.before);
        });
    }
}

fn apply(view: &mut JobView, pending: &Pending, fate: &Fate) {
    let progress = &mut view.progress;
    progress.processed += 1;
    match fate {
        Fate::Written => {
            progress.written += 1;
            progress.written_bytes += pending.good.bytes as u64;
        }
        Fate::Unchanged => progress.unchanged += 1,
        Fate::Skipped => {
            progress.skipped += 1;
            let reason = format!("kept: the table holds other content under {}", pending.good.key);
            note(&mut view.skips, pending.line, reason);
        }
        Fate::Rejected(reason) => {
            progress.rejected += 1;
            note(&mut view.rejects, pending.line, reason.clone());
        }
    }
}
