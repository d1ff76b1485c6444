//! The end of this server's chain, and putting an entry there.

use dynadesk_shared::api::audit::{AuditEntry, AuditRow};
use dynadesk_shared::time;

use super::{Audit, DAY, Inner, hash};
use crate::error::{Error, Result};
use crate::store::{AuditHead, Audited, day_of};

/// Two servers of one name: the place may be taken.
const TRIES: usize = 8;
/// The longest that entries are kept, in days: no chain has any that are older.
const MOST_DAYS: i64 = 3650;

/// The end of the chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Last {
    first_day: i64,
    day: i64,
    seq: u64,
    hash: String,
    expires: Option<i64>,
}

impl Audit {
    pub(super) async fn add(&self, mut entry: AuditEntry) -> Result<AuditRow> {
        let Inner {
            store,
            clock,
            config,
            server,
            kept,
            ..
        } = &*self.0;
        let mut chain = self.0.chain.lock().await;
        for _ in 0..TRIES {
            let last = match chain.take() {
                Some(last) => last,
                None => self.last().await?,
            };
            let now = clock.now();
            // Days only go on: a clock that is put back does not scatter the chain.
            let day = day_of(now).max(last.day);
            let expires = (now + config.days * DAY) / 1_000_000;
            let first_day = if last.first_day == 0 { day } else { last.first_day };
            let left_out = kept.left_out();
            server.clone_into(&mut entry.server);
            entry.seq = last.seq + 1;
            entry.before.clone_from(&last.hash);
            entry.before_expires = last.expires;
            entry.at = time::to_iso_offset(now);
            entry.left_out = left_out;
            let text = serde_json::to_string(&entry).map_err(Error::internal)?;
            let audited = Audited {
                server: server.clone(),
                day,
                seq: entry.seq,
                at: now,
                hash: hash(&text),
                text,
                expires,
            };
            let before = AuditHead {
                server: server.clone(),
                // A day before the oldest that is kept has nothing to read.
                first_day: first_day.max(day - MOST_DAYS - 1),
                last_day: day,
                seq: last.seq,
                hash: last.hash,
                expires: last.expires.unwrap_or(expires),
            };
            if !store.audits().add(&audited, &before).await? {
                continue;
            }
            kept.told(left_out);
            *chain = Some(Last {
                first_day: before.first_day,
                day,
                seq: audited.seq,
                hash: audited.hash.clone(),
                expires: Some(expires),
            });
            return Ok(AuditRow { entry, hash: audited.hash });
        }
        Err(Error::internal("other servers of this name take every place of the audit log"))
    }

    /// The end of the chain as the store has it.
    async fn last(&self) -> Result<Last> {
        let Inner { store, server, .. } = &*self.0;
        let Some(head) = store.audits().head(server).await? else {
            return Ok(Last::default());
        };
        let newest = store.audits().newest(&head).await?;
        let newest = newest.filter(|newest| newest.seq > head.seq);
        let (seq, hash, expires) = match newest {
            Some(newest) => (newest.seq, newest.hash, newest.expires),
            None => (head.seq, head.hash, head.expires),
        };
        Ok(Last {
            first_day: head.first_day,
            day: head.last_day,
            seq,
            hash,
            expires: Some(expires),
        })
    }
}
