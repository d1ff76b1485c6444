//! Rows of the table: how their attributes are written and read.

use dynadesk_shared::filter::compile::{Expression, Placeholders};
use dynadesk_shared::{AttributeValue, Item, Key};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::engine::items::{Expressions, Query};

pub(super) const PK: &str = "pk";
pub(super) const SK: &str = "sk";
/// The TTL attribute: epoch seconds.
pub(super) const EXPIRES_AT: &str = "expires_at";
/// Sort key of the index by table.
pub(super) const OF_TABLE: &str = "of_table";
pub(super) const BY_TABLE: &str = "by_table";

const SECOND: i64 = 1_000_000;
pub(super) const DAY: i64 = 86_400 * SECOND;

pub(super) fn key(pk: &str, sk: &str) -> Key {
    Key([(PK.to_owned(), s(pk)), (SK.to_owned(), s(sk))].into())
}

pub(super) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn n(number: impl ToString) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// A wire type as text: nothing that the table holds needs to be searched by what is inside.
pub(super) fn json<T: Serialize>(value: &T) -> AttributeValue {
    // Our wire types have string keys and no fallible serialiser, so this cannot fail.
    s(serde_json::to_string(value).unwrap_or_default())
}

/// When a row that was made at this instant goes, in epoch seconds.
pub(super) fn expiry(made: i64, lives: i64) -> i64 {
    (made + lives) / SECOND
}

/// Whether a row's time is over although the engine still has it: engines delete within days.
pub(super) fn is_over(row: &Item, now: i64) -> bool {
    number(row, EXPIRES_AT).is_some_and(|seconds| seconds <= now / SECOND)
}

pub(super) fn text<'a>(row: &'a Item, name: &str) -> Option<&'a str> {
    row.get(name)?.as_s()
}

pub(super) fn number(row: &Item, name: &str) -> Option<i64> {
    match row.get(name)? {
        AttributeValue::N(text) => text.parse().ok(),
        _ => None,
    }
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Item, name: &str) -> Option<T> {
    serde_json::from_str(text(row, name)?).ok()
}

/// An expression with its places.
pub(super) fn expression(text: &str, names: &[(&str, &str)], values: &[(&str, AttributeValue)]) -> Expression {
    let own = |text: &str| text.to_owned();
    Expression {
        text: own(text),
        names: names.iter().map(|(place, name)| (own(place), own(name))).collect(),
        values: values.iter().map(|(place, value)| (own(place), value.clone())).collect(),
    }
}

/// A query for the rows under a partition key, between two sort keys where they are given.
pub(super) fn rows_of(table: &str, pk: &str, sort: &str, between: Option<(String, String)>) -> Query {
    let mut places = Placeholders::default();
    places.names.insert("#pk".to_owned(), PK.to_owned());
    places.values.insert(":pk".to_owned(), s(pk));
    let mut condition = "#pk = :pk".to_owned();
    if let Some((from, to)) = between {
        places.names.insert("#sk".to_owned(), sort.to_owned());
        places.values.insert(":from".to_owned(), s(from));
        places.values.insert(":to".to_owned(), s(to));
        condition.push_str(" AND #sk BETWEEN :from AND :to");
    }
    Query {
        table: table.to_owned(),
        index: (sort == OF_TABLE).then(|| BY_TABLE.to_owned()),
        expressions: Expressions {
            key_condition: Some(condition),
            places,
            ..Expressions::default()
        },
        consistent: true,
        ..Query::default()
    }
}
