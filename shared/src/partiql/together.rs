//! Which statements DynamoDB takes in one run.

use super::Kind;
use crate::api::partiql::Mode;

/// The statements that cannot stand where they do, by their place, and why: DynamoDB takes either reads
/// or writes, and EXISTS only beside the writes of a transaction.
pub fn apart(mode: Mode, kinds: &[Kind]) -> Vec<(usize, String)> {
    let first = kinds.iter().copied().find(|kind| *kind != Kind::Exists);
    let why = |kind: Kind| match (kind, first) {
        (Kind::Exists, _) if mode != Mode::Transaction => Some("EXISTS is a condition: it stands in a transaction only".to_owned()),
        (Kind::Exists, Some(Kind::Select)) => Some("EXISTS stands beside writes, not beside SELECT".to_owned()),
        (kind, Some(first)) if kind != Kind::Exists && kind.writes() != first.writes() => Some(format!(
            "{} and {} cannot run together: DynamoDB takes either reads or writes",
            first.word(),
            kind.word()
        )),
        _ => None,
    };
    let each = kinds.iter().enumerate();
    each.filter_map(|(at, kind)| why(*kind).map(|why| (at, why))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(mode: Mode, kinds: &[Kind]) -> Vec<usize> {
        apart(mode, kinds).into_iter().map(|(at, _)| at).collect()
    }

    #[test]
    fn reads_and_writes_do_not_mix() {
        let none: [usize; 0] = [];
        assert_eq!(places(Mode::Batch, &[Kind::Select, Kind::Select]), none);
        assert_eq!(places(Mode::Batch, &[Kind::Insert, Kind::Update, Kind::Delete]), none);
        assert_eq!(
            places(Mode::Batch, &[Kind::Select, Kind::Delete, Kind::Select, Kind::Insert]),
            [1, 3]
        );
        let (_, why) = apart(Mode::Transaction, &[Kind::Select, Kind::Delete]).remove(0);
        assert!(why.starts_with("SELECT and DELETE cannot run together"), "{why}");
    }

    #[test]
    fn exists_stands_beside_the_writes_of_a_transaction() {
        let none: [usize; 0] = [];
        assert_eq!(places(Mode::Transaction, &[Kind::Exists, Kind::Update]), none);
        assert_eq!(places(Mode::Transaction, &[Kind::Exists]), none);
        assert_eq!(places(Mode::Batch, &[Kind::Update, Kind::Exists]), [1]);
        assert_eq!(places(Mode::Transaction, &[Kind::Exists, Kind::Select]), [0]);
    }
}
