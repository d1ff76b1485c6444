//! Which shard is read from where: parents before children, and nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use dynadesk_shared::api::streams::{Positions, ShardPosition, ShardView, StreamView};

/// Every listed shard with its parent, where that is listed too.
#[derive(Debug, Default)]
pub struct Family(BTreeMap<String, Option<String>>);

impl Family {
    pub fn of(stream: &StreamView) -> Self {
        let ids: BTreeSet<&str> = stream.shards.iter().map(|shard| shard.id.as_str()).collect();
        let listed = |parent: &Option<String>| parent.clone().filter(|parent| ids.contains(parent.as_str()));
        Self(
            stream
                .shards
                .iter()
                .map(|shard| (shard.id.clone(), listed(&shard.parent)))
                .collect(),
        )
    }

    pub fn has(&self, shard: &str) -> bool {
        self.0.contains_key(shard)
    }

    pub fn parent(&self, shard: &str) -> Option<&str> {
        self.0.get(shard)?.as_deref()
    }

    /// A shard's parent, its parent and so on. A parent is never its own descendant, but what comes
    /// over the wire may say anything.
    fn ancestors(&self, shard: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut next = self.parent(shard);
        while let Some(parent) = next.filter(|parent| !found.iter().any(|seen| seen == parent)) {
            found.push(parent.to_owned());
            next = self.parent(parent);
        }
        found
    }

    /// The shards that come before one of these.
    pub fn before<'a>(&self, shards: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
        shards.flat_map(|shard| self.ancestors(shard)).collect()
    }
}

/// Where each listed shard begins for a reader that wants only what is written from `now` on. A
/// shard of that is anchored to a number where one is known, since a number can be gone on from.
pub fn from_now(stream: &StreamView, now: i64) -> Positions {
    let position = |shard: &ShardView| match (&shard.starting, &shard.ending) {
        _ if stream.is_closed(shard) => ShardPosition::Done,
        (_, Some(last)) => ShardPosition::After(last.clone()),
        (None, None) => ShardPosition::TrimHorizon,
        (Some(_), None) => ShardPosition::Since(now),
    };
    stream.shards.iter().map(|shard| (shard.id.clone(), position(shard))).collect()
}

/// Where each listed shard goes on, and those that are gone although they were not read to their end.
/// A shard without a position was read before if one of its descendants was, and else is new.
pub fn from_kept(family: &Family, kept: &Positions) -> (Positions, Vec<String>) {
    let before = family.before(kept.keys());
    let position = |shard: &String| match kept.get(shard) {
        Some(position) => position.clone(),
        None if before.contains(shard) => ShardPosition::Done,
        None => ShardPosition::TrimHorizon,
    };
    let positions = family.0.keys().map(|shard| (shard.clone(), position(shard))).collect();
    let gone = kept
        .iter()
        .filter(|(shard, position)| !family.has(shard) && **position != ShardPosition::Done)
        .map(|(shard, _)| shard.clone())
        .collect();
    (positions, gone)
}

/// The positions without those that the others imply: what has to be kept to go on.
pub fn to_keep(family: &Family, positions: &Positions) -> Positions {
    let before = family.before(positions.keys());
    positions
        .iter()
        .filter(|(shard, position)| **position != ShardPosition::Done || (family.has(shard) && !before.contains(*shard)))
        .map(|(shard, position)| (shard.clone(), position.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::api::exchange::Exchange;

    fn stream(shards: &[(&str, Option<&str>)]) -> StreamView {
        let shard = |(id, parent): &(&str, Option<&str>)| ShardView {
            id: (*id).to_owned(),
            parent: parent.map(str::to_owned),
            starting: Some("1".to_owned()),
            ending: shards.iter().any(|(_, parent)| *parent == Some(id)).then(|| "9".to_owned()),
        };
        StreamView {
            arn: "arn".to_owned(),
            table: "t".to_owned(),
            status: "ENABLED".to_owned(),
            view_type: "KEYS_ONLY".to_owned(),
            shards: shards.iter().map(shard).collect(),
            exchange: Exchange {
                operation: "DescribeStream".to_owned(),
                request: serde_json::Value::Null,
                index: None,
                consumed: None,
                split: None,
                took_ms: 0,
            },
        }
    }

    fn after(number: &str) -> ShardPosition {
        ShardPosition::After(number.to_owned())
    }

    #[test]
    fn now_skips_what_is_closed_and_keeps_a_number_where_there_is_one() {
        let mut stream = stream(&[("a", None), ("b", Some("a")), ("c", None), ("d", None)]);
        stream.shards[2].ending = Some("7".to_owned());
        stream.shards[3].starting = None;
        let positions: Vec<_> = from_now(&stream, 5).into_values().collect();
        assert_eq!(
            positions,
            [ShardPosition::Done, ShardPosition::Since(5), after("7"), ShardPosition::TrimHorizon]
        );
    }

    #[test]
    fn kept_positions_go_on_and_say_what_is_gone() {
        let family = Family::of(&stream(&[
            ("a", Some("older")),
            ("b", Some("a")),
            ("c", Some("a")),
            ("d", Some("b")),
        ]));
        let kept = Positions::from([("b".to_owned(), after("3")), ("lost".to_owned(), after("1"))]);
        let (positions, gone) = from_kept(&family, &kept);
        let expected = [
            ("a", ShardPosition::Done),
            ("b", after("3")),
            ("c", ShardPosition::TrimHorizon),
            ("d", ShardPosition::TrimHorizon),
        ];
        assert_eq!(positions, expected.map(|(shard, position)| (shard.to_owned(), position)).into());
        assert_eq!(gone, ["lost"]);
    }

    #[test]
    fn only_what_is_needed_to_go_on_is_kept() {
        let family = Family::of(&stream(&[("a", None), ("b", Some("a")), ("z", None)]));
        let positions = Positions::from([
            ("a".to_owned(), ShardPosition::Done),
            ("b".to_owned(), after("3")),
            ("trimmed".to_owned(), ShardPosition::Done),
            ("z".to_owned(), ShardPosition::Done),
        ]);
        let kept = to_keep(&family, &positions);
        assert_eq!(kept.into_keys().collect::<Vec<_>>(), ["b", "z"]);
    }

    #[test]
    fn a_circle_of_parents_ends() {
        let family = Family::of(&stream(&[("a", Some("b")), ("b", Some("a"))]));
        assert_eq!(family.before(["a".to_owned()].iter()).len(), 2);
    }
}
