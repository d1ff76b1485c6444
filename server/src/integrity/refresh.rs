//! Brings the copies of users' names up to date, as a job: each row only while it is what was read, with
//! its own result, and all of it written down so that it can be undone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dynadesk_shared::api::conversations::UserRef;
use dynadesk_shared::api::history::WriteKind;
use dynadesk_shared::api::integrity::{MOST_USERS, RefreshRequest};
use dynadesk_shared::api::jobs::JobView;
use dynadesk_shared::words::count;
use dynadesk_shared::{Item, KeySchema, cruddur, edit};
use serde::{Deserialize, Serialize};

use crate::app::AppState;
use crate::budgets::Spending;
use crate::confirm;
use crate::connections::Connection;
use crate::conversations::{has_cruddur_keys, not_a_cruddur_table};
use crate::engine::items::{Page, Scan, jittered};
use crate::error::{Error, Result};
use crate::history::{Due, Entry, Fate, Packer, carry_out, tally};
use crate::jobs::{Handle, NewJob, Outcome, pace};
use crate::tables::of_table;
use crate::who;

/// The kind of job that this is.
pub const KIND: &str = "names";

/// Items of one page of the table.
const PAGE: u32 = 500;
/// Rows that are written down and sent together.
const TOGETHER: usize = 50;
/// How often a page is asked for that does not come.
const TRIES: u32 = 8;
const CHECKPOINT: Duration = Duration::from_secs(2);

/// What the job needs to go on after a restart.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Task {
    /// As they were reviewed, by uuid.
    names: BTreeMap<String, UserRef>,
    /// Everything up to here was looked at.
    after: Option<Item>,
    /// Rows of the page after it that were left as they are, and told: they are not told again.
    #[serde(default)]
    left: BTreeSet<String>,
    entry: Option<Entry>,
}

/// Starts the job: 409 `names_changed` where a name is no longer the one that was reviewed.
pub async fn start(app: &AppState, connection: &Arc<Connection>, table: &str, asked: RefreshRequest) -> Result<JobView> {
    confirm::on_production(connection, table, asked.confirm.as_deref())?;
    if let Some(budget) = budget(app, connection, table) {
        budget.is_there().await?;
    }
    let names = reviewed(app, asked.users).await?;
    let schema = schema(connection, table).await?;
    if !has_cruddur_keys(&schema) {
        return Err(not_a_cruddur_table(table));
    }
    let name = &connection.view.name;
    let packer = Packer::begin(&app.store, name, table, WriteKind::Names).await;
    let title = match names.len() {
        1 => format!("Refresh the name of 1 user in {table}"),
        users => format!("Refresh the names of {} users in {table}", count(users as u64)),
    };
    let task = Task {
        names,
        after: None,
        left: BTreeSet::new(),
        entry: packer.entry(),
    };
    let new = NewJob {
        kind: KIND,
        title,
        connection: name.clone(),
        place: connection.view.place.clone(),
        table: table.to_owned(),
        total: asked.rows,
        task: serde_json::to_value(&task).map_err(Error::internal)?,
        ..NewJob::default()
    };
    let handle = packer.create_job(&app.jobs, new).await?;
    let view = handle.view();
    spawn(app, connection, handle, task, packer, schema, Ok(()));
    Ok(view)
}

/// Lets an interrupted job go on. What it wrote is right already, and is passed over.
pub async fn resume(app: &AppState, connection: &Arc<Connection>, id: &str) -> Result<JobView> {
    let schema = schema(connection, &app.jobs.get(id).await?.table).await?;
    let parked: Task = serde_json::from_value(app.jobs.task(id).await?).map_err(Error::internal)?;
    // Somebody may have got another name since it was interrupted. Where that cannot be told here, another server may.
    let still = match reviewed(app, parked.names.values().cloned().collect()).await {
        Err(error) if error.code != "names_changed" => return Err(error),
        still => still.map(drop),
    };
    let resumed = app.jobs.resume(id).await?;
    let mut task: Task = serde_json::from_value(resumed.task).map_err(Error::internal)?;
    let packer = Packer::resume(&app.store, &connection.view.name, task.entry.take(), resumed.view.unkept.clone());
    // It is at rest no more: a crash from here on leaves some of its items uncounted.
    task.entry = packer.entry();
    resumed.handle.set_task(serde_json::to_value(&task).map_err(Error::internal)?);
    spawn(app, connection, resumed.handle, task, packer, schema, still);
    Ok(resumed.view)
}

/// The names by uuid, each as it still is.
async fn reviewed(app: &AppState, users: Vec<UserRef>) -> Result<BTreeMap<String, UserRef>> {
    if users.is_empty() || users.len() > MOST_USERS {
        let message = format!("the names of 1 to {MOST_USERS} users are refreshed at once, not of {}", users.len());
        return Err(Error::invalid("invalid_request", message));
    }
    let uuids: Vec<String> = users.iter().map(|user| user.uuid.clone()).collect();
    let now = app.identity.names_now(&uuids).await?;
    if let Some(user) = users.iter().find(|user| now.get(&user.uuid) != Some(user)) {
        return Err(Error::conflict(
            "names_changed",
            format!("user {} is no longer called as it was reviewed: check the table again", user.uuid),
        ));
    }
    Ok(users.into_iter().map(|user| (user.uuid.clone(), user)).collect())
}

/// What the one who asks may still read. It is asked for before a job begins, and counted while it goes: a
/// job that has begun is not stopped in the middle, and goes on where its server died.
fn budget(app: &AppState, connection: &Connection, table: &str) -> Option<Spending> {
    let person = who::current()?;
    app.budgets.of(connection, &person, table)
}

async fn schema(connection: &Connection, table: &str) -> Result<KeySchema> {
    let view = connection.engine.describe_table_only(table).await;
    Ok(view.map_err(|error| of_table(table, error))?.key)
}

fn spawn(app: &AppState, connection: &Arc<Connection>, handle: Handle, task: Task, packer: Packer, schema: KeySchema, still: Result<()>) {
    let view = handle.view();
    let refreshing = Refreshing {
        budget: budget(app, connection, &view.table),
        connection: connection.clone(),
        handle: handle.clone(),
        table: view.table,
        schema,
        packer: packer.of_job(&handle),
        task,
        began: Instant::now(),
        before: view.progress.processed,
    };
    app.jobs.run(handle, refreshing.run(still));
}

struct Refreshing {
    budget: Option<Spending>,
    connection: Arc<Connection>,
    handle: Handle,
    table: String,
    schema: KeySchema,
    packer: Packer,
    task: Task,
    began: Instant,
    before: u64,
}

impl Refreshing {
    /// `still` says whether the names are what was reviewed.
    async fn run(mut self, still: Result<()>) -> Outcome {
        // Where it goes on, it is at rest no more.
        self.handle.save().await;
        let ended = match still {
            Ok(()) => self.walk().await,
            Err(error) => Err(error),
        };
        self.save(self.packer.at_rest()).await;
        if self.handle.is_lost() || matches!(ended, Ok(false)) && self.handle.is_interrupted() {
            // It goes on with its entry.
            return Outcome::Stopped;
        }
        let entry = self.packer.finish().await;
        self.handle.update(|view| {
            view.history = entry;
            view.unkept = self.packer.unkept();
        });
        match ended {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::Stopped,
            Err(error) => Outcome::Failed(error.message),
        }
    }

    /// Whether the end was reached.
    async fn walk(&mut self) -> Result<bool> {
        let mut saved = Instant::now();
        loop {
            let Some(page) = self.page().await? else { return Ok(false) };
            let mut due = page.items.into_items()?.into_iter().filter_map(|item| self.due(item)).peekable();
            let mut all = Vec::new();
            while due.peek().is_some() {
                all.push(due.by_ref().take(TOGETHER).collect::<Vec<_>>());
            }
            for some in all {
                if self.handle.stop().is_cancelled() {
                    return Ok(false);
                }
                let carried = carry_out(&self.connection, &self.packer, &self.table, &self.schema, some).await;
                for (row, fate) in carried.ends {
                    let key = row.key().to_string();
                    self.count(&key, &fate);
                    if matches!(fate, Fate::Changed | Fate::Failed(_)) {
                        self.task.left.insert(key);
                    }
                }
                if let Some(error) = carried.fatal {
                    return Err(of_table(&self.table, error));
                }
                if carried.stopped {
                    return Ok(false);
                }
            }
            self.task.after = page.last_key;
            self.task.left.clear();
            if self.task.after.is_none() {
                return Ok(true);
            }
            if saved.elapsed() > CHECKPOINT {
                self.save(self.packer.entry()).await;
                saved = Instant::now();
            }
        }
    }

    /// The next page of the table; nothing where the job is to stop.
    async fn page(&self) -> Result<Option<Page>> {
        let scan = Scan {
            table: self.table.clone(),
            limit: PAGE,
            start: self.task.after.clone(),
            consistent: true,
            ..Scan::default()
        };
        for attempt in 1.. {
            if self.handle.stop().is_cancelled() {
                return Ok(None);
            }
            match self.connection.engine.scan(&scan).await {
                Err(error) if error.is_transient() && attempt < TRIES => {
                    tokio::select! {
                        () = tokio::time::sleep(jittered(Duration::from_millis(100), attempt, Duration::from_secs(5))) => {}
                        () = self.handle.stop().cancelled() => {}
                    }
                }
                answer => {
                    let page = answer.map_err(|error| of_table(&self.table, error))?;
                    if let Some(budget) = &self.budget {
                        budget.count(page.exchange.consumed).await;
                    }
                    return Ok(Some(page));
                }
            }
        }
        Ok(None)
    }

    /// The write that an item needs, if it needs one.
    fn due(&self, item: Item) -> Option<Due> {
        let uuid = item.get("user_uuid")?.as_s()?;
        let wanted = cruddur::renamed(&item, self.task.names.get(uuid)?)?;
        let key = self.schema.key_of(&item).ok()?;
        if self.task.left.contains(&key.to_string()) {
            return None;
        }
        let plan = edit::update(&item, &wanted, &self.schema).ok()?;
        Some(Due::change(&self.table, key, item, wanted, plan))
    }

    fn count(&self, key: &str, fate: &Fate) {
        self.handle.update(|view| {
            tally(
                view,
                fate,
                |why| format!("{key}: {why}"),
                "changed while it was being written, and left as it is",
            );
            pace(&mut view.progress, self.began, self.before);
        });
    }

    async fn save(&mut self, entry: Option<Entry>) {
        self.task.entry = entry;
        self.handle.update(|view| view.unkept = self.packer.unkept());
        match serde_json::to_value(&self.task) {
            Ok(task) => self.handle.set_task(task),
            Err(cause) => tracing::error!(%cause, "the place of a job could not be written"),
        }
        self.handle.save().await;
    }
}
