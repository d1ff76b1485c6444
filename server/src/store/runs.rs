//! What an operator asked, newest first, to ask it again.

use dynadesk_shared::api::history::{Run, RunCreate, RunView, RunsPage};
use dynadesk_shared::item_check::check_alone;
use dynadesk_shared::{Item, time};

use super::rows::{self, DAY, EXPIRES_AT, PK, SK, from_json, json, n, number, s, text};
use super::{Inner, id};
use crate::error::{Error, Result};
use crate::who;

const LIVES: i64 = 30 * DAY;
/// Runs of one page.
const PAGE: u32 = 50;
/// Runs that are kept; older ones go.
const KEEP: u32 = 500;
/// Bytes of a run as JSON.
const MOST_BYTES: usize = 64 * 1024;
const RESULT_CHARACTERS: usize = 500;

#[derive(Clone, Copy, Debug)]
pub struct Runs<'a>(pub(super) &'a Inner);

impl Runs<'_> {
    /// Writes a run down. The same as the newest one takes its place.
    pub async fn add(self, connection: &str, new: RunCreate) -> Result<RunView> {
        check(&new)?;
        let now = self.0.now();
        let row: Item = [
            (PK, s(pk(connection))),
            (SK, s(self.0.ids.next(now))),
            ("at", n(now)),
            ("run", json(&new.run)),
            ("result", json(&new.result)),
            (EXPIRES_AT, n(rows::expiry(now, LIVES))),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        let (newest, _) = self.newest(connection, None, 1).await?;
        self.0.table.put(&row, None).await?;
        let asked_again = newest.first().filter(|newest| newest.get("run") == row.get("run"));
        if let Some(id) = asked_again.and_then(|newest| text(newest, SK)) {
            self.0.table.delete(&rows::key(&pk(connection), id), None).await?;
        }
        // The counter in an id: now and then is enough for a cap.
        if text(&row, SK).is_some_and(|id| id[14..18].ends_with('0')) {
            self.trim(connection).await?;
        }
        view(&row).ok_or_else(|| Error::internal("a run could not be read back"))
    }

    /// A page of the newest runs; `after` is the `next` of the page before.
    pub async fn list(self, connection: &str, after: Option<&str>) -> Result<RunsPage> {
        if let Some(after) = after.filter(|after| !id::is_id(after)) {
            return Err(Error::invalid(
                "cursor_invalid",
                format!("{after:?} is no `next` of a page of runs"),
            ));
        }
        let (found, more) = self.newest(connection, after, PAGE).await?;
        Ok(RunsPage {
            next: found.last().filter(|_| more).and_then(|row| text(row, SK)).map(str::to_owned),
            runs: found.iter().filter_map(view).collect(),
        })
    }

    /// Forgets a run; one that is gone already is no error.
    pub async fn delete(self, connection: &str, id: &str) -> Result<()> {
        Ok(self.0.table.delete(&rows::key(&pk(connection), id), None).await?)
    }

    async fn newest(self, connection: &str, after: Option<&str>, limit: u32) -> Result<(Vec<Item>, bool)> {
        let oldest = id::floor(self.0.now() - LIVES);
        let mut query = rows::rows_of(self.0.table.name(), &pk(connection), SK, Some((oldest, "g".to_owned())));
        query.newest_first = true;
        query.limit = limit + 1;
        query.start = after.map(|after| rows::key(&pk(connection), after).0);
        let (mut found, last) = self.0.table.page(&query).await?;
        let more = last.is_some() || found.len() > limit as usize;
        found.truncate(limit as usize);
        Ok((found, more))
    }

    async fn trim(self, connection: &str) -> Result<()> {
        let (kept, more) = self.newest(connection, None, KEEP).await?;
        let Some(last) = kept.last().and_then(|row| text(row, SK)).filter(|_| more) else {
            return Ok(());
        };
        let (old, _) = self.newest(connection, Some(last), KEEP).await?;
        for id in old.iter().filter_map(|row| text(row, SK)) {
            self.delete(connection, id).await?;
        }
        Ok(())
    }
}

fn pk(connection: &str) -> String {
    format!("RUNS#{connection}#{}", who::name())
}

fn view(row: &Item) -> Option<RunView> {
    Some(RunView {
        id: text(row, SK)?.to_owned(),
        at: time::to_iso_offset(number(row, "at")?),
        run: from_json(row, "run")?,
        result: from_json(row, "result")?,
    })
}

fn check(new: &RunCreate) -> Result<()> {
    check_run(&new.run)?;
    match new.result.as_ref().map_or(0, |result| result.chars().count()) {
        0..=RESULT_CHARACTERS => Ok(()),
        long => Err(Error::invalid(
            "invalid_run",
            format!("a run's result has at most {RESULT_CHARACTERS} characters, this one has {long}"),
        )),
    }
}

/// What is kept of a run can be asked again, and fits into a row with room to spare.
pub(super) fn check_run(run: &Run) -> Result<()> {
    if let Run::PartiQl { parameters, .. } = run {
        for (at, value) in parameters.iter().enumerate() {
            check_alone(value).map_err(|why| Error::invalid("invalid_run", format!("parameter {}: {why}", at + 1)))?;
        }
    }
    match serde_json::to_vec(run).map_err(Error::internal)?.len() {
        0..=MOST_BYTES => Ok(()),
        long => Err(Error::invalid(
            "invalid_run",
            format!("what is kept of a query has at most {MOST_BYTES} bytes, this one has {long}"),
        )),
    }
}
