//! Reads chains from end to end and says where one is broken: an entry that was changed, taken out, put
//! in or moved does not fit the hashes of its neighbours.

use dynadesk_shared::api::audit::{AuditBreak, AuditChain, AuditEntry};
use dynadesk_shared::time;
use futures_util::stream::{self, Stream, StreamExt as _};

use super::{Audit, Inner, hash};
use crate::error::{Error, Result};
use crate::store::{AuditHead, Audited};

/// Entries that are read at once.
const PAGE: u32 = 500;

impl Audit {
    /// Reads every chain that is kept, and gives an `AuditVerified` as JSON in pieces while it does: a log of
    /// years takes longer than a request may take to begin its answer. Spaces tell that it is still being read.
    pub async fn verify(&self) -> Result<impl Stream<Item = Result<String>> + Send + use<>> {
        let reading = Reading {
            audit: self.clone(),
            heads: self.0.store.audits().heads().await?.into_iter(),
            check: None,
            day: 0,
            after: 0,
            is_first: true,
        };
        let chains = stream::try_unfold(reading, |mut reading| async move {
            Ok::<_, Error>(reading.next().await?.map(|text| (text, reading)))
        });
        let text = |text: &str| stream::iter([Ok(text.to_owned())]);
        Ok(text("{\"chains\":[").chain(chains).chain(text("]}")))
    }
}

/// How far the chains were read.
struct Reading {
    audit: Audit,
    heads: std::vec::IntoIter<AuditHead>,
    check: Option<Check>,
    /// Where to read on in the chain at hand.
    day: i64,
    after: u64,
    is_first: bool,
}

impl Reading {
    /// Reads on by one page, and gives what is to be said of it.
    async fn next(&mut self) -> Result<Option<String>> {
        let Inner { store, clock, .. } = &*self.audit.0;
        let Some(mut check) = self.check.take() else {
            let Some(head) = self.heads.next() else { return Ok(None) };
            (self.day, self.after) = (head.first_day, 0);
            self.check = Some(Check::new(head, clock.now() / 1_000_000));
            return Ok(Some(" ".to_owned()));
        };
        if self.day > check.head.last_day {
            let text = serde_json::to_string(&check.end()).map_err(Error::internal)?;
            let comma = if std::mem::take(&mut self.is_first) { "" } else { "," };
            return Ok(Some(format!("{comma}{text}")));
        }
        let (entries, more) = store.audits().of_day(&check.head.server, self.day, self.after, PAGE).await?;
        for entry in &entries {
            check.take(entry);
        }
        match entries.last() {
            Some(last) if more => self.after = last.seq,
            _ => (self.day, self.after) = (self.day + 1, 0),
        }
        self.check = Some(check);
        Ok(Some(" ".to_owned()))
    }
}

/// A chain that is being read, in its order.
struct Check {
    head: AuditHead,
    /// Epoch seconds.
    now: i64,
    last: Option<Audited>,
    chain: AuditChain,
}

impl Check {
    fn new(head: AuditHead, now: i64) -> Self {
        let chain = AuditChain {
            server: head.server.clone(),
            entries: 0,
            first_at: None,
            last_at: None,
            broken: None,
        };
        Self {
            head,
            now,
            last: None,
            chain,
        }
    }

    fn take(&mut self, entry: &Audited) {
        self.chain.entries += 1;
        let at = time::to_iso_offset(entry.at);
        self.chain.first_at.get_or_insert_with(|| at.clone());
        self.chain.last_at = Some(at);
        if self.chain.broken.is_none() {
            self.chain.broken = self.fault(entry);
        }
        self.last = Some(entry.clone());
    }

    fn fault(&self, found: &Audited) -> Option<AuditBreak> {
        let at = |seq: u64, what: String| Some(AuditBreak { seq, what });
        let changed = || at(found.seq, format!("entry {} was changed after it was written", found.seq));
        if hash(&found.text) != found.hash {
            return changed();
        }
        let Ok(entry) = serde_json::from_str::<AuditEntry>(&found.text) else {
            return changed();
        };
        if (entry.seq, &entry.server) != (found.seq, &found.server) {
            return at(found.seq, format!("entry {} stands in a place that is not its own", found.seq));
        }
        if found.seq == self.head.seq && found.hash != self.head.hash {
            return at(found.seq, format!("entry {} is another one than was written", found.seq));
        }
        let (last_seq, last_hash) = self.last.as_ref().map_or((0, ""), |last| (last.seq, last.hash.as_str()));
        if found.seq == last_seq + 1 {
            return match entry.before == last_hash {
                true => None,
                false => at(found.seq, format!("entry {} does not follow from the one before it", found.seq)),
            };
        }
        // What is old goes, and not in order.
        if entry.before_expires.is_some_and(|expires| expires <= self.now) {
            return None;
        }
        let missing = match found.seq - 1 {
            one if one == last_seq + 1 => format!("entry {one} is missing"),
            to => format!("entries {} to {to} are missing", last_seq + 1),
        };
        at(last_seq + 1, missing)
    }

    fn end(mut self) -> AuditChain {
        let last = self.last.as_ref().map_or(0, |last| last.seq);
        if self.chain.broken.is_none() && last < self.head.seq && self.head.expires > self.now {
            self.chain.broken = Some(AuditBreak {
                seq: last + 1,
                what: format!("the newest entries are missing: {} to {}", last + 1, self.head.seq),
            });
        }
        self.chain
    }
}

#[cfg(test)]
mod tests {
    use dynadesk_shared::api::audit::AuditKind;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    /// Three entries as a server writes them, the first of which goes at an instant.
    fn chain(first_expires: i64) -> (AuditHead, Vec<Audited>) {
        let mut all: Vec<Audited> = Vec::new();
        for seq in 1..=3 {
            let mut entry = Audit::entry(AuditKind::Write, "write_items", None);
            (entry.server, entry.seq) = ("a".to_owned(), seq);
            if let Some(last) = all.last() {
                entry.before.clone_from(&last.hash);
                entry.before_expires = Some(last.expires);
            }
            let text = serde_json::to_string(&entry).expect("an entry");
            all.push(Audited {
                server: "a".to_owned(),
                day: 1,
                seq,
                at: 1,
                hash: hash(&text),
                text,
                expires: if seq == 1 { first_expires } else { NOW + 10 },
            });
        }
        let head = AuditHead {
            server: "a".to_owned(),
            first_day: 1,
            last_day: 1,
            seq: 3,
            hash: all[2].hash.clone(),
            expires: NOW + 10,
        };
        (head, all)
    }

    fn check(head: &AuditHead, entries: &[Audited]) -> Option<(u64, String)> {
        let mut check = Check::new(head.clone(), NOW);
        entries.iter().for_each(|entry| check.take(entry));
        check.end().broken.map(|broken| (broken.seq, broken.what))
    }

    #[test]
    fn a_chain_as_it_was_written_is_whole() {
        let (head, all) = chain(NOW + 10);
        assert_eq!(check(&head, &all), None);
    }

    #[test]
    fn what_was_changed_is_found_where_it_is() {
        let (head, all) = chain(NOW + 10);
        let mut changed = all.clone();
        changed[1].text = changed[1].text.replace("write_items", "write_nothing");
        assert_eq!(check(&head, &changed).expect("broken").0, 2);
        // With a hash that fits, the next one gives it away.
        changed[1].hash = hash(&changed[1].text);
        let (seq, what) = check(&head, &changed).expect("broken");
        assert!(seq == 3 && what.contains("does not follow"), "{what}");
        // The newest has no next one, but the head.
        let mut newest = all;
        newest[2].text = newest[2].text.replace("write_items", "write_nothing");
        newest[2].hash = hash(&newest[2].text);
        let (seq, what) = check(&head, &newest).expect("broken");
        assert!(seq == 3 && what.contains("another one"), "{what}");
    }

    #[test]
    fn what_was_taken_out_is_missing_wherever_it_stood() {
        let (head, all) = chain(NOW + 10);
        assert_eq!(check(&head, &all[1..]).expect("broken"), (1, "entry 1 is missing".to_owned()));
        let middle = [all[0].clone(), all[2].clone()];
        assert_eq!(check(&head, &middle).expect("broken"), (2, "entry 2 is missing".to_owned()));
        assert_eq!(check(&head, &all[..2]).expect("broken").0, 3);
        assert_eq!(check(&head, &[]).expect("broken").0, 1);
    }

    #[test]
    fn what_is_old_may_be_gone() {
        let (head, all) = chain(NOW);
        assert_eq!(check(&head, &all[1..]), None);
        let old = AuditHead { expires: NOW, ..head };
        assert_eq!(check(&old, &[]), None);
    }
}
