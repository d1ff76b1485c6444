//! Which writes are of one request: a row for each, so that a group is found without reading the
//! history around it.

use dynadesk_shared::api::history::WriteSummary;
use dynadesk_shared::{Item, Key};

use super::Inner;
use super::rows::{self, EXPIRES_AT, SK, n, text};
use super::writes;
use crate::error::Result;

#[derive(Clone, Copy, Debug)]
pub struct Groups<'a>(pub(super) &'a Inner);

/// Some members of a group, newest first.
#[derive(Debug, Default)]
pub struct Members {
    pub ids: Vec<String>,
    /// Whether there may be older ones.
    pub more: bool,
}

impl Groups<'_> {
    /// The newest members that are older than `below`.
    pub async fn members(self, connection: &str, group: &str, below: Option<&str>, most: u32) -> Result<Members> {
        let pk = pk(connection, group);
        let mut query = rows::rows_of(self.0.table.name(), &pk, SK, None);
        query.newest_first = true;
        query.limit = most;
        query.start = below.map(|below| rows::key(&pk, below).0);
        let (found, last) = self.0.table.page(&query).await?;
        let now = self.0.now();
        let here = found.iter().filter(|row| !rows::is_over(row, now));
        Ok(Members {
            ids: here.filter_map(|row| text(row, SK)).map(str::to_owned).collect(),
            more: last.is_some(),
        })
    }

    /// The writes of some members, in their order. They stand close together in the history.
    pub async fn summaries(self, connection: &str, members: &[String]) -> Result<Vec<WriteSummary>> {
        let (Some(newest), Some(oldest)) = (members.first(), members.last()) else {
            return Ok(Vec::new());
        };
        let between = (oldest.clone(), newest.clone());
        let mut query = rows::rows_of(self.0.table.name(), &writes::pk(connection), SK, Some(between));
        query.newest_first = true;
        let found = self.0.table.all(query).await?;
        let wanted = |write: &WriteSummary| members.contains(&write.id);
        Ok(found
            .iter()
            .filter_map(|row| writes::summary(row, self.0.now()))
            .filter(wanted)
            .collect())
    }
}

fn pk(connection: &str, group: &str) -> String {
    format!("GROUP#{connection}#{group}")
}

/// The row that makes a write a member of its group.
pub(super) fn member(connection: &str, group: &str, write: &str, expires_at: i64) -> Item {
    let Key(mut row) = rows::key(&pk(connection, group), write);
    row.insert(EXPIRES_AT.to_owned(), n(expires_at));
    row
}
