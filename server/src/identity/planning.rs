//! The plan: read in the background, looked at line by line, carried out as it was shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use dynadesk_shared::api::identity::{Choice, PlanRows, PlanRowsRequest, PlanState, PlanUuids, PlanUuidsRequest, PlanView, ReadProgress};
use dynadesk_shared::identity::PoolUser;
use dynadesk_shared::identity::plan::{PlanKind, PlanRow, plan};
use dynadesk_shared::time;

use super::readings::Kind;
use super::{Identity, lock};
use crate::error::{Error, Result};
use crate::store::{Head, Stage};

/// How long what was read may be carried out, in µs: people come and go on both sides.
const FRESH: i64 = 15 * 60 * 1_000_000;
/// Lines of one answer.
const PAGE: usize = 200;

/// Plans, as they are kept.
#[derive(Debug)]
pub(super) struct Plans;

impl Kind for Plans {
    type View = PlanView;
    type Row = PlanRow;
    const FORMER: bool = false;
}

/// A plan that nobody but its maker knows.
#[derive(Clone, Debug)]
pub struct Made {
    /// Lines of each kind.
    pub counts: BTreeMap<PlanKind, u64>,
    pub rows: Vec<PlanRow>,
}

impl Identity {
    /// Begins a new plan, which takes the place of the one before. One that is being read, on whichever server,
    /// goes on, unless it stands still.
    pub async fn begin_plan(&self) -> Result<PlanView> {
        self.database()?;
        self.pool()?;
        let begun = self.0.plans.begin(|id, made| PlanView {
            id: id.to_owned(),
            state: PlanState::Reading,
            progress: ReadProgress::default(),
            counts: BTreeMap::new(),
            at: time::to_iso_offset(made),
        });
        let (head, is_new) = begun.await?;
        if is_new {
            let (identity, head) = (self.clone(), head.clone());
            let id = head.id.clone();
            let task = tokio::spawn(async move { identity.0.plans.while_read(&head.id, identity.fill_plan(&head)).await });
            self.0.plans.read_by(&id, task.abort_handle());
        }
        Ok(head.view)
    }

    /// A plan for a command of the shell; no server hears of it. `seen` hears how far it is.
    pub async fn make_plan(&self, seen: impl Fn(ReadProgress)) -> Result<Made> {
        let (rows, _) = self.make(seen).await?;
        Ok(Made {
            counts: counts(&rows),
            rows,
        })
    }

    /// Reads both sides into a plan that was begun; why that failed stands in the plan.
    async fn fill_plan(&self, begun: &Head<PlanView>) {
        let (plans, id) = (&self.0.plans, &begun.id);
        let so_far = Mutex::new(begun.view.clone());
        let seen = |progress: ReadProgress| {
            lock(&so_far).progress = progress;
            plans.change(id, |view| view.progress = progress);
        };
        let made = self.make(seen).await;
        let mut view = lock(&so_far).clone();
        match made {
            Ok((rows, users)) => {
                // Whoever sees the plan may look for its people.
                plans.change(id, |_| {});
                self.keep_pool(begun.made, users).await;
                plans.change(id, |_| {});
                (view.state, view.counts) = (PlanState::Ready, counts(&rows));
                plans.end(id, Stage::Ready, view, Some(Arc::new(rows))).await;
            }
            Err(error) => {
                view.state = PlanState::Failed { why: error.message };
                plans.end(id, Stage::Failed, view, None).await;
            }
        }
    }

    /// The newest plan as it stands.
    pub async fn plan(&self) -> Result<PlanView> {
        let newest = self.0.plans.newest().await?;
        let head = newest.ok_or_else(|| no_plan("there is none, or it was made long ago: make a new one"))?;
        if head.stage == Stage::Spent {
            return Err(no_plan(CARRIED_OUT));
        }
        let why = self.0.plans.given_up(&head);
        Ok(match why {
            Some(why) => PlanView {
                state: PlanState::Failed { why },
                ..head.view
            },
            None => head.view,
        })
    }

    /// Lines of a plan.
    pub async fn plan_rows(&self, asked: &PlanRowsRequest) -> Result<PlanRows> {
        let newest = self.0.plans.newest().await?;
        let (_, rows) = self.lines(newest, &asked.plan).await?;
        let found: Vec<&PlanRow> = found(&rows, asked.kind, &asked.search).collect();
        let offset = usize::try_from(asked.offset).unwrap_or(usize::MAX);
        Ok(PlanRows {
            total: found.len() as u64,
            rows: found.into_iter().skip(offset).take(PAGE).cloned().collect(),
        })
    }

    /// All rows that will change and that a search finds, for a choice.
    pub async fn plan_uuids(&self, asked: &PlanUuidsRequest) -> Result<PlanUuids> {
        let newest = self.0.plans.newest().await?;
        let (_, rows) = self.lines(newest, &asked.plan).await?;
        let found = found(&rows, PlanKind::WillChange, &asked.search);
        Ok(PlanUuids {
            uuids: found.filter_map(|row| row.uuid.clone()).collect(),
        })
    }

    /// The chosen rows of a plan: 409 `plan_outdated` where it is old, or a newer one took its place, on whichever
    /// server; 503 `store_unavailable` where nobody can tell.
    pub(super) async fn chosen(&self, id: &str, choice: &Choice) -> Result<Vec<PlanRow>> {
        let newest = self.0.plans.surely_newest().await.map_err(|mut error| {
            error.message = format!(
                "nothing was written, because nobody can tell which plan is the newest: {}",
                error.message
            );
            error
        })?;
        let (head, rows) = self.lines(newest, id).await?;
        if self.0.clock.now() - head.made > FRESH {
            return Err(no_plan(
                "it is older than 15 minutes, and either side may have changed since: make a new one",
            ));
        }
        chosen_of(&rows, choice)
    }

    /// The lines of the newest plan, if it is the one that is meant.
    async fn lines(&self, newest: Option<Head<PlanView>>, id: &str) -> Result<(Head<PlanView>, Arc<Vec<PlanRow>>)> {
        let head = newest.filter(|head| head.id == id).ok_or_else(|| {
            no_plan("a newer plan took its place, or it was made long ago or before Dynadesk was started again: make a new one")
        })?;
        match head.stage {
            Stage::Ready => {}
            Stage::Spent => return Err(no_plan(CARRIED_OUT)),
            Stage::Reading | Stage::Failed => return Err(no_plan("the plan is not ready")),
        }
        let rows = self.0.plans.rows(&head).await?;
        let rows = rows.ok_or_else(|| no_plan("its lines are gone or damaged: make a new one"))?;
        Ok((head, rows))
    }

    /// Reads both sides and compares them.
    async fn make(&self, seen: impl Fn(ReadProgress)) -> Result<(Vec<PlanRow>, Vec<PoolUser>)> {
        let so_far = Mutex::new(ReadProgress::default());
        let say = |change: &dyn Fn(&mut ReadProgress)| {
            let progress = {
                let mut so_far = lock(&so_far);
                change(&mut so_far);
                *so_far
            };
            seen(progress);
        };
        let rows = self.database()?.all(|rows| say(&|progress| progress.rows = rows));
        let users = self.pool()?.users(|read| {
            say(&|progress| {
                let rows = progress.rows;
                *progress = ReadProgress { rows, ..read };
            });
        });
        let (rows, users) = tokio::try_join!(rows, users)?;
        let compare = move || (plan(&rows, &users), users);
        tokio::task::spawn_blocking(compare).await.map_err(Error::internal)
    }
}

const CARRIED_OUT: &str = "it was carried out: what is planned next is planned from what is there now";

/// The chosen ones of the lines that will change.
pub fn chosen_of(rows: &[PlanRow], choice: &Choice) -> Result<Vec<PlanRow>> {
    let rows = rows.iter().filter(|row| row.kind == PlanKind::WillChange);
    let (named, keep) = match choice {
        Choice::Except(uuids) => (uuids, false),
        Choice::Only(uuids) => (uuids, true),
    };
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    let chosen: Vec<PlanRow> = rows
        .filter(|row| row.uuid.as_deref().is_some_and(|uuid| named.contains(uuid) == keep))
        .cloned()
        .collect();
    if keep && chosen.len() != named.len() {
        return Err(Error::invalid("invalid_choice", "a chosen row is not among those that will change"));
    }
    if chosen.is_empty() {
        return Err(Error::invalid("nothing_chosen", "no row is chosen: there is nothing to write"));
    }
    Ok(chosen)
}

fn counts(rows: &[PlanRow]) -> BTreeMap<PlanKind, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.kind).or_default() += 1;
    }
    counts
}

/// Lines of a kind that a search finds.
fn found<'a>(rows: &'a [PlanRow], kind: PlanKind, search: &str) -> impl Iterator<Item = &'a PlanRow> + use<'a> {
    let search = search.trim().to_lowercase();
    rows.iter().filter(move |row| {
        let texts = [
            Some(&row.handle),
            Some(&row.display_name),
            row.uuid.as_ref(),
            row.old.as_ref(),
            row.new.as_ref(),
        ];
        row.kind == kind && texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&search))
    })
}

fn no_plan(why: &str) -> Error {
    Error::conflict("plan_outdated", format!("this plan cannot be used: {why}"))
}
