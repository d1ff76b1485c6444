//! `dynadesk seed`: the plan, as the console shows it before it asks; then the job.

use std::io::Read;
use std::path::PathBuf;

use dynadesk_shared::api::jobs::{JobState, JobView};
use dynadesk_shared::api::seed::{OnCollision, Reject, SeedPlan, SeedRequest, SeedSource};

use super::Common;
use super::desk::{Desk, Intent, table_name};
use super::failure::Failure;
use super::output::Output;
use super::people;
use super::progress::Progress;
use crate::config::Config;
use crate::{seed, takeover};

#[derive(Clone, Debug, clap::Args)]
#[command(override_usage = "dynadesk seed [OPTIONS] <TABLE> <FILE|--sample>")]
#[command(group = clap::ArgGroup::new("source").required(true).args(["file", "sample"]))]
pub struct Options {
    #[command(flatten)]
    pub common: Common,

    table: String,

    /// JSON, JSON Lines or DynamoDB JSON; a conversation where --person1 and --person2 are given; `-`
    /// reads standard input.
    file: Option<PathBuf>,

    /// The Cruddur sample that ships with Dynadesk.
    #[arg(long)]
    sample: bool,

    /// Who `Person 1` of a conversation is: a uuid or a handle.
    #[arg(long, value_name = "USER", requires_all = ["person2", "file"])]
    person1: Option<String>,

    /// Who `Person 2` is.
    #[arg(long, value_name = "USER", requires = "person1")]
    person2: Option<String>,

    /// Where those two are looked up: a JSON array of uuid, display_name and handle. Without it in
    /// PostgreSQL, where it is configured and has them, else in the table itself.
    #[arg(long, value_name = "FILE", requires = "person1")]
    users: Option<PathBuf>,

    /// When the conversation began, in UTC; without it, it ends an hour ago.
    #[arg(long, value_name = "TIME", requires = "person1")]
    start: Option<String>,

    /// Replace items whose key is taken; without it the table's own stay.
    #[arg(long)]
    replace: bool,

    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,

    /// Write although the connection is marked as production.
    #[arg(long)]
    yes_production: bool,
}

pub async fn run(config: Config, options: Options, output: &mut Output) -> Result<(), Failure> {
    table_name(&options.table)?;
    let intent = match options.dry_run {
        true => Intent::DryRun,
        false => Intent::Write {
            yes_production: options.yes_production,
        },
    };
    let desk = Desk::open(config, options.common.connection.as_deref(), intent).await?;
    let mut request = SeedRequest {
        source: source(&desk, &options, output).await?,
        on_collision: if options.replace { OnCollision::Replace } else { OnCollision::Keep },
        fingerprint: None,
        confirm: None,
    };
    let plan = seed::plan(&desk.state, &desk.connection, &options.table, request.clone()).await?;
    say_plan(output, &options, &plan);
    if options.dry_run {
        if output.is_json() {
            output.line(&plan)?;
        }
        return whole(plan.reject_count, "would be rejected");
    }
    request.fingerprint = Some(plan.fingerprint);
    let job = seed::start(&desk.state, &desk.connection, &options.table, request).await?;
    let job = follow(&desk, job).await?;
    if output.is_json() {
        output.line(&job)?;
    } else {
        let done = &job.progress;
        output.text(&format!(
            "{} written, {} unchanged, {} kept as they were, {} rejected",
            done.written, done.unchanged, done.skipped, done.rejected
        ))?;
        say_lines(output, &job.skips);
        say_lines(output, &job.rejects);
    }
    output.finish()?;
    match job.state {
        JobState::Done => whole(job.progress.rejected, "were rejected"),
        JobState::Failed => Err(Failure::Partly(job.error.unwrap_or_else(|| "the seed failed".to_owned()))),
        _ => Err(Failure::Stopped),
    }
}

async fn source(desk: &Desk, options: &Options, output: &Output) -> Result<SeedSource, Failure> {
    let Some(file) = &options.file else {
        return Ok(SeedSource::Sample);
    };
    let text = read(file)?;
    let (Some(first), Some(second)) = (&options.person1, &options.person2) else {
        return Ok(SeedSource::Items { text });
    };
    let (person1, person2) = match &options.users {
        Some(file) => {
            let (known, place) = (people::read(file)?, file.display().to_string());
            (people::find(&known, first, &place)?, people::find(&known, second, &place)?)
        }
        None => (
            people::meant(desk, &options.table, first, output).await?,
            people::meant(desk, &options.table, second, output).await?,
        ),
    };
    Ok(SeedSource::Conversation {
        text,
        person1,
        person2,
        start: options.start.clone(),
    })
}

fn read(file: &PathBuf) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file.as_os_str() == "-" {
        std::io::stdin().read_to_string(&mut text).map(|_| ())
    } else {
        std::fs::read_to_string(file).map(|read| text = read)
    };
    read.map_err(|cause| Failure::NotBegun(format!("{} cannot be read: {cause}", file.display())))?;
    Ok(text)
}

/// The plan, beside the answer: what is printed there stays the same with and without it.
fn say_plan(output: &Output, options: &Options, plan: &SeedPlan) {
    if output.is_json() {
        return;
    }
    let taken = match options.replace {
        true => "are replaced",
        false => "stay as they are",
    };
    output.note(&format!(
        "{} into {}: {} items, {} bytes, {} WCU; {} are there already, {} keys hold something else and {taken}",
        plan.format, options.table, plan.items, plan.bytes, plan.write_units, plan.collisions.same, plan.collisions.different
    ));
    for entity in &plan.entities {
        output.note(&format!("  {} {}", entity.count, entity.name));
    }
    if options.dry_run {
        say_lines(output, &plan.rejects);
    }
}

fn say_lines(output: &Output, lines: &[Reject]) {
    for line in lines {
        output.note(&format!("  line {}: {}", line.line, line.reason));
    }
}

/// Waits for the job; Ctrl-C lets it come to a safe point.
async fn follow(desk: &Desk, job: JobView) -> Result<JobView, Failure> {
    let mut watch = desk.state.jobs.watch(&job.id).await?;
    let mut progress = Progress::new();
    let mut asked = false;
    // Where servers share their jobs, one of them may stop it, or go on with it.
    let mut look = tokio::time::interval(takeover::LOOK);
    loop {
        let view = watch.borrow_and_update().clone();
        if view.state.is_over() {
            return Ok(view);
        }
        let done = &view.progress;
        progress.say(&format!(
            "{} of {}, {:.0} a second",
            done.processed, done.total, done.items_per_second
        ));
        tokio::select! {
            changed = watch.changed() => if changed.is_err() {
                return Ok(desk.state.jobs.get(&job.id).await?);
            },
            _ = look.tick() => if let Err(error) = desk.state.jobs.look().await {
                tracing::debug!(%error, "the jobs of other servers cannot be looked up");
            },
            interrupted = tokio::signal::ctrl_c() => if interrupted.is_ok() {
                if asked {
                    return Ok(desk.state.jobs.get(&job.id).await?);
                }
                asked = true;
                desk.state.jobs.cancel(&job.id).await?;
            },
        }
    }
}

fn whole(rejected: u64, what: &str) -> Result<(), Failure> {
    match rejected {
        0 => Ok(()),
        count => Err(Failure::Partly(format!("{count} lines {what}"))),
    }
}
