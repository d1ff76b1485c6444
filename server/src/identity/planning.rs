//! The plan: read in the background, looked at line by line, carried out as it was shown.

use std::collections::BTreeMap;
use std::sync::Arc;

use dynadesk_shared::api::identity::{Choice, PlanRows, PlanRowsRequest, PlanState, PlanUuids, PlanUuidsRequest, PlanView, ReadProgress};
use dynadesk_shared::identity::plan::{PlanKind, PlanRow, plan};
use dynadesk_shared::time;
use tokio::task::AbortHandle;
use uuid::Uuid;

use super::{Identity, lock};
use crate::error::{Error, Result};

/// How long what was read may be carried out, in µs: people come and go on both sides.
const FRESH: i64 = 15 * 60 * 1_000_000;
/// How long nothing may move in a plan that is being read, in µs: whoever asks for one after that gets a new one.
const STUCK: i64 = 60 * 1_000_000;
/// Lines of one answer.
const PAGE: usize = 200;

#[derive(Clone, Debug)]
pub(super) struct Plan {
    view: PlanView,
    rows: Arc<Vec<PlanRow>>,
    /// When it began to be read.
    made: i64,
    /// When something was last read into it.
    moved: i64,
    /// Reads it, where nobody waits for it.
    task: Option<AbortHandle>,
}

impl Plan {
    pub(super) fn is(&self, id: &str) -> bool {
        self.view.id == id
    }
}

impl Identity {
    /// Begins a new plan, which takes the place of the one before. One that is being read goes on, unless it
    /// stands still.
    pub fn begin_plan(&self) -> Result<PlanView> {
        let (view, is_new) = self.open_plan()?;
        if is_new {
            let (identity, id) = (self.clone(), view.id.clone());
            // Why it failed stands in the plan.
            let task = tokio::spawn(async move { drop(identity.fill_plan(&id).await) });
            self.change(&view.id, |plan| plan.task = Some(task.abort_handle()));
        }
        Ok(view)
    }

    /// A new plan, once it is ready. How far it is, [`Identity::plan`] says meanwhile.
    pub async fn make_plan(&self) -> Result<(PlanView, Arc<Vec<PlanRow>>)> {
        let (view, _) = self.open_plan()?;
        self.fill_plan(&view.id).await?;
        let plan = self.held(&view.id)?;
        Ok((plan.view, plan.rows))
    }

    /// The plan that is being read, or a new one, and whether it is new.
    fn open_plan(&self) -> Result<(PlanView, bool)> {
        self.database()?;
        self.pool()?;
        let made = self.0.clock.now();
        let mut held = lock(&self.0.plan);
        if let Some(held) = held.as_ref().filter(|held| held.view.state == PlanState::Reading) {
            if made - held.moved < STUCK {
                return Ok((held.view.clone(), false));
            }
            if let Some(task) = &held.task {
                task.abort();
            }
        }
        let view = PlanView {
            id: Uuid::now_v7().to_string(),
            state: PlanState::Reading,
            progress: ReadProgress::default(),
            counts: BTreeMap::new(),
            at: time::to_iso_offset(made),
        };
        *held = Some(Plan {
            view: view.clone(),
            rows: Arc::default(),
            made,
            moved: made,
            task: None,
        });
        Ok((view, true))
    }

    /// Reads both sides into a plan that was opened.
    async fn fill_plan(&self, id: &str) -> Result<()> {
        let rows = match self.make(id).await {
            Ok(rows) => rows,
            Err(error) => {
                let why = error.message.clone();
                self.change(id, |plan| plan.view.state = PlanState::Failed { why });
                return Err(error);
            }
        };
        self.change(id, |plan| {
            for row in &rows {
                *plan.view.counts.entry(row.kind).or_default() += 1;
            }
            plan.rows = Arc::new(rows);
            plan.view.state = PlanState::Ready;
        });
        Ok(())
    }

    /// The newest plan as it stands.
    pub fn plan(&self) -> Result<PlanView> {
        let held = lock(&self.0.plan);
        held.as_ref()
            .map(|held| held.view.clone())
            .ok_or_else(|| no_plan("nothing was planned since Dynadesk started"))
    }

    /// Lines of a plan.
    pub fn plan_rows(&self, asked: &PlanRowsRequest) -> Result<PlanRows> {
        let plan = self.held(&asked.plan)?;
        let found: Vec<&PlanRow> = found(&plan.rows, asked.kind, &asked.search).collect();
        let offset = usize::try_from(asked.offset).unwrap_or(usize::MAX);
        Ok(PlanRows {
            total: found.len() as u64,
            rows: found.into_iter().skip(offset).take(PAGE).cloned().collect(),
        })
    }

    /// All rows that will change and that a search finds, for a choice.
    pub fn plan_uuids(&self, asked: &PlanUuidsRequest) -> Result<PlanUuids> {
        let plan = self.held(&asked.plan)?;
        let found = found(&plan.rows, PlanKind::WillChange, &asked.search);
        Ok(PlanUuids {
            uuids: found.filter_map(|row| row.uuid.clone()).collect(),
        })
    }

    /// The chosen rows of a plan: 409 `plan_outdated` where it is old, or a newer one took its place.
    pub(super) fn chosen(&self, id: &str, choice: &Choice) -> Result<Vec<PlanRow>> {
        let plan = self.held(id)?;
        if self.0.clock.now() - plan.made > FRESH {
            return Err(no_plan(
                "it is older than 15 minutes, and either side may have changed since: make a new one",
            ));
        }
        let rows = plan.rows.iter().filter(|row| row.kind == PlanKind::WillChange);
        let (named, keep) = match choice {
            Choice::Except(uuids) => (uuids, false),
            Choice::Only(uuids) => (uuids, true),
        };
        let named: std::collections::BTreeSet<&str> = named.iter().map(String::as_str).collect();
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

    fn held(&self, id: &str) -> Result<Plan> {
        let held = lock(&self.0.plan).clone();
        match held {
            Some(plan) if plan.view.id == id && plan.view.state == PlanState::Ready => Ok(plan),
            Some(plan) if plan.view.id == id => Err(no_plan("the plan is not ready")),
            _ => Err(no_plan(
                "a newer plan took its place, or Dynadesk was started again: make a new one",
            )),
        }
    }

    async fn make(&self, id: &str) -> Result<Vec<PlanRow>> {
        let rows = self.database()?.all(|rows| self.change(id, |plan| plan.view.progress.rows = rows));
        let users = self.pool()?.users(|progress| {
            self.change(id, |plan| {
                let rows = plan.view.progress.rows;
                plan.view.progress = ReadProgress { rows, ..progress };
            });
        });
        let (rows, users) = tokio::try_join!(rows, users)?;
        self.keep(Ok(users.clone()));
        tokio::task::spawn_blocking(move || plan(&rows, &users))
            .await
            .map_err(Error::internal)
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Plan)) {
        let now = self.0.clock.now();
        if let Some(plan) = lock(&self.0.plan).as_mut().filter(|plan| plan.view.id == id) {
            plan.moved = now;
            change(plan);
        }
    }
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
