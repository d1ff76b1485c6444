//! From a pattern and values to the request that it is.

use std::collections::BTreeMap;

use super::check::schema_of;
use super::{FilterPart, FilterTest, KeyPart, KeyTest, Operation, Pattern, Template};
use crate::api::error::FieldError;
use crate::api::items::{QueryRequest, ScanRequest};
use crate::api::tables::TableView;
use crate::filter::{Comparison, Filter};
use crate::key::Key;
use crate::key_condition::{KeyCondition, SortCondition, SortTest};
use crate::value::{AttributeValue, Item};

/// How many items a page examines where the pattern does not say.
const PAGE: u32 = 500;

/// The request of a read. A write has none of its own here: its page makes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Compiled {
    Get(Key),
    Query(QueryRequest),
    Scan(ScanRequest),
}

/// Fills the parameters in. Faults stand at `parameters.<name>` or at the part of the pattern.
pub fn compile(pattern: &Pattern, values: &BTreeMap<String, String>, table: &TableView) -> Result<Compiled, Vec<FieldError>> {
    let blank = |name: &&String| values.get(*name).is_none_or(String::is_empty);
    let needed = pattern.needed();
    let missing: Vec<FieldError> = needed
        .iter()
        .filter(blank)
        .map(|name| FieldError::new(format!("parameters.{name}"), format!("{name} needs a value")))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let schema = schema_of(pattern, table).map_err(|fault| vec![fault])?;
    let value = |field: String, template: &Template| template.value(values).map_err(|why| vec![of_parameter(&field, template, why)]);
    // An optional part takes part only with all of its parameters.
    let used = |part: &&KeyPart| {
        let names = part
            .value
            .parameters()
            .into_iter()
            .chain(part.high.iter().flat_map(Template::parameters));
        !part.optional || names.into_iter().all(|name| !blank(&&name))
    };
    let mut partition = BTreeMap::new();
    let mut sort = Vec::new();
    for (at, part) in pattern.key.iter().enumerate().filter(|(_, part)| used(part)) {
        let first = value(format!("key[{at}].value"), &part.value)?;
        if schema.partition.iter().any(|key| key.name == part.attribute) {
            partition.insert(part.attribute.clone(), first);
            continue;
        }
        let high = part.high.as_ref().map(|high| value(format!("key[{at}].high"), high)).transpose()?;
        sort.push(SortCondition {
            name: part.attribute.clone(),
            test: sort_test(part.test, first, high),
        });
    }
    let mut filters = Vec::new();
    for (at, part) in pattern.filter.iter().enumerate() {
        let first = part
            .value
            .as_ref()
            .map(|first| value(format!("filter[{at}].value"), first))
            .transpose()?;
        let high = part
            .high
            .as_ref()
            .map(|high| value(format!("filter[{at}].high"), high))
            .transpose()?;
        filters.extend(filter(part, first, high));
    }
    let filter = match filters.len() {
        0 => None,
        1 => filters.pop(),
        _ => Some(Filter::All(filters)),
    };
    let limit = pattern.limit.unwrap_or(PAGE);
    match pattern.operation {
        Operation::GetItem => {
            let sort = sort.into_iter().map(|condition| (condition.name, condition.test.first().clone()));
            let item: Item = partition.into_iter().chain(sort).collect();
            let key = schema.key_of(&item).map_err(|why| vec![FieldError::new("key", why)])?;
            Ok(Compiled::Get(key))
        }
        Operation::Query => {
            let key = KeyCondition { partition, sort };
            let faults = key.validate(schema);
            if !faults.is_empty() {
                return Err(faults);
            }
            Ok(Compiled::Query(QueryRequest {
                index: pattern.index.clone(),
                key,
                filter,
                limit,
                cursor: None,
                descending: pattern.descending,
                consistent: pattern.consistent,
                projection: pattern.projection.clone(),
                count: false,
            }))
        }
        Operation::Scan => Ok(Compiled::Scan(ScanRequest {
            index: pattern.index.clone(),
            filter,
            limit,
            consistent: pattern.consistent,
            projection: pattern.projection.clone(),
            ..ScanRequest::default()
        })),
        other => Err(vec![FieldError::new("operation", format!("{} is no read", other.name()))]),
    }
}

/// A fault of a value belongs to the parameter, where the template has only one.
fn of_parameter(field: &str, template: &Template, why: String) -> FieldError {
    match template.parameters().as_slice() {
        [name] => FieldError::new(format!("parameters.{name}"), why),
        _ => FieldError::new(field, why),
    }
}

fn sort_test(test: KeyTest, first: AttributeValue, high: Option<AttributeValue>) -> SortTest {
    match test {
        KeyTest::Equal => SortTest::Equal(first),
        KeyTest::Less => SortTest::Less(first),
        KeyTest::LessOrEqual => SortTest::LessOrEqual(first),
        KeyTest::Greater => SortTest::Greater(first),
        KeyTest::GreaterOrEqual => SortTest::GreaterOrEqual(first),
        KeyTest::BeginsWith => SortTest::BeginsWith(first),
        KeyTest::Between => SortTest::Between {
            high: high.unwrap_or_else(|| first.clone()),
            low: first,
        },
    }
}

fn filter(part: &FilterPart, first: Option<AttributeValue>, high: Option<AttributeValue>) -> Option<Filter> {
    let path = part.path.clone();
    let compare = |operator| {
        let (path, value) = (part.path.clone(), first.clone()?);
        Some(Filter::Compare { path, operator, value })
    };
    match part.test {
        FilterTest::Equal => compare(Comparison::Equal),
        FilterTest::NotEqual => compare(Comparison::NotEqual),
        FilterTest::Less => compare(Comparison::Less),
        FilterTest::LessOrEqual => compare(Comparison::LessOrEqual),
        FilterTest::Greater => compare(Comparison::Greater),
        FilterTest::GreaterOrEqual => compare(Comparison::GreaterOrEqual),
        FilterTest::Between => {
            let (low, high) = first.zip(high)?;
            Some(Filter::Between { path, low, high })
        }
        FilterTest::BeginsWith => first.map(|prefix| Filter::BeginsWith { path, prefix }),
        FilterTest::Contains => first.map(|value| Filter::Contains { path, value }),
        FilterTest::Exists => Some(Filter::Exists { path }),
        FilterTest::NotExists => Some(Filter::NotExists { path }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cruddur;
    use super::*;
    use crate::patterns::advice::tests::cruddur_table;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn an_optional_part_takes_part_when_it_has_a_value() {
        let table = cruddur_table(false);
        let list = cruddur::patterns(false).remove(0);
        let query = |values: &BTreeMap<String, String>| match compile(&list, values, &table).expect("valid") {
            Compiled::Query(query) => query,
            other => panic!("{other:?}"),
        };
        let plain = query(&values(&[("user", "u1")]));
        assert_eq!(plain.key.partition["pk"], AttributeValue::S("GRP#u1".into()));
        assert_eq!((plain.key.sort.len(), plain.descending), (0, true));
        let of_year = query(&values(&[("user", "u1"), ("year", "2024")]));
        assert_eq!(of_year.key.sort[0].test, SortTest::BeginsWith(AttributeValue::S("2024".into())));
        let faults = compile(&list, &values(&[("year", "2024")]), &table).expect_err("no user");
        assert_eq!(faults[0].field, "parameters.user");
    }

    #[test]
    fn the_other_operations_compile_too() {
        let table = cruddur_table(true);
        let mut get = cruddur::patterns(true).remove(0);
        get.operation = Operation::GetItem;
        get.key[1].test = KeyTest::Equal;
        get.key[1].optional = false;
        let Ok(Compiled::Get(key)) = compile(&get, &values(&[("user", "u"), ("year", "t")]), &table) else {
            panic!("no key")
        };
        assert_eq!(key.0["sk"], AttributeValue::S("t".into()));
        let scan = Pattern {
            operation: Operation::Scan,
            key: Vec::new(),
            filter: vec![
                FilterPart {
                    path: "n".into(),
                    test: FilterTest::Between,
                    value: Some(Template {
                        kind: crate::ScalarType::N,
                        text: "{from}".into(),
                    }),
                    high: Some(Template {
                        kind: crate::ScalarType::N,
                        text: "9".into(),
                    }),
                },
                FilterPart {
                    path: "a".into(),
                    test: FilterTest::Exists,
                    value: None,
                    high: None,
                },
            ],
            ..get.clone()
        };
        let Ok(Compiled::Scan(request)) = compile(&scan, &values(&[("from", "1")]), &table) else {
            panic!("no scan")
        };
        assert!(matches!(request.filter, Some(Filter::All(parts)) if parts.len() == 2));
        let faults = compile(&scan, &values(&[("from", "x")]), &table).expect_err("no number");
        assert_eq!(faults[0].field, "parameters.from");
        get.index = Some("none".into());
        assert_eq!(
            compile(&get, &values(&[("user", "u"), ("year", "t")]), &table).expect_err("index")[0].field,
            "index"
        );
        assert_eq!(
            compile(&cruddur::patterns(true)[2], &values(&[]), &table).expect_err("write")[0].field,
            "operation"
        );
    }
}
