//! How much of whole tables each person has read in an hour, in halves of a read capacity unit: DynamoDB
//! counts in no smaller ones.

use dynadesk_shared::filter::compile::Expression;

use super::Inner;
use super::rows::{self, EXPIRES_AT, PK, n, number};
use crate::error::Result;

const HOUR: i64 = 3_600_000_000;

#[derive(Clone, Copy, Debug)]
pub struct Budgets<'a>(pub(super) &'a Inner);

impl Budgets<'_> {
    /// What was read in an hour, counted from 1970.
    pub async fn read(self, connection: &str, who: &str, hour: i64) -> Result<u64> {
        let row = self.0.table.get(&key(connection, who, hour)).await?;
        let halves = row.as_ref().and_then(|row| number(row, "halves"));
        Ok(halves.and_then(|halves| u64::try_from(halves).ok()).unwrap_or(0))
    }

    /// Adds to it, whatever other servers add.
    pub async fn add(self, connection: &str, who: &str, hour: i64, halves: u64) -> Result<()> {
        let update = Expression {
            text: "ADD #halves :halves SET #expires = :expires".to_owned(),
            names: [("#halves", "halves"), ("#expires", EXPIRES_AT), ("#pk", PK)]
                .map(|(place, name)| (place.to_owned(), name.to_owned()))
                .into(),
            values: [(":halves", n(halves)), (":expires", n(rows::expiry((hour + 2) * HOUR, 0)))]
                .map(|(place, value)| (place.to_owned(), value))
                .into(),
        };
        // Whether there is a row yet does not matter.
        let always = "attribute_exists(#pk) OR attribute_not_exists(#pk)";
        Ok(self.0.table.update(&key(connection, who, hour), &update, always).await?)
    }
}

fn key(connection: &str, who: &str, hour: i64) -> dynadesk_shared::Key {
    rows::key(&format!("BUDGETS#{connection}"), &format!("{hour}#{who}"))
}
