//! What an operator chose: a row for each name, so that two windows do not undo each other's choices.

use dynadesk_shared::api::store::Preferences as Chosen;
use serde_json::Value;

use super::Inner;
use super::rows::{self, PK, SK, from_json, json, s, text};
use crate::error::{Error, Result};
use crate::who;

/// Names in one request.
const MOST: usize = 100;
const NAME_BYTES: usize = 400;
const VALUE_BYTES: usize = 16 * 1024;

#[derive(Clone, Copy, Debug)]
pub struct Preferences<'a>(pub(super) &'a Inner);

impl Preferences<'_> {
    pub async fn get(self) -> Result<Chosen> {
        let query = rows::rows_of(self.0.table.name(), &pk(), SK, None);
        let found = self.0.table.all(query).await?;
        let values = found
            .iter()
            .filter_map(|row| Some((text(row, SK)?.to_owned(), from_json(row, "value")?)));
        Ok(Chosen { values: values.collect() })
    }

    /// Keeps the names that are given; `null` forgets one, and the others stay as they are.
    pub async fn put(self, chosen: Chosen) -> Result<Chosen> {
        check(&chosen)?;
        let mut kept = Vec::new();
        for (name, value) in &chosen.values {
            if value.is_null() {
                self.0.table.delete(&rows::key(&pk(), name), None).await?;
            } else {
                let row: [(&str, _); 3] = [(PK, s(pk())), (SK, s(name)), ("value", json(value))];
                kept.push(row.map(|(name, value)| (name.to_owned(), value)).into());
            }
        }
        self.0.table.put_all(kept).await?;
        self.get().await
    }
}

fn pk() -> String {
    format!("PREFERENCES#{}", who::name())
}

fn check(chosen: &Chosen) -> Result<()> {
    let invalid = |why: String| Err(Error::invalid("invalid_preferences", why));
    if chosen.values.len() > MOST {
        return invalid(format!("{MOST} names at once, not {}", chosen.values.len()));
    }
    for (name, value) in &chosen.values {
        if name.is_empty() || name.len() > NAME_BYTES {
            return invalid(format!("a preference's name has 1 to {NAME_BYTES} bytes, not {}", name.len()));
        }
        let bytes = Value::to_string(value).len();
        if bytes > VALUE_BYTES {
            return invalid(format!("{name:?} has {bytes} bytes, and a preference has at most {VALUE_BYTES}"));
        }
    }
    Ok(())
}
