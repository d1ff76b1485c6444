//! The plan as the page knows it: followed while it is made, its lines page by page, and the choice.

use dynadesk_shared::api::identity::{PlanRowsRequest, PlanState, PlanView};
use dynadesk_shared::identity::plan::{PlanKind, PlanRow};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::super::choice::Chosen;
use crate::api::{self, ApiFailure};
use crate::state::Rest;
use crate::state::rest::TYPING;

/// Between two looks at a plan that is being made.
const LOOK: u32 = 400;

/// Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Planning {
    pub view: RwSignal<Option<PlanView>>,
    pub busy: RwSignal<bool>,
    pub failure: RwSignal<Option<ApiFailure>>,
    pub kind: RwSignal<PlanKind>,
    pub search: RwSignal<String>,
    pub rows: RwSignal<Vec<PlanRow>>,
    /// Lines of the kind that the search finds; nothing until they are here.
    pub found: RwSignal<Option<u64>>,
    /// What the lines on the page were searched for.
    pub searched: RwSignal<String>,
    /// Rows that are to change.
    pub chosen: RwSignal<Chosen>,
    pub choosing: RwSignal<bool>,
    turn: StoredValue<u64>,
    /// Counts the plans that were asked for: only the last one is followed.
    asked: StoredValue<u64>,
    rest: Rest,
}

impl Planning {
    pub fn new() -> Self {
        Self {
            view: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            kind: RwSignal::new(PlanKind::WillChange),
            search: RwSignal::new(String::new()),
            rows: RwSignal::new(Vec::new()),
            found: RwSignal::new(None),
            searched: RwSignal::new(String::new()),
            chosen: RwSignal::new(Chosen::default()),
            choosing: RwSignal::new(false),
            turn: StoredValue::new(0),
            asked: StoredValue::new(0),
            rest: Rest::new(TYPING),
        }
    }

    /// Makes a new plan.
    pub fn begin(self) {
        self.forget();
        self.busy.set(true);
        self.asked.update_value(|asked| *asked += 1);
        let turn = self.asked.get_value();
        spawn_local(async move { self.follow(api::identity::begin_plan().await, turn, true).await });
    }

    /// Shows a plan that was made before the page was left.
    pub fn resume(self) {
        let turn = self.asked.get_value();
        spawn_local(async move { self.follow(api::identity::plan().await, turn, false).await });
    }

    pub fn forget(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.view.set(None);
        self.failure.set(None);
        self.chosen.set(Chosen::default());
        self.rows.set(Vec::new());
        self.found.set(None);
    }

    async fn follow(self, mut answer: Result<PlanView, ApiFailure>, turn: u64, asked: bool) {
        loop {
            // Another plan was asked for meanwhile, or the page is gone.
            if self.asked.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(view) => {
                    let state = view.state.clone();
                    self.view.set(Some(view));
                    self.busy.set(state == PlanState::Reading);
                    match state {
                        PlanState::Reading => {}
                        PlanState::Ready => return self.show(PlanKind::WillChange),
                        // A plan that could not be made has no lines, and says why itself.
                        PlanState::Failed { .. } => return,
                    }
                }
                Err(failure) => {
                    self.busy.set(false);
                    // That there is no plan yet is no news.
                    if asked || failure.code() != "plan_outdated" {
                        self.failure.set(Some(failure));
                    }
                    return;
                }
            }
            TimeoutFuture::new(LOOK).await;
            answer = api::identity::plan().await;
        }
    }

    pub fn is_ready(self) -> bool {
        self.view
            .with(|view| view.as_ref().is_some_and(|view| view.state == PlanState::Ready))
    }

    pub fn count(self, kind: PlanKind) -> u64 {
        let count = |view: &PlanView| view.counts.get(&kind).copied().unwrap_or_default();
        self.view.with(|view| view.as_ref().map(count).unwrap_or_default())
    }

    /// How many rows are to change.
    pub fn chosen(self) -> u64 {
        self.chosen.with(|chosen| chosen.count(self.count(PlanKind::WillChange)))
    }

    /// Chooses what the search found, whether it is on the page or not.
    pub fn choose_found(self, failed: impl Fn(ApiFailure) + 'static) {
        let Some(plan) = self.id() else { return };
        let search = self.searched.get_untracked();
        self.choosing.set(true);
        spawn_local(async move {
            let answer = api::identity::plan_uuids(plan.clone(), search).await;
            self.choosing.try_set(false);
            match answer {
                // A choice belongs to the plan that it was made of.
                Ok(found)
                    if self
                        .view
                        .try_with_untracked(|view| view.as_ref().is_some_and(|view| view.id == plan))
                        == Some(true) =>
                {
                    self.chosen.set(Chosen::only(found.uuids));
                }
                Ok(_) => {}
                Err(failure) => failed(failure),
            }
        });
    }

    /// Of the plan that is shown.
    pub fn id(self) -> Option<String> {
        self.view.with_untracked(|view| view.as_ref().map(|view| view.id.clone()))
    }

    /// Shows the lines that another search finds, once nobody types any more.
    pub fn look_for(self, search: String) {
        self.search.set(search);
        self.rest.then(move || self.read(0));
    }

    /// Shows the lines of a kind.
    pub fn show(self, kind: PlanKind) {
        self.kind.set(kind);
        self.rows.set(Vec::new());
        self.found.set(None);
        self.read(0);
    }

    /// Adds the lines after the last one.
    pub fn more(self) {
        self.read(self.rows.with_untracked(Vec::len) as u64);
    }

    fn read(self, offset: u64) {
        self.rest.forget();
        let Some(plan) = self.id() else { return };
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let request = PlanRowsRequest {
            plan,
            kind: self.kind.get_untracked(),
            offset,
            search: self.search.get_untracked(),
        };
        spawn_local(async move {
            let answer = api::identity::plan_rows(&request).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer {
                Ok(page) => {
                    self.rows.update(|rows| {
                        rows.truncate(usize::try_from(offset).unwrap_or_default());
                        rows.extend(page.rows);
                    });
                    self.searched.set(request.search);
                    self.found.set(Some(page.total));
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}
