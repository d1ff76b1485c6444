//! `dynadesk sync-identities`: the plan, as the console shows it before it asks; then the transaction,
//! the report, and the way back.

use std::cell::Cell;
use std::time::Duration;

use dynadesk_shared::api::identity::{Choice, ReadProgress, SyncReport, SyncState, SyncSummary};
use dynadesk_shared::identity::plan::{PlanKind, PlanRow};

use super::desk::Office;
use super::failure::Failure;
use super::output::Output;
use super::progress::Progress;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::identity::{self, Identity, Made};

/// Between two words about the progress; how often they are printed is the progress's own affair.
const LOOK: Duration = Duration::from_millis(100);

#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// JSON Lines instead of a table: one object a line, as docs/API.md and docs/CLI.md have them.
    #[arg(long)]
    pub json: bool,

    /// Say what would change, and write nothing.
    #[arg(long)]
    dry_run: bool,

    /// Change only these, by handle or uuid; may be given several times.
    #[arg(long, value_name = "USER", conflicts_with = "except")]
    only: Vec<String>,

    /// Leave these as they are, by handle or uuid; may be given several times.
    #[arg(long, value_name = "USER")]
    except: Vec<String>,

    /// Take an earlier update back, by the id of its report.
    #[arg(long, value_name = "SYNC", conflicts_with_all = ["dry_run", "only", "except", "list"])]
    undo: Option<String>,

    /// List earlier updates, newest first.
    #[arg(long, conflicts_with_all = ["dry_run", "only", "except", "yes_production"])]
    list: bool,

    /// Write although the users are marked as production.
    #[arg(long)]
    yes_production: bool,
}

pub async fn run(config: Config, options: Options, output: &mut Output) -> Result<(), Failure> {
    let office = Office::open(config, !options.dry_run).await?;
    if options.list {
        return list(&office, output).await;
    }
    let identity = &office.state.identity;
    let confirm = if options.dry_run { None } else { guard(identity, &options)? };
    if let Some(id) = &options.undo {
        let undoing = identity::undo(identity, &office.state.store, id, confirm.as_deref());
        let report = to_its_end(output, undoing).await?;
        return say_report(&office, output, &report);
    }
    let plan = planned(identity).await?;
    say_counts(output, &plan);
    let choice = choice(&plan.rows, &options)?;
    if options.dry_run {
        return say_plan(output, &plan.rows);
    }
    let chosen = match &choice {
        Choice::Only(uuids) => uuids.len() as u64,
        Choice::Except(uuids) => count(&plan, PlanKind::WillChange).saturating_sub(uuids.len() as u64),
    };
    if chosen == 0 {
        output.note("nothing to change: nothing was written");
        return Ok(());
    }
    let rows = identity::chosen_of(&plan.rows, &choice)?;
    let writing = identity::sync_made(identity, &office.state.store, rows, confirm.as_deref());
    let report = to_its_end(output, writing).await?;
    say_report(&office, output, &report)
}

/// Stands before the long reading of both sides, and gives what production asks for.
fn guard(identity: &Identity, options: &Options) -> Result<Option<String>, Failure> {
    let view = identity.view();
    if view.read_only {
        let message = "the users are marked as read-only: nothing was written";
        return Err(Error::new(ErrorKind::Forbidden, "identity_read_only", message).into());
    }
    let Some(database) = view.database.filter(|_| view.production) else {
        return Ok(None);
    };
    if !options.yes_production {
        return Err(Failure::Refused {
            code: "production_not_confirmed",
            message: format!(
                "the users at {} are production: nothing was written. Say --yes-production if you mean it, or --dry-run to see what would be",
                database.place
            ),
        });
    }
    Ok(Some(database.name))
}

/// Waits for a transaction. Left in the middle nobody would know how it ended, so Ctrl-C is only answered.
async fn to_its_end(output: &Output, writing: impl Future<Output = Result<SyncReport, Error>>) -> Result<SyncReport, Failure> {
    tokio::pin!(writing);
    loop {
        tokio::select! {
            report = &mut writing => return Ok(report?),
            interrupted = tokio::signal::ctrl_c() => if interrupted.is_ok() {
                output.note("the rows are being written in one transaction, which is carried to its end: its report follows");
            },
        }
    }
}

/// Makes the plan, and says how far it is; nothing is written yet, so Ctrl-C simply ends it.
async fn planned(identity: &Identity) -> Result<Made, Failure> {
    let mut progress = Progress::new();
    let read = Cell::new(ReadProgress::default());
    let making = identity.make_plan(|so_far| read.set(so_far));
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(making, interrupted);
    let mut look = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            made = &mut making => return Ok(made?),
            _ = look.tick() => progress.say(&so_far(read.get())),
            _ = &mut interrupted => return Err(Failure::Stopped),
        }
    }
}

fn so_far(progress: ReadProgress) -> String {
    let patience = match progress.throttled {
        0 => String::new(),
        times => format!(", Cognito asked for patience {times} times"),
    };
    format!(
        "{} rows, {} users of the pool on {} pages{patience}",
        progress.rows, progress.users, progress.pages
    )
}

fn choice(rows: &[PlanRow], options: &Options) -> Result<Choice, Failure> {
    let find = |word: &String| {
        let handle = word.strip_prefix('@').unwrap_or(word);
        let is_meant = |row: &&PlanRow| row.uuid.as_ref() == Some(word) || row.handle == *word || row.handle == handle;
        let mut found = rows.iter().filter(|row| row.kind == PlanKind::WillChange).filter(is_meant);
        match (found.next().and_then(|row| row.uuid.clone()), found.next()) {
            (Some(uuid), None) => Ok(uuid),
            (Some(_), Some(_)) => Err(Error::conflict(
                "user_ambiguous",
                format!("{word:?} is more than one of the rows that would change: give the uuid"),
            )),
            (None, _) => Err(Error::invalid(
                "invalid_choice",
                format!("{word:?} is not among the rows that would change: nothing was written"),
            )),
        }
    };
    let (named, only) = match options.only.is_empty() {
        true => (&options.except, false),
        false => (&options.only, true),
    };
    let mut uuids = named.iter().map(find).collect::<Result<Vec<String>, Error>>()?;
    uuids.sort();
    uuids.dedup();
    Ok(if only { Choice::Only(uuids) } else { Choice::Except(uuids) })
}

fn count(plan: &Made, kind: PlanKind) -> u64 {
    plan.counts.get(&kind).copied().unwrap_or_default()
}

fn say_counts(output: &Output, plan: &Made) {
    if !output.is_json() {
        let counts: Vec<String> = PlanKind::ALL
            .iter()
            .map(|kind| format!("{} {}", count(plan, *kind), kind.word()))
            .collect();
        output.note(&counts.join(", "));
    }
}

/// For people without the rows that are right already, of which there may be very many.
fn say_plan(output: &mut Output, rows: &[PlanRow]) -> Result<(), Failure> {
    if output.is_json() {
        return rows.iter().try_for_each(|row| output.line(row));
    }
    let cell = |text: &Option<String>| text.clone().unwrap_or_default();
    let lines: Vec<_> = rows
        .iter()
        .filter(|row| row.kind != PlanKind::AlreadyRight)
        .map(|row| {
            vec![
                row.kind.word().to_owned(),
                row.handle.clone(),
                cell(&row.uuid),
                cell(&row.old),
                cell(&row.new),
                cell(&row.why),
            ]
        })
        .collect();
    match lines.is_empty() {
        true => Ok(()),
        false => output.table(&["WHAT", "HANDLE", "UUID", "HAS", "SUB", "WHY"], &[], lines),
    }
}

fn say_report(office: &Office, output: &mut Output, report: &SyncReport) -> Result<(), Failure> {
    let summary = &report.summary;
    if output.is_json() {
        output.line(report)?;
    } else {
        let cell = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        let rows = report.rows.iter().map(|row| {
            vec![
                row.handle.clone(),
                row.uuid.clone(),
                cell(&row.old),
                cell(&row.new),
                row.outcome.end().word().to_owned(),
            ]
        });
        output.table(&["HANDLE", "UUID", "OLD", "NEW", "OUTCOME"], &[], rows)?;
    }
    output.finish()?;
    if let Some(why) = &report.unkept {
        output.note(&format!("the report could not be kept, so this cannot be undone here: {why}"));
    } else if !office.lasts && summary.state == SyncState::Done {
        output.note("nothing of Dynadesk's own is kept on disk here: keep this report, since it cannot be undone here");
    }
    let said = summary.said();
    match summary.state {
        SyncState::Done if summary.undoes.is_some() => output.note(&said),
        SyncState::Done => output.note(&format!("{said}; sync-identities --undo {} takes it back", summary.id)),
        SyncState::Begun | SyncState::Nothing | SyncState::Undone => return Err(Failure::Partly(said)),
    }
    Ok(())
}

async fn list(office: &Office, output: &mut Output) -> Result<(), Failure> {
    let list = office.state.store.syncs().list().await?;
    if output.is_json() {
        return list.syncs.iter().try_for_each(|sync| output.line(sync));
    }
    let row = |sync: &SyncSummary| {
        vec![
            sync.id.clone(),
            sync.at.clone(),
            if sync.undoes.is_some() { "undo" } else { "update" }.to_owned(),
            sync.rows.to_string(),
            sync.state.word().to_owned(),
            sync.place.clone(),
        ]
    };
    output.table(&["SYNC", "AT", "WHAT", "ROWS", "STATE", "WHERE"], &[3], list.syncs.iter().map(row))
}
