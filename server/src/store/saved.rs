//! Queries with names. A name is the row's key, so the table itself keeps it unique.

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::history::{SavedCreate, SavedList, SavedView};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::{Item, time, token};

use super::rows::{self, PK, SK, from_json, json, n, number, s, text};
use super::{Fault, Inner, runs};
use crate::error::{Error, Result};
use crate::who;

/// Characters of a name.
const NAME: usize = 100;

#[derive(Clone, Copy, Debug)]
pub struct Saved<'a>(pub(super) &'a Inner);

impl Saved<'_> {
    /// Saves a run under a name: 409 `name_taken` where there is one, unless `replace` names it.
    /// With `replace` naming another one it is a renaming.
    pub async fn save(self, connection: &str, new: SavedCreate) -> Result<SavedView> {
        let name = name(&new.name)?;
        runs::check_run(&new.run)?;
        let key = unique(&name);
        let row: Item = [
            (PK, s(pk(connection))),
            (SK, s(&key)),
            ("name", s(name)),
            ("run", json(&new.run)),
            ("at", n(self.0.now())),
            ("operator", s(who::name())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let replaced = new.replace.as_deref().map(from_id).transpose()?;
        let condition = match &replaced {
            Some(old) if *old == key => exists(),
            _ => free(),
        };
        if let Some(old) = replaced.as_ref().filter(|old| **old != key) {
            // Somebody else may have deleted what is being renamed.
            let found = self.0.table.get(&rows::key(&pk(connection), old)).await?;
            found.ok_or_else(missing)?;
        }
        match self.0.table.put(&row, Some(&condition)).await {
            Err(Fault::Condition) if replaced.as_ref() == Some(&key) => return Err(missing()),
            Err(Fault::Condition) => return Err(taken(&new.name)),
            other => other?,
        }
        // The new name first: whatever happens in between, the query is kept.
        if let Some(old) = replaced.filter(|old| *old != key) {
            self.0.table.delete(&rows::key(&pk(connection), &old), None).await?;
        }
        view(&row).ok_or_else(|| Error::internal("a saved query could not be read back"))
    }

    /// All of a connection, by name.
    pub async fn list(self, connection: &str) -> Result<SavedList> {
        let query = rows::rows_of(self.0.table.name(), &pk(connection), SK, None);
        let found = self.0.table.all(query).await?;
        Ok(SavedList {
            saved: found.iter().filter_map(view).collect(),
        })
    }

    /// Deletes one: 404 `saved_not_found` where there is none.
    pub async fn delete(self, connection: &str, id: &str) -> Result<()> {
        let key = rows::key(&pk(connection), &from_id(id)?);
        match self.0.table.delete(&key, Some(&exists())).await {
            Err(Fault::Condition) => Err(missing()),
            other => Ok(other?),
        }
    }
}

fn pk(connection: &str) -> String {
    format!("SAVED#{connection}")
}

/// Names that differ in case only would be taken for one another.
fn unique(name: &str) -> String {
    name.to_lowercase()
}

fn from_id(id: &str) -> Result<String> {
    token::decode(id).map_err(|_| missing())
}

fn view(row: &Item) -> Option<SavedView> {
    Some(SavedView {
        id: token::encode(&text(row, SK)?),
        name: text(row, "name")?.to_owned(),
        run: from_json(row, "run")?,
        saved_at: time::to_iso_offset(number(row, "at")?),
    })
}

fn name(text: &str) -> Result<String> {
    let name = text.trim();
    let why = match name.chars().count() {
        0 => "a saved query needs a name".to_owned(),
        1..=NAME if name.chars().any(char::is_control) => "a name has no line breaks and no control characters".to_owned(),
        1..=NAME => return Ok(name.to_owned()),
        long => format!("a name has at most {NAME} characters, this one has {long}"),
    };
    Err(Error::invalid("invalid_name", why.clone()).with_fields(vec![FieldError::new("name", why)]))
}

fn exists() -> Expression {
    condition("attribute_exists(#pk)")
}

fn free() -> Expression {
    condition("attribute_not_exists(#pk)")
}

fn condition(text: &str) -> Expression {
    Expression {
        text: text.to_owned(),
        names: [("#pk".to_owned(), PK.to_owned())].into(),
        ..Expression::default()
    }
}

fn missing() -> Error {
    Error::not_found("saved_not_found", "this saved query is gone: somebody deleted or renamed it")
}

fn taken(name: &str) -> Error {
    let why = format!("there is a saved query {:?} already", name.trim());
    Error::conflict("name_taken", why.clone()).with_fields(vec![FieldError::new("name", why)])
}
