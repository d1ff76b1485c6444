//! Access patterns by table. A name is the row's key; a version says which save an operator saw.

use std::collections::BTreeSet;

use dynadesk_shared::api::patterns::{
    Measured, PatternDelete, PatternList, PatternMeasured, PatternSave, PatternView, PatternsImport, Seen,
};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::patterns::check::{NAME, check};
use dynadesk_shared::patterns::file::MOST;
use dynadesk_shared::patterns::{Pattern, id};
use dynadesk_shared::{Item, time, token};

use super::rows::{self, PK, SK, from_json, json, n, number, s, text};
use super::{Fault, Inner};
use crate::engine::items::Action;
use crate::error::{Error, Result};
use crate::who;

const PATTERN: &str = "pattern#";
const MEASURED: &str = "measured#";

/// The patterns of one table.
#[derive(Clone, Copy, Debug)]
pub struct Patterns<'a> {
    pub(super) inner: &'a Inner,
    pub(super) connection: &'a str,
    pub(super) table: &'a str,
}

impl Patterns<'_> {
    /// All of them by name, with what their last runs cost.
    pub async fn list(self) -> Result<PatternList> {
        let query = rows::rows_of(self.inner.table.name(), &self.pk(), SK, None);
        let found = self.inner.table.all(query).await?;
        let measured = found.iter().filter_map(|row| {
            let name = text(row, SK)?.strip_prefix(MEASURED)?;
            Some((name.to_owned(), from_json(row, "measured")?))
        });
        Ok(PatternList {
            patterns: found.iter().filter_map(view).collect(),
            measured: measured.collect(),
        })
    }

    /// Saves one. Where it gets another name, the row of the old one goes in the same transaction, and
    /// what its last run cost goes along.
    pub async fn save(self, asked: PatternSave) -> Result<PatternView> {
        let pattern = checked(&asked.pattern)?;
        if asked.replaces.is_none() && self.list().await?.patterns.len() >= MOST {
            return Err(Error::conflict("too_many_patterns", format!("a table has at most {MOST} patterns")));
        }
        let row = self.row(&pattern);
        let (own, before) = self.condition(&pattern, asked.replaces.as_ref())?;
        match (before, &asked.replaces) {
            (Some(before), Some(seen)) => self.rename(&before, &seen.version, &pattern, &row).await?,
            (_, seen) => match self.inner.table.put(&row, Some(&own)).await {
                Err(Fault::Condition) if seen.is_some() => return Err(changed()),
                Err(Fault::Condition) => return Err(taken(&pattern.name)),
                other => other?,
            },
        }
        view(&row).ok_or_else(|| Error::internal("a pattern could not be read back"))
    }

    async fn rename(self, before: &str, version: &str, pattern: &Pattern, row: &Item) -> Result<()> {
        let (name, table) = (pattern.id(), &self.inner.table);
        let measured = table.get(&self.measured_key(before)).await?;
        let along = match measured {
            Some(mut measured) => {
                measured.insert(SK.to_owned(), s(format!("{MEASURED}{name}")));
                Action::Put {
                    item: measured,
                    condition: None,
                }
            }
            None => self.forget_measured(&name),
        };
        let actions = [
            Action::Put {
                item: row.clone(),
                condition: Some(free()),
            },
            Action::Delete {
                key: self.key(before),
                condition: Some(of_version(version)),
            },
            along,
            self.forget_measured(before),
        ];
        match table.transact(&actions).await {
            Err(Fault::Condition) => {
                let now = table.get(&self.key(before)).await?;
                let as_seen = now.is_some_and(|row| text(&row, "version") == Some(version));
                Err(if as_seen { taken(&pattern.name) } else { changed() })
            }
            other => Ok(other?),
        }
    }

    /// Saves all of them in one transaction, or none.
    pub async fn import(self, asked: PatternsImport) -> Result<PatternList> {
        if asked.patterns.is_empty() || asked.patterns.len() > MOST {
            let why = format!("an import has 1 to {MOST} patterns, not {}", asked.patterns.len());
            return Err(Error::invalid("invalid_pattern", why));
        }
        let there = self.list().await?.patterns.len();
        let added = asked.patterns.iter().filter(|one| one.replaces.is_none()).count();
        if there + added > MOST {
            let why = format!("a table has at most {MOST} patterns: {there} are there and {added} would be added");
            return Err(Error::conflict("too_many_patterns", why));
        }
        let mut actions = Vec::new();
        let mut names = BTreeSet::new();
        for one in &asked.patterns {
            let pattern = checked(&one.pattern)?;
            if !names.insert(pattern.id()) {
                return Err(Error::invalid(
                    "invalid_pattern",
                    format!("{:?} stands twice in the import", pattern.name),
                ));
            }
            if one.replaces.as_ref().is_some_and(|seen| seen.id != token::encode(&pattern.id())) {
                return Err(Error::invalid(
                    "invalid_pattern",
                    format!("an import renames nothing: {:?}", pattern.name),
                ));
            }
            actions.push(Action::Put {
                item: self.row(&pattern),
                condition: Some(self.condition(&pattern, one.replaces.as_ref())?.0),
            });
        }
        match self.inner.table.transact(&actions).await {
            Err(Fault::Condition) => return Err(changed()),
            other => other?,
        }
        self.list().await
    }

    /// Deletes one that is still of this version, and what its last run cost.
    pub async fn delete(self, id: &str, asked: &PatternDelete) -> Result<()> {
        let name = from_id(id)?;
        let actions = [
            Action::Delete {
                key: self.key(&name),
                condition: Some(of_version(&asked.version)),
            },
            self.forget_measured(&name),
        ];
        match self.inner.table.transact(&actions).await {
            Err(Fault::Condition) => Err(changed()),
            other => Ok(other?),
        }
    }

    /// Keeps what the last run of a pattern cost. A pattern of a preset has no row, so none is asked for.
    pub async fn measured(self, asked: PatternMeasured) -> Result<Measured> {
        let name = id(&asked.name);
        let known = asked.measured.units.is_finite() && asked.measured.units >= 0.0;
        if !known || name.is_empty() || name.chars().count() > NAME {
            return Err(Error::invalid(
                "invalid_pattern",
                "a measurement has the name of its pattern and units",
            ));
        }
        let measured = Measured {
            at: Some(time::to_iso_offset(self.inner.now())),
            ..asked.measured
        };
        let row = [
            (PK, s(self.pk())),
            (SK, s(format!("{MEASURED}{name}"))),
            ("measured", json(&measured)),
        ];
        let row: Item = row.map(|(name, value)| (name.to_owned(), value)).into();
        self.inner.table.put(&row, None).await?;
        Ok(measured)
    }

    fn pk(self) -> String {
        format!("PATTERNS#{}#{}", self.connection, self.table)
    }

    fn key(self, name: &str) -> dynadesk_shared::Key {
        rows::key(&self.pk(), &format!("{PATTERN}{name}"))
    }

    fn measured_key(self, name: &str) -> dynadesk_shared::Key {
        rows::key(&self.pk(), &format!("{MEASURED}{name}"))
    }

    fn forget_measured(self, name: &str) -> Action {
        Action::Delete {
            key: self.measured_key(name),
            condition: None,
        }
    }

    fn row(self, pattern: &Pattern) -> Item {
        let now = self.inner.now();
        [
            (PK, s(self.pk())),
            (SK, s(format!("{PATTERN}{}", pattern.id()))),
            ("pattern", json(pattern)),
            ("version", s(self.inner.ids.next(now))),
            ("at", n(now)),
            ("operator", s(who::name())),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
    }

    /// What the pattern's own row must be, and the other name that it had.
    fn condition(self, pattern: &Pattern, seen: Option<&Seen>) -> Result<(Expression, Option<String>)> {
        let Some(seen) = seen else { return Ok((free(), None)) };
        let before = from_id(&seen.id)?;
        if before == pattern.id() {
            return Ok((of_version(&seen.version), None));
        }
        Ok((free(), Some(before)))
    }
}

fn checked(pattern: &Pattern) -> Result<Pattern> {
    let faults = check(pattern);
    if let Some(first) = faults.first() {
        let message = format!("the pattern cannot be kept: {}: {}", first.field, first.message);
        return Err(Error::invalid("invalid_pattern", message).with_fields(faults));
    }
    Ok(Pattern {
        name: pattern.name.trim().to_owned(),
        ..pattern.clone()
    })
}

fn view(row: &Item) -> Option<PatternView> {
    Some(PatternView {
        id: token::encode(&text(row, SK)?.strip_prefix(PATTERN)?),
        pattern: from_json(row, "pattern")?,
        version: text(row, "version")?.to_owned(),
        saved_at: time::to_iso_offset(number(row, "at")?),
    })
}

fn from_id(id: &str) -> Result<String> {
    token::decode(id).map_err(|_| changed())
}

fn free() -> Expression {
    Expression {
        text: "attribute_not_exists(#pk)".to_owned(),
        names: [("#pk".to_owned(), PK.to_owned())].into(),
        ..Expression::default()
    }
}

fn of_version(version: &str) -> Expression {
    Expression {
        text: "#version = :version".to_owned(),
        names: [("#version".to_owned(), "version".to_owned())].into(),
        values: [(":version".to_owned(), s(version))].into(),
    }
}

fn changed() -> Error {
    Error::conflict(
        "pattern_changed",
        "somebody changed, renamed or deleted a pattern meanwhile: nothing was saved over it, look at it again",
    )
}

fn taken(name: &str) -> Error {
    let why = format!("there is a pattern {name:?} already");
    let field = dynadesk_shared::api::error::FieldError::new("name", why.clone());
    Error::conflict("name_taken", why).with_fields(vec![field])
}
