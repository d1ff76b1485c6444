//! Takes a group back item by item, as a job: each only while it is what was written, each with its
//! own result, and all of it written down so that the undo can be undone.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dynadesk_shared::access::Role;
use dynadesk_shared::api::history::WriteKind;
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::{Item, Key, KeySchema, size};
use serde::{Deserialize, Serialize};

use super::carry_out::{Due, carry_out};
use super::group::title;
use super::packer::{Entry, Packer};
use super::rows::{Group, Row, Step};
use super::way_back::{Fate, of_one_table, plan, tally};
use crate::app::AppState;
use crate::connections::Connection;
use crate::error::{Error, Result};
use crate::jobs::{Handle, NewJob, Outcome, pace};
use crate::store::Store;
use crate::tables::of_table;
use crate::who;

/// The kind of job that this is.
pub const KIND: &str = "undo";

const CHECKPOINT: Duration = Duration::from_secs(2);
/// How long a store that does not answer is waited for.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the job needs to go on after a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Task {
    group: String,
    /// Everything from here on was looked at.
    below: Option<String>,
    /// The newest that there was when it began.
    #[serde(default)]
    top: Option<String>,
    entry: Option<Entry>,
}

pub(super) async fn start(app: &AppState, connection: &Arc<Connection>, group: &Group<'_>) -> Result<JobView> {
    let (name, table) = (&connection.view.name, &group.head.table);
    let total = group.count().await?;
    let packer = Packer::begin(&app.store, name, table, WriteKind::Undo).await;
    let task = Task {
        group: group.id.to_owned(),
        below: None,
        top: None,
        entry: packer.entry(),
    };
    let new = NewJob {
        kind: KIND,
        title: title(group.head.kind, total, table),
        connection: name.clone(),
        place: connection.view.place.clone(),
        undoes: Some(task.group.clone()),
        table: table.clone(),
        total,
        task: serde_json::to_value(&task).map_err(Error::internal)?,
        ..NewJob::default()
    };
    let handle = packer.create_job(&app.jobs, new).await?;
    let view = handle.view();
    spawn(app, connection, handle, task, packer);
    Ok(view)
}

/// Lets an interrupted undo go on. What it took back already is as it was before, and is passed over.
pub async fn resume(app: &AppState, connection: &Arc<Connection>, id: &str) -> Result<JobView> {
    // What cannot be read is not taken.
    let _: Task = serde_json::from_value(app.jobs.task(id).await?).map_err(Error::internal)?;
    let resumed = app.jobs.resume(id).await?;
    let mut task: Task = serde_json::from_value(resumed.task).map_err(Error::internal)?;
    let name = &connection.view.name;
    let packer = Packer::resume(&app.store, name, task.entry.take(), resumed.view.unkept.clone());
    // It is at rest no more: a crash from here on leaves some of its items uncounted.
    task.entry = packer.entry();
    resumed.handle.set_task(serde_json::to_value(&task).map_err(Error::internal)?);
    spawn(app, connection, resumed.handle, task, packer);
    Ok(resumed.view)
}

fn spawn(app: &AppState, connection: &Arc<Connection>, handle: Handle, task: Task, packer: Packer) {
    let undoing = Undoing {
        store: app.store.clone(),
        connection: connection.clone(),
        handle: handle.clone(),
        began: Instant::now(),
        before: handle.view().progress.processed,
        packer: packer.of_job(&handle),
        task,
        schemas: HashMap::new(),
    };
    app.jobs.run(handle, undoing.run());
}

struct Undoing {
    store: Store,
    connection: Arc<Connection>,
    handle: Handle,
    packer: Packer,
    task: Task,
    schemas: HashMap<String, KeySchema>,
    began: Instant,
    before: u64,
}

impl Undoing {
    async fn run(mut self) -> Outcome {
        // Where it goes on, it is at rest no more.
        self.handle.save().await;
        let ended = self.walk_on().await;
        self.save(self.packer.at_rest()).await;
        if matches!(ended, Ok(false)) {
            // It goes on, or was cancelled: then what was undone until now is in its entry.
            if !self.handle.is_interrupted() {
                self.finish().await;
            }
            return Outcome::Stopped;
        }
        if !self.handle.is_lost() {
            self.finish().await;
        }
        match ended {
            Ok(_) => Outcome::Done,
            Err(error) => Outcome::Failed(error.message),
        }
    }

    async fn finish(&mut self) {
        let entry = self.packer.finish().await;
        self.handle.update(|view| {
            view.history = entry;
            view.unkept = self.packer.unkept();
        });
    }

    /// Walks to the end; where servers share the job and the store does not answer, it waits for it.
    async fn walk_on(&mut self) -> Result<bool> {
        let mut off = None::<Instant>;
        loop {
            let at = self.task.below.clone();
            match self.walk().await {
                Err(error) if error.code == "store_unavailable" && self.handle.is_shared() => {
                    if self.task.below != at {
                        off = None;
                    }
                    if off.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                        return Err(error);
                    }
                    let _ = tokio::time::timeout(CHECKPOINT, self.handle.stop().cancelled()).await;
                    if self.handle.stop().is_cancelled() {
                        return Ok(false);
                    }
                }
                ended => return ended,
            }
        }
    }

    /// Whether the end was reached.
    async fn walk(&mut self) -> Result<bool> {
        let (store, connection, id) = (self.store.clone(), self.connection.view.name.clone(), self.task.group.clone());
        let group = Group::find(&store, &connection, &id).await?;
        let mut saved = Instant::now();
        loop {
            if self.handle.stop().is_cancelled() {
                return Ok(false);
            }
            let Some(Step { position, rows, lost }) = group.step(self.task.below.as_deref()).await? else {
                break;
            };
            for why in lost {
                self.count(None, None, &Fate::Failed(why));
            }
            // Two rows of one item are taken back one after the other, the newest first.
            for rows in of_one_table(rows) {
                if !self.rows(rows).await? {
                    return Ok(false);
                }
            }
            self.task.top.get_or_insert_with(|| position.clone());
            self.task.below = Some(position);
            if saved.elapsed() > CHECKPOINT {
                self.save(self.packer.entry()).await;
                saved = Instant::now();
            }
        }
        let progress = self.handle.view().progress;
        if group.head.packed && progress.skipped == 0 && progress.rejected == 0 {
            // Another server may have written more of it, which is not undone.
            let newest = store.packs().newest(&id, None).await?.map(|(newest, _)| newest);
            // Somebody may have undone it in the meantime.
            if newest <= self.task.top
                && let Err(error) = store.writes().mark_undone(&connection, &id).await
            {
                tracing::info!(%error, group = id, "an undone group could not be marked");
            }
        }
        Ok(true)
    }

    /// Takes rows of one table back; false where the job stopped before.
    async fn rows(&mut self, rows: Vec<Row>) -> Result<bool> {
        let Some(table) = rows.first().map(|row| row.table.clone()) else {
            return Ok(true);
        };
        // A group may have rows of several tables, and whoever goes on with it may not write to each.
        who::allowed(Role::Operator, &self.connection.view.name, &table)?;
        let schema = self.schema(&table).await?;
        let keys = rows.iter().flat_map(|row| [&row.before, &row.after]).flatten();
        let keys: BTreeMap<String, Key> = keys
            .filter_map(|item| schema.key_of(item).ok())
            .map(|key| (key.canonical(), key))
            .collect();
        let mut there = HashMap::new();
        let keys: Vec<Item> = keys.into_values().map(|key| key.0).collect();
        for keys in keys.chunks(crate::engine::items::BATCH_GET) {
            let found = self.connection.engine.batch_get_now(&table, keys).await?;
            there.extend(
                found
                    .items
                    .into_iter()
                    .filter_map(|item| Some((schema.key_of(&item).ok()?.canonical(), item))),
            );
        }
        let mut due = Vec::new();
        for row in rows {
            match plan(&row, &schema, &there) {
                Ok((plan, now)) => due.push(Due { row, now, plan }),
                Err(fate) => self.ended(&row, fate).await,
            }
        }
        let carried = carry_out(&self.connection, &self.packer, &table, &schema, due).await;
        for (row, fate) in carried.ends {
            self.ended(&row, fate).await;
        }
        match carried.fatal {
            Some(error) => Err(of_table(&table, error)),
            None => Ok(!carried.stopped),
        }
    }

    async fn schema(&mut self, table: &str) -> Result<KeySchema> {
        if let Some(schema) = self.schemas.get(table) {
            return Ok(schema.clone());
        }
        let view = self.connection.engine.describe_table_only(table).await;
        let schema = view.map_err(|error| of_table(table, error))?.key;
        self.schemas.insert(table.to_owned(), schema.clone());
        Ok(schema)
    }

    async fn ended(&self, row: &Row, fate: Fate) {
        // Of the many of a job the whole is marked, at the end.
        if matches!(fate, Fate::Done | Fate::AsBefore)
            && !row.packed
            && row.is_open()
            && let Err(error) = self.store.writes().mark_undone(&self.connection.view.name, &row.write).await
        {
            tracing::info!(%error, write = row.write, "an undone write could not be marked");
        }
        self.count(Some(&row.key), row.before.as_ref(), &fate);
    }

    fn count(&self, key: Option<&Key>, item: Option<&Item>, fate: &Fate) {
        let of = |why: &str| key.map_or_else(|| why.to_owned(), |key| format!("{key}: {why}"));
        self.handle.update(|view| {
            tally(view, fate, of, "changed since, and left as it is");
            if matches!(fate, Fate::Done) {
                view.progress.written_bytes += item.map_or(0, size::item_bytes) as u64;
            }
            pace(&mut view.progress, self.began, self.before);
        });
    }

    async fn save(&mut self, entry: Option<Entry>) {
        self.task.entry = entry;
        self.handle.update(|view| view.unkept = self.packer.unkept());
        match serde_json::to_value(&self.task) {
            Ok(task) => self.handle.set_task(task),
            Err(cause) => tracing::error!(%cause, "an undo's place could not be written"),
        }
        self.handle.save().await;
    }
}
