//! The view that the URL holds: paste it and see the same.

use dynadesk_shared::Key;
use dynadesk_shared::api::items::{QueryRequest, ScanRequest, Segment};
use dynadesk_shared::filter::Filter;
use dynadesk_shared::key_condition::KeyCondition;
use dynadesk_shared::token;

use super::scan::{Limits, Sort};
use crate::grid::columns::Remembered;
use crate::nav::{query_value, with_query};

/// Page sizes to choose from: how many items the engine examines for one page.
pub const PAGE_SIZES: [u32; 4] = [100, 250, 500, 1_000];
pub const PAGE_SIZE: u32 = 500;

/// What of a table is looked at, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ItemsQuery {
    pub asked: Asked,
    /// The item that is open beside the grid.
    pub item: Option<Key>,
    /// Whether it is being edited.
    pub edit: bool,
    /// The first row in view.
    pub row: usize,
    /// How the rows are sorted on the screen.
    pub sort: Option<Sort>,
    /// Columns as the operator arranged them.
    pub columns: Option<Remembered>,
}

/// The part of the view that decides which items come.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub index: Option<String>,
    /// A Query with it, a Scan without.
    pub key: Option<KeyCondition>,
    pub filter: Option<Filter>,
    /// Attribute paths to read; empty for whole items.
    pub projection: Vec<String>,
    pub limit: u32,
    /// From the greatest sort key down.
    pub descending: bool,
    pub consistent: bool,
    /// Counts to the end and shows no items.
    pub count: bool,
    /// Where the walk stops and asks.
    pub stop: Limits,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            index: None,
            key: None,
            filter: None,
            projection: Vec::new(),
            limit: PAGE_SIZE,
            descending: false,
            consistent: false,
            count: false,
            stop: Limits::default(),
        }
    }
}

impl Asked {
    /// Whether whole items of the table come, so that one needs no reading again.
    pub fn whole(&self) -> bool {
        self.index.is_none() && self.projection.is_empty()
    }

    /// The request for a page of a Scan.
    pub fn scan(&self, limit: u32, cursor: Option<String>, segment: Option<Segment>) -> ScanRequest {
        ScanRequest {
            index: self.index.clone(),
            filter: self.filter.clone(),
            limit,
            cursor,
            segment,
            consistent: self.consistent,
            projection: self.projection.clone(),
            count: self.count,
        }
    }

    /// The request for a page of a Query.
    pub fn query(&self, key: &KeyCondition, limit: u32, cursor: Option<String>) -> QueryRequest {
        QueryRequest {
            index: self.index.clone(),
            key: key.clone(),
            filter: self.filter.clone(),
            limit,
            cursor,
            descending: self.descending,
            consistent: self.consistent,
            projection: self.projection.clone(),
            count: self.count,
        }
    }

    fn read(value: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name: &str| value(name).and_then(|text| text.parse().ok());
        Self {
            index: value("index"),
            key: value("key").and_then(|text| token::decode(&text).ok()),
            filter: value("filter").and_then(|text| token::decode(&text).ok()),
            projection: value("read").and_then(|text| token::decode(&text).ok()).unwrap_or_default(),
            limit: value("limit")
                .and_then(|text| text.parse().ok())
                .filter(|limit| (1..=1_000).contains(limit))
                .unwrap_or(PAGE_SIZE),
            descending: value("order").as_deref() == Some("descending"),
            consistent: value("consistent").is_some(),
            count: value("count").is_some(),
            stop: Limits {
                items: number("stop_items"),
                units: number("stop_units"),
            },
        }
    }

    fn pairs(&self) -> [(&'static str, Option<String>); 10] {
        let flag = |on: bool| on.then(|| "1".to_owned());
        [
            ("index", self.index.clone()),
            ("key", self.key.as_ref().map(token::encode)),
            ("filter", self.filter.as_ref().map(token::encode)),
            ("read", (!self.projection.is_empty()).then(|| token::encode(&self.projection))),
            ("limit", (self.limit != PAGE_SIZE).then(|| self.limit.to_string())),
            ("order", self.descending.then(|| "descending".to_owned())),
            ("consistent", flag(self.consistent)),
            ("count", flag(self.count)),
            ("stop_items", self.stop.items.map(|most| most.to_string())),
            ("stop_units", self.stop.units.map(|most| most.to_string())),
        ]
    }

    /// The question as the query part of a link, without what only arranges the screen.
    pub fn to_query(&self) -> String {
        let link = with_query("", &self.pairs());
        link.strip_prefix('?').unwrap_or_default().to_owned()
    }
}

impl ItemsQuery {
    /// Reads a query; what is damaged or unknown is left out.
    pub fn read(query: &str) -> Self {
        let value = |name: &str| query_value(query, name).filter(|value| !value.is_empty());
        Self {
            asked: Asked::read(value),
            item: value("item").and_then(|text| Key::from_token(&text).ok()),
            edit: value("edit").is_some(),
            row: value("row").and_then(|text| text.parse().ok()).unwrap_or_default(),
            sort: value("sort").map(|attribute| Sort {
                attribute,
                descending: value("sorted").as_deref() == Some("descending"),
            }),
            columns: value("columns").and_then(|text| token::decode(&text).ok()),
        }
    }

    /// The link that holds this view.
    pub fn href(&self, path: &str) -> String {
        let sort = self.sort.as_ref();
        let mut pairs: Vec<(&str, Option<String>)> = self.asked.pairs().into();
        pairs.extend([
            ("item", self.item.as_ref().map(Key::to_token)),
            ("edit", (self.edit && self.item.is_some()).then(|| "1".to_owned())),
            ("row", (self.row > 0).then(|| self.row.to_string())),
            ("sort", sort.map(|sort| sort.attribute.clone())),
            ("sorted", sort.filter(|sort| sort.descending).map(|_| "descending".to_owned())),
            (
                "columns",
                self.columns.as_ref().filter(|columns| !columns.is_empty()).map(token::encode),
            ),
        ]);
        with_query(path, &pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::AttributeValue;
    use dynadesk_shared::key_condition::{SortCondition, SortTest};

    fn everything() -> Asked {
        Asked {
            index: Some("by-group".into()),
            key: Some(KeyCondition {
                partition: [("p&k=".to_owned(), AttributeValue::B(vec![0, 255]))].into(),
                sort: vec![SortCondition {
                    name: "sk".into(),
                    test: SortTest::Between {
                        low: AttributeValue::N("-1E+125".into()),
                        high: AttributeValue::N("99999999999999999999999999999999999999".into()),
                    },
                }],
            }),
            filter: Some(Filter::Not(Box::new(Filter::BeginsWith {
                path: "\"a.b\"".into(),
                prefix: AttributeValue::B(vec![0, 255]),
            }))),
            projection: vec!["a[0].\"b,c\"".into(), "d".into()],
            limit: 100,
            descending: true,
            consistent: true,
            count: true,
            stop: Limits {
                items: Some(10_000),
                units: Some(25),
            },
        }
    }

    #[test]
    fn a_view_survives_its_link() {
        let view = ItemsQuery {
            asked: everything(),
            item: Some(Key([("pk".to_owned(), AttributeValue::B(vec![1, 2]))].into())),
            edit: true,
            row: 1_234,
            sort: Some(Sort {
                attribute: "a&b #1".into(),
                descending: true,
            }),
            columns: Some(Remembered {
                hidden: vec!["<b>".into()],
                ..Remembered::default()
            }),
        };
        let link = view.href("/c/local/tables/t/items");
        assert_eq!(ItemsQuery::read(link.split_once('?').expect("a query").1), view);
        assert_eq!(ItemsQuery::read(&view.asked.to_query()).asked, view.asked);
    }

    #[test]
    fn the_plain_view_has_a_plain_link_and_damage_is_left_out() {
        assert_eq!(ItemsQuery::default().href("/x"), "/x");
        assert_eq!(Asked::default().to_query(), "");
        assert_eq!(
            ItemsQuery::read("filter=%%%&key=zz&read=1&item=zz&limit=9999999&row=x&columns=1&order=up&stop_units=-1"),
            ItemsQuery::default()
        );
    }

    #[test]
    fn requests_carry_the_whole_question() {
        let asked = everything();
        let key = asked.key.clone().expect("a key");
        let query = asked.query(&key, 7, Some("c".into()));
        assert_eq!((query.limit, query.descending, query.count), (7, true, true));
        let scan = asked.scan(9, None, Some(Segment { number: 1, of: 2 }));
        assert_eq!((scan.projection.len(), scan.segment.map(|segment| segment.of)), (2, Some(2)));
        assert!(!asked.whole() && Asked::default().whole());
    }
}
