//! Dropping a table where that takes two people. Who asks gives a reason; somebody else looks at the table
//! and approves, and only then is it dropped: that very table, and no other one that has its name by then.

use dynadesk_shared::access::Role;
use dynadesk_shared::api::drops::{DropApprove, DropAsk, DropList, DropRefuse, DropRequest, DropState, DropWithdraw, same_person};
use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::session::check_reason;
use dynadesk_shared::time;

use crate::access::Access;
use crate::clock::Clock;
use crate::confirm;
use crate::connections::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::store::{DropRow, DropRowState, Drops, Store};
use crate::tables::{self, FollowUps};
use crate::who::Person;

/// How long somebody else may decide.
const LASTS: i64 = 4 * 60 * 60 * 1_000_000;

/// What the work at hand needs.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    pub store: &'a Store,
    pub access: &'a Access,
    pub follow_ups: &'a FollowUps,
    pub clock: &'a Clock,
    pub connection: &'a Connection,
    pub person: &'a Person,
}

impl Desk<'_> {
    /// The open requests on tables that the person may see, and the answers to the person's own.
    pub async fn list(self) -> Result<DropList> {
        // Where one person is enough, nobody asks.
        if !self.connection.view.second_person {
            return Ok(DropList::default());
        }
        let name = &self.connection.view.name;
        let rows = self.drops().all().await?.into_iter();
        let seen = rows.filter(|row| self.person.grants.on_table(name, &row.table).is_some());
        Ok(DropList {
            requests: seen
                .filter_map(|row| self.view(row))
                .filter(|one| one.own || one.state == DropState::Open)
                .collect(),
        })
    }

    /// Asks for a table to be dropped.
    pub async fn ask(self, table: &str, asked: &DropAsk) -> Result<DropRequest> {
        self.connection.writable()?;
        self.takes_two()?;
        confirm::by_name(table, Some(&asked.confirm))?;
        let reason = reason(&asked.reason)?;
        let described = self.connection.engine.describe_table_only(table).await;
        let described = described.map_err(|error| tables::of_table(table, error))?;
        if described.deletion_protection {
            return Err(tables::protected(table));
        }
        let Some(made) = described.made() else {
            return Err(Error::conflict(
                "table_unknown",
                format!("the engine says neither the id of table {table:?} nor when it was made, so it could not be told from another one"),
            ));
        };
        let now = self.clock.now();
        let mut row = DropRow {
            id: String::new(),
            table: table.to_owned(),
            made: made.to_owned(),
            by: self.person.name.clone(),
            way: self.person.way,
            reason: reason.to_owned(),
            asked: now,
            until: now + LASTS,
            item_count: described.item_count,
            size_bytes: described.size_bytes,
            state: DropRowState::Open,
        };
        if !self.drops().ask(&mut row).await? {
            return Err(Error::conflict(
                "drop_requested",
                format!("somebody has asked to drop table {table:?} already: look at that request"),
            ));
        }
        tracing::warn!(who = ?self.person.name, table, reason = ?reason, "a table was asked to be dropped");
        self.view(row).ok_or_else(|| Error::internal("a request could not be read back"))
    }

    /// Drops the table that somebody else asked for, as long as it is that table and nothing protects it.
    pub async fn approve(self, table: &str, asked: &DropApprove) -> Result<Exchange> {
        confirm::by_name(table, Some(&asked.confirm))?;
        let row = self.open(table, &asked.id).await?;
        if same_person(&row.by, &self.person.name) {
            return Err(own(
                "you asked for this yourself: somebody else has to approve it. Nothing was dropped",
            ));
        }
        let connection = &self.connection.view.name;
        if !self.access.still_may(&row.by, row.way, Role::Admin, connection, table) {
            return Err(Error::conflict(
                "asker_not_allowed",
                format!("{} may not drop table {table:?} any more: refuse this request", row.by),
            ));
        }
        // Of two who approve at once only one goes on.
        if !self.drops().approve(table, &row.id, &self.person.name).await? {
            return Err(over(table));
        }
        let dropped = tables::drop_as_seen(self.connection, self.follow_ups, table, &row.made).await;
        match &dropped {
            Ok(_) => tracing::warn!(who = ?self.person.name, asked_by = ?row.by, table, "a table was dropped by two people"),
            // The table is there, so the request is too.
            Err(_) => {
                if let Err(error) = self.drops().reopen(table, &row.id).await {
                    tracing::warn!(%error, table, "a request to drop a table could not be opened again: it has to be asked anew");
                }
            }
        }
        dropped
    }

    /// Refuses somebody else's request.
    pub async fn refuse(self, table: &str, asked: &DropRefuse) -> Result<()> {
        let reason = reason(&asked.reason)?;
        let row = self.open(table, &asked.id).await?;
        if same_person(&row.by, &self.person.name) {
            return Err(own("you asked for this yourself: withdraw it instead"));
        }
        match self.drops().refuse(table, &row.id, &self.person.name, reason).await? {
            true => Ok(()),
            false => Err(over(table)),
        }
    }

    /// Takes one's own request back, or puts an answer away.
    pub async fn withdraw(self, table: &str, asked: &DropWithdraw) -> Result<()> {
        let row = self.drops().get(table).await?.filter(|row| row.id == asked.id);
        let row = row.ok_or_else(|| over(table))?;
        if !same_person(&row.by, &self.person.name) {
            return Err(own("somebody else asked for this: refuse it instead"));
        }
        match self.drops().withdraw(table, &row.id).await? {
            true => Ok(()),
            false => Err(over(table)),
        }
    }

    /// Who asked and why, for the audit log of what is decided.
    pub async fn said(self, table: &str) -> Option<String> {
        let row = self.drops().get(table).await.ok()??;
        Some(format!("asked by {} at {}: {}", row.by, time::to_iso_offset(row.asked), row.reason))
    }

    fn drops(&self) -> Drops<'_> {
        self.store.drops(&self.connection.view.name)
    }

    fn takes_two(self) -> Result<()> {
        if self.connection.view.second_person {
            return Ok(());
        }
        Err(Error::conflict(
            "one_person_enough",
            "dropping a table of this connection takes one person: nobody has to be asked",
        ))
    }

    /// The request of this id, if it still waits for somebody.
    async fn open(self, table: &str, id: &str) -> Result<DropRow> {
        self.takes_two()?;
        let row = self.drops().get(table).await?;
        let waits = |row: &DropRow| row.id == id && row.state == DropRowState::Open && self.clock.now() < row.until;
        row.filter(waits).ok_or_else(|| over(table))
    }

    /// Nothing for a request that was approved: the table is gone, or it has to be asked anew.
    fn view(self, row: DropRow) -> Option<DropRequest> {
        let state = match row.state {
            DropRowState::Approved => return None,
            DropRowState::Open if row.until <= self.clock.now() => DropState::Expired,
            DropRowState::Open => DropState::Open,
            DropRowState::Refused { by, at, reason } => DropState::Refused {
                by,
                at: time::to_iso_offset(at),
                reason,
            },
        };
        Some(DropRequest {
            own: same_person(&row.by, &self.person.name),
            id: row.id,
            table: row.table,
            made: row.made,
            by: row.by,
            way: row.way,
            reason: row.reason,
            asked_at: time::to_iso_offset(row.asked),
            until: time::to_iso_offset(row.until),
            item_count: row.item_count,
            size_bytes: row.size_bytes,
            state,
        })
    }
}

fn reason(text: &str) -> Result<&str> {
    check_reason(text).map_err(|why| Error::invalid("invalid_reason", why.clone()).with_fields(vec![FieldError::new("reason", why)]))
}

fn own(why: &str) -> Error {
    Error::new(ErrorKind::Forbidden, "wrong_person", why)
}

fn over(table: &str) -> Error {
    Error::conflict(
        "drop_request_over",
        format!("this request to drop table {table:?} is open no more: it was decided, withdrawn or ran out. Nothing was done"),
    )
}
