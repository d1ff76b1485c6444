//! The plan as the page knows it: followed while it is made, its lines page by page, and the choice.

use std::collections::BTreeSet;

use dynadesk_shared::api::identity::{Choice, PlanRowsRequest, PlanState, PlanView};
use dynadesk_shared::identity::plan::{PlanKind, PlanRow};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, ApiFailure};

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
    /// Rows that are not to change.
    pub left_out: RwSignal<BTreeSet<String>>,
    turn: StoredValue<u64>,
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
            left_out: RwSignal::new(BTreeSet::new()),
            turn: StoredValue::new(0),
        }
    }

    /// Makes a new plan.
    pub fn begin(self) {
        self.forget();
        self.busy.set(true);
        spawn_local(async move { self.follow(api::identity::begin_plan().await, true).await });
    }

    /// Shows a plan that was made before the page was left.
    pub fn resume(self) {
        spawn_local(async move { self.follow(api::identity::plan().await, false).await });
    }

    pub fn forget(self) {
        self.view.set(None);
        self.failure.set(None);
        self.left_out.set(BTreeSet::new());
        self.rows.set(Vec::new());
        self.found.set(None);
    }

    async fn follow(self, mut answer: Result<PlanView, ApiFailure>, asked: bool) {
        loop {
            match answer {
                Ok(view) => {
                    let reading = view.state == PlanState::Reading;
                    if self.view.try_set(Some(view)).is_some() {
                        return;
                    }
                    self.busy.try_set(reading);
                    if !reading {
                        return self.show(PlanKind::WillChange);
                    }
                }
                Err(failure) => {
                    self.busy.try_set(false);
                    // That there is no plan yet is no news.
                    if asked || failure.code() != "plan_outdated" {
                        self.failure.try_set(Some(failure));
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

    /// Rows that are to change.
    pub fn chosen(self) -> u64 {
        self.count(PlanKind::WillChange)
            .saturating_sub(self.left_out.with(|out| out.len() as u64))
    }

    pub fn choice(self) -> Choice {
        Choice::Except(self.left_out.get_untracked().into_iter().collect())
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
        let Some(plan) = self.view.with_untracked(|view| view.as_ref().map(|view| view.id.clone())) else {
            return;
        };
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
                    self.found.set(Some(page.total));
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}
