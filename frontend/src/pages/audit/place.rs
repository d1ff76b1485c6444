//! What the URL says of the page: what is asked for, whether it is watched, and the entry that is open.

use dynadesk_shared::api::audit::{AuditKind, AuditRequest, AuditResult};

use crate::nav;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    pub asked: AuditRequest,
    pub live: bool,
    /// The hash of an entry.
    pub entry: Option<String>,
}

impl Place {
    pub fn read(query: &str) -> Self {
        let value = |name| nav::query_value(query, name).filter(|value| !value.is_empty());
        let (kind, result) = (value("kind"), value("result"));
        Self {
            asked: AuditRequest {
                who: value("who"),
                connection: value("connection"),
                table: value("table"),
                kind: kind.and_then(|word| AuditKind::ALL.into_iter().find(|kind| kind.word() == word)),
                result: result.and_then(|word| AuditResult::ALL.into_iter().find(|result| result.word() == word)),
                ..AuditRequest::default()
            },
            live: value("live").is_some(),
            entry: value("entry"),
        }
    }

    pub fn href(&self) -> String {
        let asked = self.asked.clone();
        nav::with_query(
            &nav::audit(),
            &[
                ("who", asked.who),
                ("connection", asked.connection),
                ("table", asked.table),
                ("kind", asked.kind.map(|kind| kind.word().to_owned())),
                ("result", asked.result.map(|result| result.word().to_owned())),
                ("live", self.live.then(|| "1".to_owned())),
                ("entry", self.entry.clone()),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_written_and_read() {
        let full = Place {
            asked: AuditRequest {
                who: Some("a&b".to_owned()),
                connection: Some("prod".to_owned()),
                table: Some("Orders#1".to_owned()),
                kind: Some(AuditKind::SignIn),
                result: Some(AuditResult::CutOff),
                ..AuditRequest::default()
            },
            live: true,
            entry: Some("00ff".to_owned()),
        };
        for place in [Place::default(), full] {
            let href = place.href();
            assert_eq!(Place::read(href.split_once('?').map_or("", |(_, query)| query)), place, "{href}");
        }
    }
}
