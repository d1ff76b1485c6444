//! Requests to drop a table, one for each table, until somebody else has decided or their time is over.

use dynadesk_shared::Item;
use dynadesk_shared::api::session::Way;
use dynadesk_shared::filter::compile::Expression;

use super::rows::{self, EXPIRES_AT, PK, SK, from_json, json, n, number, s, text};
use super::{Fault, Inner};
use crate::error::Result;

/// How long an answer is there for whoever asked.
const ANSWERED: i64 = rows::DAY;
const OPEN: &str = "open";
const APPROVED: &str = "approved";
const REFUSED: &str = "refused";

/// The requests of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Drops<'a> {
    pub(super) inner: &'a Inner,
    pub(super) connection: &'a str,
}

/// A request as it is kept. Instants are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropRow {
    pub id: String,
    pub table: String,
    /// What tells the table from another one of its name.
    pub made: String,
    pub by: String,
    pub way: Way,
    pub reason: String,
    pub asked: i64,
    pub until: i64,
    pub item_count: u64,
    pub size_bytes: u64,
    pub state: DropRowState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DropRowState {
    Open,
    /// It is being dropped, or was.
    Approved,
    Refused {
        by: String,
        at: i64,
        reason: String,
    },
}

impl Drops<'_> {
    /// All that are kept, by table.
    pub async fn all(self) -> Result<Vec<DropRow>> {
        let query = rows::rows_of(self.inner.table.name(), &self.pk(), SK, None);
        let found = self.inner.table.all(query).await?;
        let now = self.inner.now();
        Ok(found.iter().filter(|row| !rows::is_over(row, now)).filter_map(read).collect())
    }

    pub async fn get(self, table: &str) -> Result<Option<DropRow>> {
        let row = self.inner.table.get(&rows::key(&self.pk(), table)).await?;
        Ok(row.as_ref().and_then(read))
    }

    /// Keeps a new request; false where another one of this table is open. Its id is given here.
    pub async fn ask(self, row: &mut DropRow) -> Result<bool> {
        let now = self.inner.now();
        row.id = self.inner.ids.next(now);
        let kept: Item = [
            (PK, s(self.pk())),
            (SK, s(&row.table)),
            ("id", s(&row.id)),
            ("made", s(&row.made)),
            ("by", s(&row.by)),
            ("way", json(&row.way)),
            ("reason", s(&row.reason)),
            ("asked", n(row.asked)),
            ("until", n(row.until)),
            ("item_count", n(row.item_count)),
            ("size_bytes", n(row.size_bytes)),
            ("state", s(OPEN)),
            (EXPIRES_AT, n(rows::expiry(row.until, ANSWERED))),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let free = expression(
            "attribute_not_exists(#pk) OR #state <> :open OR #until <= :now",
            &[("#pk", PK), ("#state", "state"), ("#until", "until")],
            vec![(":open", s(OPEN)), (":now", n(now))],
        );
        held(self.inner.table.put(&kept, Some(&free)).await)
    }

    /// Takes an open request for being carried out; false where it is open no more.
    pub async fn approve(self, table: &str, id: &str, by: &str) -> Result<bool> {
        let now = self.inner.now();
        let update = expression(
            "SET #state = :approved, #decided_by = :by, #decided = :now",
            &[
                ("#state", "state"),
                ("#decided_by", "decided_by"),
                ("#decided", "decided"),
                ("#id", "id"),
                ("#until", "until"),
            ],
            vec![
                (":approved", s(APPROVED)),
                (":by", s(by)),
                (":now", n(now)),
                (":id", s(id)),
                (":open", s(OPEN)),
            ],
        );
        self.update(table, &update, "#id = :id AND #state = :open AND #until > :now").await
    }

    /// Gives a request back that was taken and could not be carried out.
    pub async fn reopen(self, table: &str, id: &str) -> Result<bool> {
        let update = expression(
            "SET #state = :open",
            &[("#state", "state"), ("#id", "id")],
            vec![(":open", s(OPEN)), (":approved", s(APPROVED)), (":id", s(id))],
        );
        self.update(table, &update, "#id = :id AND #state = :approved").await
    }

    /// Refuses an open request; false where it is open no more.
    pub async fn refuse(self, table: &str, id: &str, by: &str, reason: &str) -> Result<bool> {
        let now = self.inner.now();
        let update = expression(
            "SET #state = :refused, #decided_by = :by, #decided = :now, #answer = :reason",
            &[
                ("#state", "state"),
                ("#decided_by", "decided_by"),
                ("#decided", "decided"),
                ("#answer", "answer"),
                ("#id", "id"),
                ("#until", "until"),
            ],
            vec![
                (":refused", s(REFUSED)),
                (":by", s(by)),
                (":now", n(now)),
                (":reason", s(reason)),
                (":id", s(id)),
                (":open", s(OPEN)),
            ],
        );
        self.update(table, &update, "#id = :id AND #state = :open AND #until > :now").await
    }

    /// Forgets a request, unless it is being carried out; false where there is no such one.
    pub async fn withdraw(self, table: &str, id: &str) -> Result<bool> {
        let there = expression(
            "#id = :id AND #state <> :approved",
            &[("#id", "id"), ("#state", "state")],
            vec![(":id", s(id)), (":approved", s(APPROVED))],
        );
        held(self.inner.table.delete(&rows::key(&self.pk(), table), Some(&there)).await)
    }

    async fn update(self, table: &str, update: &Expression, condition: &str) -> Result<bool> {
        held(self.inner.table.update(&rows::key(&self.pk(), table), update, condition).await)
    }

    fn pk(self) -> String {
        format!("DROPS#{}", self.connection)
    }
}

/// Whether the condition held.
fn held(answer: std::result::Result<(), Fault>) -> Result<bool> {
    match answer {
        Err(Fault::Condition) => Ok(false),
        other => {
            other?;
            Ok(true)
        }
    }
}

fn read(row: &Item) -> Option<DropRow> {
    let own = |name| text(row, name).map(str::to_owned);
    let count = |name| number(row, name).and_then(|number| u64::try_from(number).ok());
    Some(DropRow {
        id: own("id")?,
        table: own(SK)?,
        made: own("made")?,
        by: own("by")?,
        way: from_json(row, "way")?,
        reason: own("reason")?,
        asked: number(row, "asked")?,
        until: number(row, "until")?,
        item_count: count("item_count")?,
        size_bytes: count("size_bytes")?,
        state: match text(row, "state")? {
            OPEN => DropRowState::Open,
            APPROVED => DropRowState::Approved,
            _ => DropRowState::Refused {
                by: own("decided_by")?,
                at: number(row, "decided")?,
                reason: own("answer")?,
            },
        },
    })
}

fn expression(text: &str, names: &[(&str, &str)], values: Vec<(&str, dynadesk_shared::AttributeValue)>) -> Expression {
    let own = |text: &str| text.to_owned();
    Expression {
        text: own(text),
        names: names.iter().map(|(place, name)| (own(place), own(name))).collect(),
        values: values.into_iter().map(|(place, value)| (own(place), value)).collect(),
    }
}
