//! Entries of all servers in one list, the newest first.

use std::collections::VecDeque;

use dynadesk_shared::api::audit::{AuditPage, AuditRequest};

use super::{Audit, DAY};
use crate::error::{Error, Result};
use crate::store::{AuditHead, Audited, Bound, Store, day_of};

/// Entries of one page.
const PAGE: usize = 50;
/// Entries that one page examines, where a filter takes few of them.
const EXAMINE: usize = 2000;
/// Entries that are read at once.
const READ: u32 = 100;
/// Days of servers that one page looks through, where nothing was done on most.
const LOOK: usize = 200;

/// Where a page ends: everything up to here was seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    day: i64,
    at: i64,
    server: String,
    seq: u64,
}

impl Place {
    fn of(entry: &Audited) -> Self {
        Self {
            day: entry.day,
            at: entry.at,
            server: entry.server.clone(),
            seq: entry.seq,
        }
    }

    fn write(&self) -> String {
        format!("{}.{}.{}.{}", self.day, self.at, self.seq, self.server)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        Some(Self {
            day: parts.next()?.parse().ok()?,
            at: parts.next()?.parse().ok()?,
            seq: parts.next()?.parse().ok()?,
            server: parts.next()?.to_owned(),
        })
    }

    /// Where the entries of a server begin that come after this place, on its day.
    fn bound(&self, server: &str) -> Bound {
        match server.cmp(&self.server) {
            std::cmp::Ordering::Equal => Bound::before(self.at, self.seq),
            less_or_greater => Bound::until(self.at, less_or_greater.is_lt()),
        }
    }
}

/// The entries of one server and day, read as they are needed.
struct Lane<'a> {
    server: &'a str,
    day: i64,
    rows: VecDeque<Audited>,
    /// Where to read on.
    next: Option<Bound>,
}

impl Lane<'_> {
    async fn fill(&mut self, store: &Store) -> Result<()> {
        let Some(bound) = self.next.take().filter(|_| self.rows.is_empty()) else {
            return Ok(());
        };
        let (rows, more) = store.audits().backwards(self.server, self.day, &bound, READ).await?;
        self.next = rows.last().filter(|_| more).map(|last| Bound::before(last.at, last.seq));
        self.rows = rows.into();
        Ok(())
    }
}

impl Audit {
    /// A page of what is asked for. 400 `cursor_invalid` where `after` is no `next`.
    pub async fn page(&self, asked: &AuditRequest) -> Result<AuditPage> {
        let after = match &asked.after {
            Some(text) => Some(
                Place::read(text).ok_or_else(|| Error::invalid("cursor_invalid", format!("{text:?} is no `next` of a page of entries")))?,
            ),
            None => None,
        };
        let store = &self.0.store;
        let heads = store.audits().heads().await?;
        let now = self.0.clock.now();
        let oldest = day_of(now - self.0.config.days * DAY);
        let last = heads.iter().map(|head| head.last_day).max().unwrap_or(oldest - 1);
        let first = heads.iter().map(|head| head.first_day).min().unwrap_or(last).max(oldest);
        let mut day = after.as_ref().map_or(last, |after| after.day.min(last));
        let mut page = AuditPage::default();
        let (mut examined, mut looked) = (0, 0);
        let began = day;
        while day >= first {
            let mut lanes = lanes(&heads, day, after.as_ref().filter(|after| after.day == day));
            looked += lanes.len().max(1);
            while let Some(found) = next(&mut lanes, store).await? {
                examined += 1;
                let row = found.row().filter(|row| asked.takes(&row.entry));
                page.rows.extend(row.filter(|_| found.expires > now / 1_000_000));
                if page.rows.len() >= PAGE || examined >= EXAMINE {
                    page.next = Some(Place::of(&found).write());
                    return Ok(page);
                }
            }
            // At least two days a page: it must not end where it began.
            if looked >= LOOK && day > first && day < began {
                let end = Place {
                    day,
                    at: 0,
                    server: String::new(),
                    seq: 0,
                };
                page.next = Some(end.write());
                return Ok(page);
            }
            day -= 1;
        }
        Ok(page)
    }
}

fn lanes<'a>(heads: &'a [AuditHead], day: i64, after: Option<&Place>) -> Vec<Lane<'a>> {
    let of_day = heads.iter().filter(|head| (head.first_day..=head.last_day).contains(&day));
    of_day
        .map(|head| Lane {
            server: &head.server,
            day,
            rows: VecDeque::new(),
            next: Some(after.map_or_else(Bound::all, |after| after.bound(&head.server))),
        })
        .collect()
}

/// The newest entry that no page had.
async fn next(lanes: &mut [Lane<'_>], store: &Store) -> Result<Option<Audited>> {
    for lane in lanes.iter_mut() {
        lane.fill(store).await?;
    }
    let newest = lanes.iter_mut().max_by_key(|lane| lane.rows.front().map(Place::of));
    Ok(newest.and_then(|lane| lane.rows.pop_front()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let place = Place {
            day: 20_000,
            at: 1_728_000_000_000_001,
            server: "a.b-1".to_owned(),
            seq: 7,
        };
        assert_eq!(Place::read(&place.write()), Some(place));
        for bad in ["", "1", "1.2.3", "a.b.c.d"] {
            assert_eq!(Place::read(bad), None, "{bad}");
        }
    }
}
