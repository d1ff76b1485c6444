//! Writing a few items whose images are written down first: what is there now is read, kept with what
//! shall be, and only then written.

use std::collections::{BTreeMap, HashMap};

use dynadesk_shared::Item;
use dynadesk_shared::api::seed::OnCollision;
use dynadesk_shared::value::same_item;
use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;

use super::check::key_hash;
use super::run::Context;
use super::write::{Fate, Next, Pending, Report, Tries, Unit, keep, replace};
use crate::history::{Noted, Packer};
use crate::store::{End, Packed};

/// Items of one unit that are written at once.
const AT_ONCE: usize = 4;

type There = HashMap<[u8; 16], Item>;

/// How reading ended where there is nothing to write on.
enum Unread {
    /// The images cannot be had; what there is to write can be.
    Unkept(String),
    Ended,
}

pub(super) async fn write(context: &Context, packer: &Packer, unit: Unit, mode: OnCollision, stop: &CancellationToken) -> Report {
    let mut report = Report::default();
    let mut there = match read(context, &unit, stop, &mut report).await {
        Ok(there) => there,
        Err(Unread::Ended) => return report,
        Err(Unread::Unkept(why)) => {
            packer.give_up(format!("the items could not be read before they were written: {why}"));
            return plainly(context, unit, mode, stop, report).await;
        }
    };
    let mut due = Vec::with_capacity(unit.len());
    for pending in unit {
        let before = there.remove(&key_hash(&pending.good.key));
        match (&before, mode) {
            // As the review counts it: the same content is nothing to do.
            (Some(old), _) if same_item(old, &pending.good.item) => report.fates.push((pending, Fate::Unchanged)),
            (Some(_), OnCollision::Keep) => report.fates.push((pending, Fate::Skipped)),
            _ => due.push((pending, before)),
        }
    }
    if due.is_empty() {
        return report;
    }
    let images = due.iter().map(|(pending, before)| Packed {
        key: pending.good.key.clone(),
        before: before.clone(),
        after: Some(pending.good.item.clone()),
    });
    let pack = match packer.keep(&context.rules.table, images.collect()).await {
        Noted::In(pack) => pack,
        Noted::Not => {
            let unit = due.into_iter().map(|(pending, _)| pending).collect();
            return plainly(context, unit, mode, stop, report).await;
        }
        Noted::Stopped => return report,
    };
    let writes: Vec<_> = due
        .into_iter()
        .enumerate()
        .map(|(at, (pending, before))| one(context, mode, at, pending, before, stop))
        .collect();
    let mut ends = BTreeMap::new();
    let mut written = 0;
    let mut done = stream::iter(writes).buffer_unordered(AT_ONCE);
    while let Some((at, one, over)) = done.next().await {
        match one.fates.first() {
            Some((_, Fate::Written)) => {
                written += 1;
                match over {
                    Over::AsRead => {}
                    Over::Other(before) => drop(ends.insert(at, End::Before(before))),
                    Over::Unknown => packer.unanswered(1),
                }
            }
            Some(_) => drop(ends.insert(at, End::NotWritten)),
            // It may have been written although no answer came: an undo looks at what is there.
            None => {}
        }
        report.add(one);
    }
    if report.unsure {
        packer.lose_count();
    }
    packer.ended(&pack, written, ends).await;
    report
}

/// What a write took the place of.
enum Over {
    AsRead,
    /// Somebody was there between the read and the write.
    Other(Option<Item>),
    /// The engine told of our own write, whose answer was lost, or of somebody's who wrote the same.
    Unknown,
}

/// Writes one; answers what it took the place of.
async fn one(
    context: &Context,
    mode: OnCollision,
    at: usize,
    pending: Pending,
    before: Option<Item>,
    stop: &CancellationToken,
) -> (usize, Report, Over) {
    match mode {
        OnCollision::Keep => (at, keep(context, pending, stop).await, Over::AsRead),
        OnCollision::Replace => {
            let (report, over) = put_over(context, pending, before, stop).await;
            (at, report, over)
        }
    }
}

/// Puts one item over whatever its key holds, and answers what that was: nobody else's write in between
/// is taken for what was read.
async fn put_over(context: &Context, pending: Pending, before: Option<Item>, stop: &CancellationToken) -> (Report, Over) {
    let mut report = Report::default();
    let mut tries = Tries::new(context, stop);
    loop {
        if stop.is_cancelled() {
            report.unsure = tries.unsure;
            return (report, Over::AsRead);
        }
        let failed = match context.engine.put_over(&context.rules.table, &pending.good.item).await {
            Ok(old) => {
                context.pace.raise();
                let over = match old {
                    old if old == before => Over::AsRead,
                    Some(old) if same_item(&old, &pending.good.item) => Over::Unknown,
                    old => Over::Other(old),
                };
                report.fates.push((pending, Fate::Written));
                return (report, over);
            }
            Err(error) => error,
        };
        match tries.after(failed).await {
            Next::Again => report.retried += 1,
            Next::Reject(reason) => {
                report.fates.push((pending, Fate::Rejected(reason)));
                return (report, Over::AsRead);
            }
            Next::Leave => {
                report.unsure = tries.unsure;
                return (report, Over::AsRead);
            }
            Next::Fatal(error) => {
                report.unsure = tries.unsure;
                report.fatal = Some(error);
                return (report, Over::AsRead);
            }
        }
    }
}

/// What the keys of a unit hold now.
async fn read(context: &Context, unit: &Unit, stop: &CancellationToken, report: &mut Report) -> Result<There, Unread> {
    let keys: Vec<Item> = unit.iter().map(|pending| pending.good.key.0.clone()).collect();
    let mut tries = Tries::new(context, stop);
    loop {
        let failed = match context.engine.batch_get_now(&context.rules.table, &keys).await {
            Ok(found) => {
                let keyed = found.items.into_iter();
                let keyed = keyed.filter_map(|item| Some((key_hash(&context.rules.key.key_of(&item).ok()?), item)));
                return Ok(keyed.collect());
            }
            Err(error) => error,
        };
        // Who may write need not be allowed to read.
        if failed.kind == crate::engine::EngineErrorKind::Denied {
            return Err(Unread::Unkept(failed.message));
        }
        match tries.after(failed).await {
            Next::Again => report.retried += 1,
            Next::Reject(reason) => return Err(Unread::Unkept(reason)),
            Next::Leave => return Err(Unread::Ended),
            Next::Fatal(error) => {
                report.fatal = Some(error);
                return Err(Unread::Ended);
            }
        }
    }
}

/// The same without images.
pub(super) async fn plainly(context: &Context, unit: Unit, mode: OnCollision, stop: &CancellationToken, mut report: Report) -> Report {
    match mode {
        OnCollision::Replace => report.add(replace(context, unit, stop).await),
        OnCollision::Keep => {
            for pending in unit {
                report.add(keep(context, pending, stop).await);
                if report.fatal.is_some() || stop.is_cancelled() {
                    break;
                }
            }
        }
    }
    report
}
