//! What kind of file a source is, found from its text.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// An array of items inside the text.
#[derive(Debug)]
pub(super) struct Region {
    /// Behind the opening bracket.
    pub(super) start: usize,
    /// The table that a batch file names for it; with only one table its name does not matter.
    pub(super) table: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The first character that counts.
    pub(super) start: usize,
    /// Last one first; none for values that follow each other.
    pub(super) regions: Option<Vec<Region>>,
    pub(super) put_requests: bool,
    /// The answer of a Scan or Query.
    pub(super) answer: bool,
}

/// Looks at a text, or says why it is no source.
pub(super) fn of(text: &str) -> Result<Shape, String> {
    let rest = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let start = text.len() - rest.len();
    let region = |at: usize, table: Option<String>| Region { start: at + 1, table };
    match rest.as_bytes().first() {
        None => Err("the source is empty".to_owned()),
        Some(b'[') => Ok(Shape {
            start,
            regions: Some(vec![region(start, None)]),
            ..Shape::default()
        }),
        Some(b'{') => Ok(of_object(text, start).unwrap_or(Shape { start, ..Shape::default() })),
        Some(_) => {
            let line = 1 + text[..start].matches('\n').count();
            Err(format!("line {line}, column 1: a JSON object or a JSON array must begin here"))
        }
    }
}

/// A batch file or an answer, where the first object is one.
fn of_object(text: &str, start: usize) -> Option<Shape> {
    let raw = serde_json::Deserializer::from_str(&text[start..])
        .into_iter::<&RawValue>()
        .next()?
        .ok()?;
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw.get()).ok()?;
    // A raw value is a piece of the text itself, so its address tells where it stands.
    let place = |raw: &RawValue| raw.get().as_ptr() as usize - text.as_ptr() as usize + 1;
    if let Some(items) = members.get("Items").filter(|raw| raw.get().starts_with('[')) {
        let known = [
            "Items",
            "Count",
            "ScannedCount",
            "ConsumedCapacity",
            "LastEvaluatedKey",
            "NextToken",
        ];
        if members.keys().all(|name| known.contains(&name.as_str())) {
            return Some(Shape {
                start,
                regions: Some(vec![Region {
                    start: place(items),
                    table: None,
                }]),
                answer: true,
                ..Shape::default()
            });
        }
    }
    let is_batch = !members.is_empty() && members.values().all(|raw| holds_requests(raw.get()));
    is_batch.then(|| {
        let one = members.len() == 1;
        let mut regions: Vec<Region> = members
            .into_iter()
            .map(|(table, raw)| Region {
                start: place(raw),
                table: (!one).then_some(table),
            })
            .collect();
        regions.sort_by_key(|region| std::cmp::Reverse(region.start));
        Shape {
            start,
            regions: Some(regions),
            put_requests: true,
            answer: false,
        }
    })
}

fn holds_requests(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('[') else { return false };
    let first = serde_json::Deserializer::from_str(inner)
        .into_iter::<BTreeMap<String, &RawValue>>()
        .next();
    let Some(Ok(first)) = first else { return false };
    first.len() == 1 && first.keys().all(|name| name == "PutRequest" || name == "DeleteRequest")
}

/// Whether an object's members all carry a type descriptor, however wrong the values may be.
pub(super) fn looks_typed(text: &str) -> bool {
    let members: Result<BTreeMap<String, BTreeMap<String, &RawValue>>, _> = serde_json::from_str(text);
    members.is_ok_and(|members| {
        let typed = |value: &BTreeMap<String, &RawValue>| value.len() == 1 && value.keys().all(|name| is_type(name));
        !members.is_empty() && members.values().all(typed)
    })
}

pub(super) fn is_type(name: &str) -> bool {
    ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"].contains(&name)
}
