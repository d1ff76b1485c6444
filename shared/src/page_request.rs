//! The exact Scan or Query that a page is asked with, in DynamoDB's JSON form: the console shows it
//! before it is sent, the server sends it.

use serde_json::{Map, Value, json};

use crate::api::error::FieldError;
use crate::api::items::{QueryRequest, ScanRequest};
use crate::filter::Filter;
use crate::filter::compile::Placeholders;
use crate::key_condition::KeyCondition;
use crate::value::Item;

/// The expressions of one read, which share their placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expressions {
    pub key_condition: Option<String>,
    pub filter: Option<String>,
    pub projection: Option<String>,
    pub places: Placeholders,
}

impl Expressions {
    /// Compiles them, or says in which field (`key`, `filter`, `projection`) what is wrong. A count
    /// comes without a projection: DynamoDB takes only one of them.
    pub fn new(key: Option<&KeyCondition>, filter: Option<&Filter>, projection: &[String], count: bool) -> Result<Self, FieldError> {
        let mut places = Placeholders::default();
        let key_condition = key.map(|key| key.compile(&mut places)).transpose();
        let key_condition = key_condition.map_err(|why| FieldError::new("key", why))?;
        let filter = filter.map(|filter| places.filter(filter)).transpose();
        let filter = filter.map_err(|why| FieldError::new("filter", why))?;
        let mut paths = Vec::new();
        for path in projection.iter().filter(|_| !count) {
            let place = places.path(path);
            paths.push(place.map_err(|why| FieldError::new("projection", format!("{path:?} cannot be read: {why}")))?);
        }
        Ok(Self {
            key_condition,
            filter,
            projection: (!paths.is_empty()).then(|| paths.join(", ")),
            places,
        })
    }
}

/// What Scan and Query have in common.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    pub table: &'a str,
    pub index: Option<&'a str>,
    pub expressions: &'a Expressions,
    pub limit: u32,
    pub start: Option<&'a Item>,
    pub consistent: bool,
    pub count: bool,
}

impl Page<'_> {
    /// The request of a Scan; `segment` is number and total.
    pub fn scan(&self, segment: Option<(u16, u16)>) -> Value {
        let mut request = self.common();
        if let Some((number, of)) = segment {
            request.insert("Segment".to_owned(), json!(number));
            request.insert("TotalSegments".to_owned(), json!(of));
        }
        Value::Object(request)
    }

    pub fn query(&self, descending: bool) -> Value {
        let mut request = self.common();
        add(&mut request, "KeyConditionExpression", self.expressions.key_condition.as_ref());
        request.insert("ScanIndexForward".to_owned(), json!(!descending));
        Value::Object(request)
    }

    fn common(&self) -> Map<String, Value> {
        let mut request = Map::new();
        let Expressions {
            filter,
            projection,
            places,
            ..
        } = self.expressions;
        request.insert("TableName".to_owned(), json!(self.table));
        add(&mut request, "IndexName", self.index);
        add(&mut request, "FilterExpression", filter.as_ref());
        add(&mut request, "ProjectionExpression", projection.as_ref());
        add(
            &mut request,
            "ExpressionAttributeNames",
            Some(&places.names).filter(|names| !names.is_empty()),
        );
        add(
            &mut request,
            "ExpressionAttributeValues",
            Some(&places.values).filter(|values| !values.is_empty()),
        );
        request.insert("Limit".to_owned(), json!(self.limit));
        add(&mut request, "ExclusiveStartKey", self.start);
        add(&mut request, "ConsistentRead", self.consistent.then_some(true));
        add(&mut request, "Select", self.count.then_some("COUNT"));
        request.insert("ReturnConsumedCapacity".to_owned(), json!("INDEXES"));
        request
    }
}

/// Adds a member where there is one.
fn add(request: &mut Map<String, Value>, name: &str, value: Option<impl serde::Serialize>) {
    if let Some(value) = value {
        request.insert(name.to_owned(), json!(value));
    }
}

/// The first page of a scan as it would be sent.
pub fn of_scan(table: &str, asked: &ScanRequest) -> Result<Value, FieldError> {
    let expressions = Expressions::new(None, asked.filter.as_ref(), &asked.projection, asked.count)?;
    let page = Page {
        table,
        index: asked.index.as_deref(),
        expressions: &expressions,
        limit: asked.limit,
        start: None,
        consistent: asked.consistent,
        count: asked.count,
    };
    Ok(page.scan(asked.segment.map(|segment| (segment.number, segment.of))))
}

/// The first page of a query as it would be sent.
pub fn of_query(table: &str, asked: &QueryRequest) -> Result<Value, FieldError> {
    let expressions = Expressions::new(Some(&asked.key), asked.filter.as_ref(), &asked.projection, asked.count)?;
    let page = Page {
        table,
        index: asked.index.as_deref(),
        expressions: &expressions,
        limit: asked.limit,
        start: None,
        consistent: asked.consistent,
        count: asked.count,
    };
    Ok(page.query(asked.descending))
}
