//! For whom which production connection is unlocked, and until when.

use dynadesk_shared::Item;

use super::Inner;
use super::rows::{self, EXPIRES_AT, PK, SK, n, number, s, text};
use crate::error::Result;

#[derive(Clone, Copy, Debug)]
pub struct Unlocks<'a>(pub(super) &'a Inner);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlock {
    pub connection: String,
    pub reason: String,
    /// Microseconds since 1970.
    pub until: i64,
}

impl Unlocks<'_> {
    /// Unlocks a connection for a session, or for a name where there is none.
    pub async fn put(self, who: &str, unlock: &Unlock) -> Result<()> {
        let row: Item = [
            (PK, s(pk(who))),
            (SK, s(&unlock.connection)),
            ("reason", s(&unlock.reason)),
            ("until", n(unlock.until)),
            (EXPIRES_AT, n(rows::expiry(unlock.until, 1_000_000))),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        Ok(self.0.table.put(&row, None).await?)
    }

    /// Locks it again.
    pub async fn end(self, who: &str, connection: &str) -> Result<()> {
        Ok(self.0.table.delete(&rows::key(&pk(who), connection), None).await?)
    }

    /// One that is not over.
    pub async fn get(self, who: &str, connection: &str) -> Result<Option<Unlock>> {
        let row = self.0.table.get(&rows::key(&pk(who), connection)).await?;
        Ok(row.as_ref().and_then(|row| self.unlock(row)))
    }

    /// All that are not over.
    pub async fn all(self, who: &str) -> Result<Vec<Unlock>> {
        let query = rows::rows_of(self.0.table.name(), &pk(who), SK, None);
        Ok(self.0.table.all(query).await?.iter().filter_map(|row| self.unlock(row)).collect())
    }

    fn unlock(self, row: &Item) -> Option<Unlock> {
        let unlock = Unlock {
            connection: text(row, SK)?.to_owned(),
            reason: text(row, "reason")?.to_owned(),
            until: number(row, "until")?,
        };
        (self.0.now() < unlock.until).then_some(unlock)
    }
}

fn pk(who: &str) -> String {
    format!("UNLOCKS#{who}")
}
