//! Entries as they are added, by this server or any other that shares the store.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use dynadesk_shared::api::audit::AuditRow;
use tokio::sync::watch;

use super::Audit;
use crate::error::Result;

/// How often the store is asked what other servers added.
const LOOK: Duration = Duration::from_secs(2);
/// Entries that are read at once.
const READ: u32 = 100;

/// What somebody who watches has seen of each chain.
#[derive(Debug)]
pub struct Tail {
    audit: Audit,
    /// The day and the place of the last entry that was seen.
    seen: BTreeMap<String, (i64, u64)>,
    ready: VecDeque<AuditRow>,
    own: watch::Receiver<u64>,
}

impl Tail {
    /// Begins after the newest entries.
    pub async fn begin(audit: &Audit) -> Result<Self> {
        let own = audit.0.newest.subscribe();
        let heads = audit.0.store.audits().heads().await?;
        Ok(Self {
            audit: audit.clone(),
            seen: heads.into_iter().map(|head| (head.server, (head.last_day, head.seq))).collect(),
            ready: VecDeque::new(),
            own,
        })
    }

    /// The next entry. A store that does not answer for a while ends nothing.
    pub async fn next(&mut self) -> AuditRow {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return row;
            }
            if let Err(error) = self.look().await {
                tracing::debug!(%error, "the audit log could not be watched");
            }
            if self.ready.is_empty() {
                let again = tokio::time::sleep(LOOK);
                tokio::select! {
                    () = again => {}
                    changed = self.own.changed() => if changed.is_err() { tokio::time::sleep(LOOK).await },
                }
            }
        }
    }

    async fn look(&mut self) -> Result<()> {
        let store = self.audit.0.store.clone();
        for head in store.audits().heads().await? {
            let (mut day, mut seq) = self.seen.get(&head.server).copied().unwrap_or((head.first_day, 0));
            while seq < head.seq && day <= head.last_day {
                let (entries, more) = store.audits().of_day(&head.server, day, seq, READ).await?;
                if let Some(last) = entries.last() {
                    seq = last.seq;
                }
                self.ready.extend(entries.iter().filter_map(|entry| entry.row()));
                if !more {
                    day += 1;
                }
            }
            self.seen.insert(head.server, (day.min(head.last_day), seq.max(head.seq)));
        }
        Ok(())
    }
}
