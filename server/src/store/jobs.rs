//! Jobs that several servers share. A job's row is its state, its place and its lease in one, so a server
//! that lost the lease can write no checkpoint; what it works on stands beside it in parts.

use dynadesk_shared::{AttributeValue, Item};

use super::leases::{LEASE, Lease};
use super::rows::{self, DAY, EXPIRES_AT, OF_TABLE, PK, SK, expression, from_json, json, n, number, s, text};
use super::{Fault, Inner, images};
use crate::error::{Error, Result};
use crate::jobs::Record;

const JOBS: &str = "JOBS";
/// Jobs that are not over stand in the index by table under this, and no others do.
const OPEN: &str = "open";
const TURN: (&str, &str) = ("TURNS", "jobs");

const LIVES: i64 = 30 * DAY;
/// By then other things may have happened to the table, and to the rights of whoever began the job.
const FORGOTTEN: i64 = 3600 * 1_000_000;
/// An item and its copies in an index share the 400 KB that DynamoDB has for both.
const BODY: usize = 180_000;
/// The newest that are listed.
const LISTED: usize = 200;
/// Characters of a source that are deflated at once, at least; a source may have 96 MB.
const CHUNK: usize = 8 * 1024 * 1024;

#[derive(Clone, Copy, Debug)]
pub struct Jobs<'a>(pub(super) &'a Inner);

/// A job's row.
#[derive(Clone, Debug)]
pub struct JobRow {
    pub id: String,
    pub record: Record,
    /// Whether it is not over.
    pub open: bool,
    /// Somebody asked it to stop.
    pub stop: bool,
    pub owner: Option<String>,
    /// Until when the owner's lease holds.
    pub until: i64,
    pub fence: i64,
    /// How many parts each chunk of its source has.
    source: Vec<usize>,
}

impl JobRow {
    /// Whether this server may take it: nobody works on it, or its owner is silent for too long.
    pub fn is_free(&self, now: i64) -> bool {
        self.open && (self.owner.is_none() || self.until <= now)
    }

    /// Whether nobody has worked on it for so long that a person has to say whether it goes on.
    pub fn is_forgotten(&self, now: i64) -> bool {
        self.is_free(now) && now - self.until > FORGOTTEN
    }

    /// Whether a lease of this row is the newest that there was.
    pub fn is_of(&self, lease: &Lease) -> bool {
        self.fence == lease.fence
    }
}

impl Jobs<'_> {
    /// Writes a job down, with what it works on, as this owner's.
    pub async fn create(self, record: &Record, source: &str, owner: &str) -> Result<Lease> {
        let (id, now) = (&record.view.id, self.0.now());
        let mut sizes = Vec::new();
        for chunk in chunks(source) {
            let named = named(sizes.len());
            let parts = images::split(&source_of(id), &named, &chunk, rows::expiry(now, LIVES)).map_err(Error::internal)?;
            sizes.push(parts.len());
            self.0.table.put_all(parts).await?;
        }
        let fence = 1;
        let mut row = rows::key(JOBS, id).0;
        let values = [
            (OF_TABLE, s(format!("{OPEN}#{id}"))),
            ("job", body(record)?),
            ("source", json(&sizes)),
            ("owner", s(owner)),
            ("fence", n(fence)),
            ("until", n(now + LEASE)),
            (EXPIRES_AT, n(rows::expiry(now, LIVES))),
        ];
        row.extend(values.map(|(name, value)| (name.to_owned(), value)));
        let free = expression("attribute_not_exists(#pk)", &[("#pk", PK)], &[]);
        match self.0.table.put(&row, Some(&free)).await {
            // Its first answer was lost, and it was sent again.
            Err(Fault::Condition) if self.get(id).await?.is_some_and(|row| row.owner.as_deref() == Some(owner)) => {}
            other => other?,
        }
        Ok(Lease {
            key: rows::key(JOBS, id),
            owner: owner.to_owned(),
            fence,
        })
    }

    /// All that are not over.
    pub async fn open(self) -> Result<Vec<JobRow>> {
        let between = (format!("{OPEN}#"), format!("{OPEN}$"));
        let query = rows::rows_of(self.0.table.name(), JOBS, OF_TABLE, Some(between));
        let found = self.0.table.all(query).await?;
        let there = found.iter().filter(|row| !rows::is_over(row, self.0.now()));
        Ok(there.filter_map(job).collect())
    }

    /// The newest first.
    pub async fn newest(self) -> Result<Vec<JobRow>> {
        let mut query = rows::rows_of(self.0.table.name(), JOBS, SK, None);
        query.newest_first = true;
        query.limit = LISTED as u32;
        let mut found = Vec::new();
        loop {
            let (some, last) = self.0.table.page(&query).await?;
            found.extend(some.iter().filter(|row| !rows::is_over(row, self.0.now())).filter_map(job));
            if last.is_none() || found.len() >= LISTED {
                found.truncate(LISTED);
                return Ok(found);
            }
            query.start = last;
        }
    }

    pub async fn get(self, id: &str) -> Result<Option<JobRow>> {
        let row = self.0.table.get(&rows::key(JOBS, id)).await?;
        Ok(row.filter(|row| !rows::is_over(row, self.0.now())).as_ref().and_then(job))
    }

    /// What a job works on: 409 `job_damaged` where a part of it is missing.
    pub async fn source(self, row: &JobRow) -> Result<String> {
        let mut source = String::new();
        for (chunk, parts) in row.source.iter().enumerate() {
            let named = named(chunk);
            let between = (format!("{named}#"), format!("{named}$"));
            let query = rows::rows_of(self.0.table.name(), &source_of(&row.id), SK, Some(between));
            let found = self.0.table.all(query).await?;
            let text: Option<String> = images::join(&found, &named, *parts);
            source += &text.ok_or_else(|| {
                let message = format!("a part of what job {} works on is missing: start it anew", row.id);
                Error::conflict("job_damaged", message)
            })?;
        }
        Ok(source)
    }

    /// Forgets what a job worked on. Failing is no harm: the rows expire.
    pub async fn drop_source(self, row: &JobRow) {
        for (chunk, parts) in row.source.iter().enumerate() {
            for part in 0..*parts {
                let key = rows::key(&source_of(&row.id), &format!("{}#{part:03}", named(chunk)));
                if self.0.table.delete(&key, None).await.is_err() {
                    return;
                }
            }
        }
    }

    /// Takes a job as it was read. Nothing where somebody else was faster, or it is over by now.
    pub async fn claim(self, row: &JobRow, owner: &str) -> Result<Option<Lease>> {
        let key = rows::key(JOBS, &row.id);
        Lease::claim(self.0, (key, owner), Some(row.fence), &[], Some(OF_TABLE)).await
    }

    /// Holds the lease on. False where somebody else has taken the job.
    pub async fn beat(self, lease: &Lease) -> Result<bool> {
        self.0.table.insist().await;
        lease.change(self.0, &[("until", n(self.0.now() + LEASE))], &[]).await
    }

    /// Writes a checkpoint and holds the lease on.
    pub async fn keep(self, lease: &Lease, record: &Record) -> Result<bool> {
        self.0.table.insist().await;
        let now = self.0.now();
        let set = [
            ("job", body(record)?),
            ("until", n(now + LEASE)),
            (EXPIRES_AT, n(rows::expiry(now, LIVES))),
        ];
        lease.change(self.0, &set, &[]).await
    }

    /// Writes a checkpoint and lets go of the job, so that another server need not wait.
    pub async fn hand_over(self, lease: &Lease, record: &Record) -> Result<bool> {
        self.0.table.insist().await;
        let set = [("job", body(record)?), ("until", n(self.0.now()))];
        lease.change(self.0, &set, &["owner"]).await
    }

    /// It is over.
    pub async fn end(self, lease: &Lease, record: &Record) -> Result<bool> {
        self.0.table.insist().await;
        let set = [("job", body(record)?), (EXPIRES_AT, n(rows::expiry(self.0.now(), LIVES)))];
        lease.change(self.0, &set, &["owner", OF_TABLE]).await
    }

    /// Asks whoever works on a job to stop; false where it is over.
    pub async fn ask_to_stop(self, id: &str) -> Result<bool> {
        let update = expression(
            "SET #stop = :yes",
            &[("#stop", "stop"), ("#open", OF_TABLE)],
            &[(":yes", AttributeValue::Bool(true))],
        );
        match self.0.table.update(&rows::key(JOBS, id), &update, "attribute_exists(#open)").await {
            Err(Fault::Condition) => Ok(false),
            other => {
                other?;
                Ok(true)
            }
        }
    }

    /// The right to decide which jobs may run beside each other; nothing while another server has it.
    pub async fn take_turn(self, owner: &str) -> Result<Option<Lease>> {
        let (key, now) = (rows::key(TURN.0, TURN.1), self.0.now());
        let seen = self.0.table.get(&key).await?;
        let said = |name| seen.as_ref().and_then(|row| number(row, name));
        if said("until").is_some_and(|until| until > now) {
            return Ok(None);
        }
        Lease::claim(self.0, (key, owner), said("fence"), &[], None).await
    }

    /// Gives the turn back.
    pub async fn end_turn(self, lease: &Lease) -> Result<bool> {
        lease.change(self.0, &[("until", n(0))], &[]).await
    }
}

fn source_of(id: &str) -> String {
    format!("JOB#{id}")
}

fn named(chunk: usize) -> String {
    format!("source#{chunk:05}")
}

/// A text in pieces, none of which ends within a character.
fn chunks(source: &str) -> impl Iterator<Item = &str> {
    let mut left = source;
    std::iter::from_fn(move || {
        let end = (CHUNK.min(left.len())..=left.len()).find(|at| left.is_char_boundary(*at))?;
        let (chunk, rest) = left.split_at(end);
        left = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// A record as bytes; where it is too large, without the lines that were only counted for a person.
fn body(record: &Record) -> Result<AttributeValue> {
    let pack = |record: &Record| {
        let text = serde_json::to_vec(record).map_err(Error::internal)?;
        images::deflate(&text).map_err(Error::internal)
    };
    let mut bytes = pack(record)?;
    if bytes.len() > BODY {
        let mut slim = record.clone();
        slim.view.rejects.clear();
        slim.view.skips.clear();
        bytes = pack(&slim)?;
    }
    Ok(AttributeValue::B(bytes))
}

fn job(row: &Item) -> Option<JobRow> {
    let AttributeValue::B(body) = row.get("job")? else { return None };
    Some(JobRow {
        id: text(row, SK)?.to_owned(),
        record: serde_json::from_slice(&images::inflate(body)?).ok()?,
        open: row.contains_key(OF_TABLE),
        stop: matches!(row.get("stop"), Some(AttributeValue::Bool(true))),
        owner: text(row, "owner").map(str::to_owned),
        until: number(row, "until")?,
        fence: number(row, "fence")?,
        source: from_json(row, "source")?,
    })
}

#[cfg(test)]
#[path = "jobs_tests.rs"]
mod tests;
