//! What the URL says of the page: where the watch begins, and what is shown of it.

use dynadesk_shared::api::streams::{ChangeKind, StreamRecord};
use dynadesk_shared::{Key, cruddur};

use crate::nav::{self, Section};

/// The types of records as the filter names them; a removal by TTL is a type of its own.
pub const KINDS: [(&str, &str); 4] = [
    ("insert", "INSERT"),
    ("modify", "MODIFY"),
    ("remove", "REMOVE"),
    ("ttl", "TTL removal"),
];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// From the beginning of what the stream keeps.
    pub start: bool,
    pub kind: Option<String>,
    pub key: String,
    pub entity: Option<String>,
}

impl Place {
    pub fn read(query: &str) -> Self {
        let value = |name| nav::query_value(query, name).filter(|value| !value.is_empty());
        Self {
            start: value("from").as_deref() == Some("start"),
            kind: value("type").filter(|kind| KINDS.iter().any(|(name, _)| name == kind)),
            key: value("key").unwrap_or_default(),
            entity: value("entity"),
        }
    }

    pub fn href(&self, connection: &str, table: &str) -> String {
        nav::with_query(
            &nav::table(connection, table, Section::Stream),
            &[
                ("from", self.start.then(|| "start".to_owned())),
                ("type", self.kind.clone()),
                ("key", Some(self.key.clone()).filter(|key| !key.is_empty())),
                ("entity", self.entity.clone()),
            ],
        )
    }

    pub fn filters(&self) -> bool {
        self.kind.is_some() || !self.key.is_empty() || self.entity.is_some()
    }

    /// Whether a record is shown.
    pub fn shows(&self, record: &StreamRecord, partition_key: &str) -> bool {
        self.kind.as_deref().is_none_or(|wanted| wanted == kind(record).0)
            && (self.key.is_empty()
                || Key(record.key.clone())
                    .to_string()
                    .to_lowercase()
                    .contains(&self.key.to_lowercase()))
            && self.entity.as_deref().is_none_or(|wanted| wanted == entity(record, partition_key))
    }
}

/// A record's type: its name in the filter and on its badge.
pub fn kind(record: &StreamRecord) -> (&'static str, &'static str) {
    match record.kind {
        ChangeKind::Insert => KINDS[0],
        ChangeKind::Modify => KINDS[1],
        ChangeKind::Remove if record.by_ttl => KINDS[3],
        ChangeKind::Remove => KINDS[2],
    }
}

pub fn entity(record: &StreamRecord, partition_key: &str) -> String {
    cruddur::entity_name(&record.key, partition_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::AttributeValue;

    fn record(pk: &str, by_ttl: bool) -> StreamRecord {
        StreamRecord {
            event_id: "1".to_owned(),
            kind: ChangeKind::Remove,
            by_ttl,
            shard: "s".to_owned(),
            sequence_number: "1".to_owned(),
            at: None,
            key: [("pk".to_owned(), AttributeValue::S(pk.to_owned()))].into(),
            old: None,
            new: None,
            size_bytes: 1,
            view_type: None,
        }
    }

    #[test]
    fn the_place_is_written_and_read() {
        let place = Place {
            start: true,
            kind: Some("ttl".to_owned()),
            key: "a&b=#".to_owned(),
            entity: Some("group row".to_owned()),
        };
        let href = place.href("local", "t");
        let query = href.split_once('?').map_or("", |(_, query)| query);
        assert_eq!(Place::read(query), place);
        assert!(!Place::read("type=other").filters());
    }

    #[test]
    fn a_record_is_shown_where_every_filter_says_so() {
        let place = |kind: Option<&str>, key: &str, entity: Option<&str>| Place {
            start: false,
            kind: kind.map(str::to_owned),
            key: key.to_owned(),
            entity: entity.map(str::to_owned),
        };
        let message = record("MSG#Ab", true);
        assert!(place(Some("ttl"), "ab", Some("message")).shows(&message, "pk"));
        assert!(!place(Some("remove"), "", None).shows(&message, "pk"));
        assert!(!place(None, "zz", None).shows(&message, "pk"));
        assert!(!place(None, "", Some("group row")).shows(&message, "pk"));
        assert!(place(Some("remove"), "", None).shows(&record("x", false), "pk"));
    }
}
