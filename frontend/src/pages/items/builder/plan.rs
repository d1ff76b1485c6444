//! What a question will be, Query or Scan, and what it can cost, said before it is run.

use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::filter::path::{self, Step};
use dynadesk_shared::filter::{Comparison, Filter};
use dynadesk_shared::key_condition::KeyCondition;
use dynadesk_shared::page_request;

use super::cost;
use super::draft::find;
use crate::pages::items::query::Asked;

/// `Query` or `Scan`, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub operation: &'static str,
    pub why: String,
}

pub fn plan(asked: &Asked, table: &TableView) -> Plan {
    let index = asked.index.as_deref().and_then(|name| find(table, name));
    let place = match &asked.index {
        Some(name) => format!("the index {name}"),
        None => "the table".to_owned(),
    };
    if let Some(key) = &asked.key {
        let cost = cost::of_query(asked, key, table, index, &place);
        return Plan {
            operation: "Query",
            why: format!("the partition key is given. It reads one item collection of {place} and nothing else. {cost}"),
        };
    }
    let cost = cost::of_scan(asked, table, index, &place);
    Plan {
        operation: "Scan",
        why: format!("no partition key is given. {cost}"),
    }
}

/// The first request of a question, as it would be sent.
pub fn preview(table: &str, asked: &Asked) -> Option<Exchange> {
    let (operation, request) = match &asked.key {
        Some(key) => ("Query", page_request::of_query(table, &asked.query(key, asked.limit, None))),
        None => ("Scan", page_request::of_scan(table, &asked.scan(asked.limit, None, None))),
    };
    Some(Exchange {
        operation: operation.to_owned(),
        request: request.ok()?,
        index: asked.index.clone(),
        consumed: None,
        split: None,
        took_ms: 0,
    })
}

/// A Scan whose filter tests a partition key for equality: the Query that does the same for less.
pub fn better(asked: &Asked, table: &TableView) -> Option<Asked> {
    let filter = asked.filter.as_ref().filter(|_| asked.key.is_none())?;
    let parts = match filter {
        Filter::All(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let here = |name: Option<&str>| asked.index.as_deref() == name;
    let table_key = [(None, &table.key)];
    let indexes = table.indexes.iter().map(|index| (Some(index.name.as_str()), &index.key));
    let mut places: Vec<_> = table_key.into_iter().chain(indexes).collect();
    // What is read now comes first, then the table, then its indexes.
    places.sort_by_key(|(name, _)| !here(*name));
    for (name, schema) in places {
        let [attribute] = schema.partition.as_slice() else { continue };
        let found = parts
            .iter()
            .position(|part| equals(part, &attribute.name, attribute.kind.name()).is_some());
        let Some(at) = found else { continue };
        let value = equals(&parts[at], &attribute.name, attribute.kind.name())?;
        let rest: Vec<Filter> = parts
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, part)| part.clone())
            .collect();
        let better = Asked {
            index: name.map(str::to_owned),
            key: Some(KeyCondition {
                partition: [(attribute.name.clone(), value.clone())].into(),
                sort: Vec::new(),
            }),
            filter: match rest.len() {
                0 => None,
                1 => rest.into_iter().next(),
                _ => Some(Filter::All(rest)),
            },
            consistent: false,
            ..asked.clone()
        };
        let bad = |filter: &Filter| dynadesk_shared::key_condition::key_in_filter(filter, schema).is_some();
        if !better.filter.as_ref().is_some_and(bad) {
            return Some(better);
        }
    }
    None
}

/// The value that a condition wants an attribute to equal, where it does and the type fits.
fn equals<'a>(filter: &'a Filter, name: &str, kind: &str) -> Option<&'a AttributeValue> {
    match filter {
        Filter::Compare {
            path,
            operator: Comparison::Equal,
            value,
        } if value.type_name() == kind => {
            let steps = path::parse(path).ok()?;
            (steps == [Step::Name(name.to_owned())]).then_some(value)
        }
        _ => None,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use dynadesk_shared::api::tables::{IndexKind, IndexView};
    use dynadesk_shared::key::{KeyAttribute, KeySchema, ScalarType};

    /// `pk` S and `sk` S with the GSI `by-kind` over `kind` S, 1,000 items in 1 MB.
    pub fn table() -> TableView {
        let one = |name: &str| {
            vec![KeyAttribute {
                name: name.to_owned(),
                kind: ScalarType::S,
            }]
        };
        TableView {
            name: "t".into(),
            status: "ACTIVE".into(),
            key: KeySchema {
                partition: one("pk"),
                sort: one("sk"),
            },
            item_count: 1_000,
            size_bytes: 1024 * 1024,
            billing_mode: "PAY_PER_REQUEST".into(),
            throughput: None,
            indexes: vec![IndexView {
                name: "by-kind".into(),
                kind: IndexKind::Gsi,
                key: KeySchema {
                    partition: one("kind"),
                    sort: Vec::new(),
                },
                projection: "ALL".into(),
                projected: Vec::new(),
                status: None,
                backfilling: false,
                item_count: 10,
                size_bytes: 4096,
                throughput: None,
            }],
            stream_view: None,
            stream_arn: None,
            ttl_attribute: None,
            deletion_protection: false,
            table_class: "STANDARD".into(),
            arn: None,
            id: None,
            created_at: None,
            tags: Default::default(),
            unread: Vec::new(),
            exchange: preview("t", &Asked::default()).expect("a plain scan"),
        }
    }

    fn equal(path: &str, value: AttributeValue) -> Filter {
        Filter::Compare {
            path: path.into(),
            operator: Comparison::Equal,
            value,
        }
    }

    #[test]
    fn a_scan_says_what_it_costs_and_a_query_why_it_is_one() {
        let scan = plan(&Asked::default(), &table());
        assert_eq!(scan.operation, "Scan");
        assert!(
            scan.why
                .contains("at most about 128.5 RCU (1,000 items, 1.0 MB, eventually consistent)"),
            "{}",
            scan.why
        );
        let index = Asked {
            index: Some("by-kind".into()),
            filter: Some(equal("a", AttributeValue::Null)),
            ..Asked::default()
        };
        assert!(
            plan(&index, &table())
                .why
                .contains("the index by-kind it costs at most about 0.5 RCU")
        );
        let query = better(
            &Asked {
                filter: Some(equal("pk", AttributeValue::S("a".into()))),
                ..Asked::default()
            },
            &table(),
        )
        .expect("a query");
        assert_eq!(plan(&query, &table()).operation, "Query");
        assert_eq!(preview("t", &query).map(|exchange| exchange.operation), Some("Query".to_owned()));
    }

    #[test]
    fn a_filter_on_a_partition_key_can_be_a_query() {
        let kind = || equal("kind", AttributeValue::S("x".into()));
        let asked = |filter| Asked {
            filter: Some(filter),
            consistent: true,
            ..Asked::default()
        };
        let rest = Filter::Exists { path: "note".into() };
        let query = better(&asked(Filter::All(vec![rest.clone(), kind()])), &table()).expect("a query");
        assert_eq!(
            (query.index.as_deref(), query.filter, query.consistent),
            (Some("by-kind"), Some(rest), false)
        );
        for none in [
            Filter::Any(vec![kind(), kind()]),
            equal("kind", AttributeValue::N("1".into())),
            equal("kind.of", AttributeValue::S("x".into())),
            Filter::All(vec![kind(), Filter::Exists { path: "kind".into() }]),
        ] {
            assert_eq!(better(&asked(none), &table()), None);
        }
    }
}
