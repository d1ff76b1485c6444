//! What is asked of a table's items, as the query part of a link holds it.

use dynadesk_shared::api::items::{QueryRequest, ScanRequest, Segment};
use dynadesk_shared::filter::Filter;
use dynadesk_shared::key_condition::KeyCondition;
use dynadesk_shared::token;

use super::with_query;

/// Page sizes to choose from: how many items the engine examines for one page.
pub const PAGE_SIZES: [u32; 4] = [100, 250, 500, 1_000];
pub const PAGE_SIZE: u32 = 500;

/// How far a walk may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Items examined.
    pub items: Option<u64>,
    /// Read capacity units.
    pub units: Option<u64>,
}

impl Limits {
    /// Whether so much was read that the walk ends.
    pub fn met(&self, items: u64, units: f64) -> bool {
        self.items.is_some_and(|most| items >= most) || self.units.is_some_and(|most| units >= most as f64)
    }
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

    pub fn read(value: impl Fn(&str) -> Option<String>) -> Self {
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

    pub fn pairs(&self) -> [(&'static str, Option<String>); 10] {
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
