//! Writing a few items until each is written, kept, refused or left: throttling only costs time.

use std::time::{Duration, Instant};

use dynadesk_shared::filter::compile::Placeholders;
use dynadesk_shared::value::same_item;
use tokio_util::sync::CancellationToken;

use super::check::Good;
use super::run::Context;
use crate::engine::items::{Condition, jittered};
use crate::engine::{EngineError, EngineErrorKind};

/// Items that are written together.
pub(super) type Unit = Vec<Pending>;

#[derive(Debug)]
pub(super) struct Pending {
    pub(super) ordinal: u64,
    pub(super) line: u64,
    pub(super) good: Good,
}

#[derive(Debug)]
pub(super) enum Fate {
    Written,
    /// The table holds exactly this.
    Unchanged,
    /// The table holds something else, which stays.
    Skipped,
    Rejected(String),
}

#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) fates: Vec<(Pending, Fate)>,
    /// Writes that were sent again.
    pub(super) retried: u64,
    /// Something may have been written of which no answer came.
    pub(super) unsure: bool,
    /// What makes going on useless. Items without a fate are left for another time.
    pub(super) fatal: Option<EngineError>,
}

impl Report {
    pub(super) fn add(&mut self, other: Self) {
        self.fates.extend(other.fates);
        self.retried += other.retried;
        self.unsure |= other.unsure;
        if self.fatal.is_none() {
            self.fatal = other.fatal;
        }
    }
}

/// How a failed request goes on.
pub(super) enum Next {
    Again,
    Reject(String),
    Fatal(EngineError),
    Leave,
}

/// Patience of one unit.
pub(super) struct Tries<'a> {
    context: &'a Context,
    stop: &'a CancellationToken,
    attempt: u32,
    /// An answer did not tell whether the engine did it.
    pub(super) unsure: bool,
    progress_at: Instant,
}

/// Puts one item where its key is free.
pub(super) async fn keep(context: &Context, pending: Pending, stop: &CancellationToken) -> Report {
    let mut report = Report::default();
    let mut tries = Tries::new(context, stop);
    let condition = free_key(context);
    let fate = loop {
        if stop.is_cancelled() {
            report.unsure = tries.unsure;
            return report;
        }
        let failed = match context.engine.put(&context.rules.table, &pending.good.item, Some(&condition)).await {
            Ok(_) => {
                context.pace.raise();
                break Fate::Written;
            }
            Err(error) => error,
        };
        let failed = if failed.kind == EngineErrorKind::ConditionFailed {
            match context.engine.get(&context.rules.table, &pending.good.key).await {
                // Our own write may have arrived although its answer did not.
                Ok((Some(there), _)) if same_item(&there, &pending.good.item) => {
                    break if tries.attempt > 0 { Fate::Written } else { Fate::Unchanged };
                }
                Ok((Some(_), _)) => break Fate::Skipped,
                // Deleted in this moment: the key is free now.
                Ok((None, _)) => continue,
                Err(error) => error,
            }
        } else {
            failed
        };
        match tries.after(failed).await {
            Next::Again => report.retried += 1,
            Next::Reject(reason) => break Fate::Rejected(reason),
            Next::Leave => {
                report.unsure = tries.unsure;
                return report;
            }
            Next::Fatal(error) => {
                report.unsure = tries.unsure;
                report.fatal = Some(error);
                return report;
            }
        }
    };
    report.fates.push((pending, fate));
    report
}

/// Puts items over whatever their keys hold.
pub(super) async fn replace(context: &Context, mut unit: Unit, stop: &CancellationToken) -> Report {
    let mut report = Report::default();
    let mut tries = Tries::new(context, stop);
    // A batch is refused as a whole; one by one tells which item is at fault.
    let mut width = unit.len();
    while !unit.is_empty() && !stop.is_cancelled() {
        let rest = unit.split_off(width.min(unit.len()));
        let items: Vec<_> = unit.iter().map(|pending| pending.good.item.clone()).collect();
        let next = match context.engine.batch_put(&context.rules.table, &items).await {
            Ok(answer) => {
                let is_left = |pending: &Pending| {
                    let key = |item| context.rules.key.key_of(item).ok();
                    answer
                        .unprocessed
                        .iter()
                        .any(|item| key(item).is_some_and(|key| key.same_as(&pending.good.key)))
                };
                let (left, written): (Unit, Unit) = unit.into_iter().partition(is_left);
                if !written.is_empty() {
                    tries.progressed();
                }
                report.fates.extend(written.into_iter().map(|pending| (pending, Fate::Written)));
                unit = left;
                if unit.is_empty() {
                    context.pace.raise();
                    unit = rest;
                    continue;
                }
                tries.throttled("the engine left the item unprocessed").await
            }
            Err(error) if error.kind == EngineErrorKind::Validation && unit.len() > 1 => {
                width = 1;
                unit.extend(rest);
                continue;
            }
            Err(error) => tries.after(error).await,
        };
        match next {
            Next::Again => {
                report.retried += unit.len() as u64;
                unit.extend(rest);
            }
            Next::Reject(reason) => {
                report
                    .fates
                    .extend(unit.into_iter().map(|pending| (pending, Fate::Rejected(reason.clone()))));
                unit = rest;
            }
            Next::Leave => return report,
            Next::Fatal(error) => {
                report.fatal = Some(error);
                return report;
            }
        }
    }
    report
}

impl<'a> Tries<'a> {
    pub(super) fn new(context: &'a Context, stop: &'a CancellationToken) -> Self {
        Self {
            context,
            stop,
            attempt: 0,
            unsure: false,
            progress_at: Instant::now(),
        }
    }

    fn progressed(&mut self) {
        self.attempt = 0;
        self.progress_at = Instant::now();
    }

    pub(super) async fn after(&mut self, error: EngineError) -> Next {
        self.unsure |= error.is_transient() && error.kind != EngineErrorKind::Throttled;
        match error.kind {
            EngineErrorKind::Validation | EngineErrorKind::LimitExceeded => Next::Reject(error.message),
            EngineErrorKind::Throttled => self.throttled(&error.message).await,
            _ if !error.is_transient() => Next::Fatal(error),
            // An engine that is gone refuses no item: the whole job waits, and then fails.
            _ => match self.wait().await {
                Some(true) => Next::Again,
                Some(false) => Next::Fatal(error),
                None => Next::Leave,
            },
        }
    }

    async fn throttled(&mut self, message: &str) -> Next {
        self.context.pace.cut();
        match self.wait().await {
            Some(true) => Next::Again,
            Some(false) => Next::Reject(format!(
                "not written: for {} seconds the engine took no more ({message})",
                self.progress_at.elapsed().as_secs()
            )),
            None => Next::Leave,
        }
    }

    /// Whether there is patience left, after waiting; nothing when the job is to stop.
    async fn wait(&mut self) -> Option<bool> {
        let retry = &self.context.retry;
        if self.progress_at.elapsed() > retry.give_up {
            return Some(false);
        }
        let pause = jittered(retry.base, self.attempt, retry.cap).max(Duration::from_millis(1));
        self.attempt += 1;
        tokio::select! {
            () = tokio::time::sleep(pause) => Some(true),
            () = self.stop.cancelled() => None,
        }
    }
}

fn free_key(context: &Context) -> Condition {
    let mut places = Placeholders::default();
    let name = context
        .rules
        .key
        .partition
        .first()
        .map_or(String::new(), |attribute| attribute.name.clone());
    let place = places.name(name);
    Condition {
        text: format!("attribute_not_exists({place})"),
        names: places.names,
        values: places.values,
    }
}
