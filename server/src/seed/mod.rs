//! Seeding as a reviewed job: a plan that writes nothing, then a job that writes what it showed.

mod check;
mod conversation;
mod kept;
mod pace;
mod plan;
mod prepare;
mod read;
mod run;
mod sample;
mod shape;
mod write;

use std::sync::Arc;

use dynadesk_shared::api::history::WriteKind;
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::api::seed::{SeedPlan, SeedRequest};

use crate::app::AppState;
use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::history::Packer;
use crate::jobs::NewJob;
use crate::tables::of_table;

pub use check::Rules;
pub use run::{Context, Retry, Task, run};

/// The kind of job that this is.
pub const KIND: &str = "seed";

/// Says what a seed would write: 400 `invalid_source` where the text cannot be read at all.
pub async fn plan(app: &AppState, connection: &Connection, table: &str, request: SeedRequest) -> Result<SeedPlan> {
    let rules = rules(connection, table).await?;
    let prepared = prepare::prepare(&connection.engine, &rules, request.source, None, app.clock.now()).await?;
    let summary = plan::summarise(prepared.text.clone(), rules.clone(), &connection.view.name).await?;
    let collisions = plan::collisions(&connection.engine, &rules, &prepared.text).await?;
    Ok(SeedPlan {
        fingerprint: with_start(summary.fingerprint, prepared.start),
        format: prepared.format.unwrap_or(summary.format),
        items: summary.items,
        bytes: summary.bytes,
        write_units: summary.write_units,
        entities: summary.entities,
        first: summary.first,
        collisions,
        rejects: summary.rejects,
        reject_count: summary.reject_count,
    })
}

/// Starts a seed: 409 `plan_changed` where it would no longer write what the plan showed.
pub async fn start(app: &AppState, connection: &Arc<Connection>, table: &str, request: SeedRequest) -> Result<JobView> {
    let rules = rules(connection, table).await?;
    let chosen = request.fingerprint.as_deref().and_then(start_of);
    let prepared = prepare::prepare(&connection.engine, &rules, request.source, chosen, app.clock.now()).await?;
    let summary = plan::summarise(prepared.text.clone(), rules.clone(), &connection.view.name).await?;
    let found = with_start(summary.fingerprint, prepared.start);
    if request.fingerprint.is_some_and(|reviewed| reviewed != found) {
        return Err(Error::conflict(
            "plan_changed",
            "the source or the table is no longer what the plan showed: review the plan again",
        ));
    }
    let mut task = Task::new(request.on_collision);
    let packer = Packer::begin(&app.store, &connection.view.name, table, WriteKind::Seed).await;
    task.entry = packer.entry();
    let new = NewJob {
        kind: KIND,
        title: format!("Seed {table} with {}", prepared.title),
        connection: connection.view.name.clone(),
        place: connection.view.place.clone(),
        table: table.to_owned(),
        total: summary.items + summary.reject_count,
        total_bytes: summary.bytes,
        task: serde_json::to_value(&task).map_err(Error::internal)?,
        source: prepared.text.clone(),
        ..NewJob::default()
    };
    let handle = packer.create_job(&app.jobs, new).await?;
    let view = handle.view();
    let mut context = Context::new(connection.engine.clone(), rules);
    context.packer = Some(packer.of_job(&handle));
    app.jobs.run(handle.clone(), run(context, prepared.text, task, handle));
    Ok(view)
}

/// Lets an interrupted seed go on where it stopped.
pub async fn resume(app: &AppState, connection: &Connection, id: &str) -> Result<JobView> {
    let jobs = &app.jobs;
    let rules = rules(connection, &jobs.get(id).await?.table).await?;
    // What cannot be read is not taken.
    let _: Task = serde_json::from_value(jobs.task(id).await?).map_err(Error::internal)?;
    let resumed = jobs.resume(id).await?;
    let mut task: Task = serde_json::from_value(resumed.task).map_err(Error::internal)?;
    let mut context = Context::new(connection.engine.clone(), rules);
    let name = &connection.view.name;
    let packer = Packer::resume(&app.store, name, task.entry.take(), resumed.view.unkept.clone());
    // It is at rest no more: a crash from here on leaves some of its items uncounted.
    task.entry = packer.entry();
    run::set_task(&resumed.handle, &task);
    context.packer = Some(packer.of_job(&resumed.handle));
    let handle = resumed.handle.clone();
    jobs.run(resumed.handle, async move {
        handle.save().await;
        run(context, resumed.source, task, handle).await
    });
    Ok(resumed.view)
}

async fn rules(connection: &Connection, table: &str) -> Result<Arc<Rules>> {
    let view = connection.engine.describe_table_only(table).await;
    Ok(Arc::new(Rules::of(&view.map_err(|error| of_table(table, error))?)))
}

/// A plan chooses the start of a conversation by the clock; the fingerprint carries it, so that
/// the job a minute later writes the same rows.
fn with_start(fingerprint: String, start: Option<i64>) -> String {
    match start {
        Some(start) => format!("{fingerprint}.{start}"),
        None => fingerprint,
    }
}

fn start_of(fingerprint: &str) -> Option<i64> {
    let start: i64 = fingerprint.rsplit_once('.')?.1.parse().ok()?;
    // No plan chooses a start that far away, and an hour more must not overflow.
    (start.unsigned_abs() < 1 << 60).then_some(start)
}
