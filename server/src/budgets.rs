//! Budgets for reading whole tables: what a person may scan in an hour, by role, on a connection that says
//! so. Each page is asked for first and counted after, with the capacity that the engine reports.
//!
//! The count is kept in Dynadesk's own store, so that all servers count together. While the store does
//! not answer, each server goes by what it has counted itself: nobody is locked out, and nobody is free.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use dynadesk_shared::access::Role;
use dynadesk_shared::api::budgets::{BudgetHour, ScanBudget};
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::time;

use crate::clock::Clock;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::store::Store;
use crate::who::Person;

const HOUR: i64 = 3_600_000_000;
/// What a page is taken for where the engine does not say what it cost: the most that it can be.
const UNTOLD: f64 = 256.0;

/// Read capacity units an hour by role; nothing for a role that may read as much as it likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanBudgets {
    pub viewer: Option<u32>,
    pub operator: Option<u32>,
    pub admin: Option<u32>,
}

impl ScanBudgets {
    pub fn is_any(self) -> bool {
        self.viewer.or(self.operator).or(self.admin).is_some()
    }

    fn of(self, role: Role) -> Option<u32> {
        match role {
            Role::Viewer => self.viewer,
            Role::Operator => self.operator,
            Role::Admin => self.admin,
        }
    }
}

/// Cheap to clone; all clones count together.
#[derive(Clone, Debug)]
pub struct Budgets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    own: Mutex<Own>,
}

/// What went through this server in the hour at hand, in halves of a unit.
#[derive(Debug, Default)]
struct Own {
    hour: i64,
    halves: HashMap<(String, String), u64>,
    /// Of what one person asks at once, the next is judged when the one before was counted.
    turns: HashMap<(String, String), Arc<tokio::sync::Mutex<()>>>,
}

/// One person's budget on one connection. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spending {
    inner: Arc<Inner>,
    connection: String,
    /// Signing in again or elsewhere begins no new budget.
    who: String,
    role: Role,
    units: u32,
}

impl Budgets {
    pub fn new(store: Store, clock: Clock) -> Self {
        let own = Mutex::default();
        Self(Arc::new(Inner { store, clock, own }))
    }

    /// The budget of a person who reads a table; nothing where there is none.
    pub fn of(&self, connection: &Connection, person: &Person, table: &str) -> Option<Spending> {
        let name = &connection.view.name;
        let role = person.grants.on_table(name, table)?;
        Some(Spending {
            inner: self.0.clone(),
            connection: name.clone(),
            who: person.name.trim().to_lowercase(),
            role,
            units: connection.scan_budgets.of(role)?,
        })
    }

    /// How far it is used.
    pub async fn view(&self, connection: &Connection, person: &Person, table: &str) -> ScanBudget {
        ScanBudget {
            hour: match self.of(connection, person, table) {
                Some(spending) => Some(spending.hour().await),
                None => None,
            },
        }
    }

    /// Reads a page of whole tables, mostly of one: 429 `scan_budget_spent` where the budget is used up that the
    /// person's role on any of them has. `consumed` says what the page cost in all.
    pub async fn page<T>(
        &self,
        connection: &Connection,
        person: &Person,
        tables: &[&str],
        read: impl Future<Output = Result<T>>,
        consumed: impl FnOnce(&T) -> Option<f64>,
    ) -> Result<T> {
        let spendings: Vec<Spending> = tables.iter().filter_map(|table| self.of(connection, person, table)).collect();
        let Some(spending) = spendings.first() else {
            return read.await;
        };
        // Whatever the role is, it is one person who has read so much on one connection.
        let turn = spending.turn();
        let _turn = turn.lock().await;
        for spending in &spendings {
            spending.is_there().await?;
        }
        let page = read.await?;
        spending.count(consumed(&page)).await;
        Ok(page)
    }
}

impl Spending {
    fn turn(&self) -> Arc<tokio::sync::Mutex<()>> {
        let who = (self.connection.clone(), self.who.clone());
        self.own().turns.entry(who).or_default().clone()
    }

    /// 429 `scan_budget_spent` where nothing is left.
    pub async fn is_there(&self) -> Result<()> {
        let hour = self.hour().await;
        if !hour.is_spent() {
            return Ok(());
        }
        let minutes = hour.seconds_left.div_ceil(60);
        let message = format!(
            "the budget for reading whole tables of connection {:?} is used up: as {} you have read {} of {} read capacity units of this hour. \
             It is back in {minutes} minutes; queries by a key go on",
            self.connection,
            self.role.word(),
            hour.used,
            hour.units,
        );
        Err(Error::new(ErrorKind::Throttled, "scan_budget_spent", message)
            .with_fields(vec![FieldError::new("left", "0"), FieldError::new("resets_at", hour.resets_at)]))
    }

    /// Counts what a page cost. What is read is read: a store that is off does not take it back.
    pub async fn count(&self, consumed: Option<f64>) {
        let halves = (consumed.unwrap_or(UNTOLD).max(0.0) * 2.0).ceil() as u64;
        let hour = self.now() / HOUR;
        {
            let mut own = self.own();
            if own.hour != hour {
                // Whoever has a turn or waits for one keeps it: others of the same person must not get one beside it.
                own.turns.retain(|_, turn| Arc::strong_count(turn) > 1);
                own.hour = hour;
                own.halves.clear();
            }
            *own.halves.entry((self.connection.clone(), self.who.clone())).or_default() += halves;
        }
        let added = self.inner.store.budgets().add(&self.connection, &self.who, hour, halves).await;
        if let Err(error) = added {
            tracing::warn!(%error, connection = self.connection, "what was read is counted by this server alone");
        }
    }

    async fn hour(&self) -> BudgetHour {
        let now = self.now();
        let (hour, next) = (now / HOUR, (now / HOUR + 1) * HOUR);
        let kept = self.inner.store.budgets().read(&self.connection, &self.who, hour).await;
        let own = {
            let own = self.own();
            let halves = own.halves.get(&(self.connection.clone(), self.who.clone()));
            halves.copied().filter(|_| own.hour == hour).unwrap_or(0)
        };
        BudgetHour {
            units: u64::from(self.units),
            used: kept.unwrap_or(0).max(own) as f64 / 2.0,
            resets_at: time::to_iso_offset(next),
            seconds_left: u64::try_from((next - now) / 1_000_000).unwrap_or(0),
        }
    }

    fn now(&self) -> i64 {
        self.inner.clock.now()
    }

    fn own(&self) -> std::sync::MutexGuard<'_, Own> {
        // Nothing panics while it holds the counts, so a poisoned one is as good as any.
        self.inner.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
