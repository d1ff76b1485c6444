//! What is wrong with a pattern: in itself, and on a given table.

use super::{FilterTest, KeyTest, Operation, Pattern};
use crate::api::error::FieldError;
use crate::api::tables::{IndexKind, TableView};
use crate::filter::path;
use crate::key::KeySchema;

/// Characters of a name, and of a description.
pub const NAME: usize = 100;
pub const DESCRIPTION: usize = 1_000;
/// Parts of a key, conditions, steps and so on.
const PARTS: usize = 100;
const TEXT: usize = 4_096;

/// Every fault that a pattern has on whatever table.
pub fn check(pattern: &Pattern) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut add = |field: &str, why: String| faults.push(FieldError::new(field, why));
    let name = pattern.name.trim();
    match name.chars().count() {
        0 => add("name", "a pattern needs a name".to_owned()),
        1..=NAME if name.chars().any(char::is_control) => {
            add("name", "a name has no line breaks and no control characters".to_owned());
        }
        1..=NAME => {}
        long => add("name", format!("a name has at most {NAME} characters, this one has {long}")),
    }
    let long = pattern.description.chars().count();
    if long > DESCRIPTION {
        add(
            "description",
            format!("a description has at most {DESCRIPTION} characters, this one has {long}"),
        );
    }
    if pattern.index.as_deref() == Some("") {
        add("index", "name the index, or leave it out".to_owned());
    }
    if pattern.index.is_some() && pattern.operation == Operation::GetItem {
        add("index", "GetItem reads the table only: use Query for an index".to_owned());
    }
    if let Some(limit) = pattern.limit.filter(|limit| !(1..=1_000).contains(limit)) {
        add("limit", format!("a page examines 1 to 1,000 items, not {limit}"));
    }
    match pattern.operation {
        Operation::GetItem | Operation::Query if pattern.key.is_empty() => {
            add("key", format!("{} needs the partition key", pattern.operation.name()));
        }
        Operation::Scan if !pattern.key.is_empty() => {
            add("key", "a Scan has no key condition: make it a Query, or a filter".to_owned());
        }
        Operation::GetItem if !pattern.filter.is_empty() => add("filter", "GetItem has no filter".to_owned()),
        operation if !operation.is_read() && pattern.steps.is_empty() && pattern.key.is_empty() => {
            add("steps", "say which item is written: its key".to_owned());
        }
        _ => {}
    }
    if pattern.operation.is_read() && !pattern.steps.is_empty() {
        add("steps", format!("{} writes nothing", pattern.operation.name()));
    }
    for (count, field) in [
        (pattern.key.len(), "key"),
        (pattern.filter.len(), "filter"),
        (pattern.steps.len(), "steps"),
        (pattern.projection.len(), "projection"),
        (pattern.examples.len(), "examples"),
    ] {
        if count > PARTS {
            add(field, format!("at most {PARTS}, not {count}"));
        }
    }
    parts(pattern, &mut faults);
    faults
}

fn parts(pattern: &Pattern, faults: &mut Vec<FieldError>) {
    let mut add = |field: String, why: String| faults.push(FieldError::new(field, why));
    for (field, template) in pattern.templates() {
        if template.text.len() > TEXT {
            add(
                field,
                format!("a value has at most {TEXT} bytes here, this one has {}", template.text.len()),
            );
        } else if let Err(why) = template.check() {
            add(field, why);
        }
    }
    for (at, part) in pattern.key.iter().enumerate() {
        if part.attribute.is_empty() {
            add(format!("key[{at}].attribute"), "name the key attribute".to_owned());
        }
        if part.high.is_some() != (part.test == KeyTest::Between) {
            add(
                format!("key[{at}].high"),
                "BETWEEN has two values, every other test has one".to_owned(),
            );
        }
        if part.optional && part.value.parameters().is_empty() {
            add(
                format!("key[{at}].optional"),
                "only a test with a parameter can be left out of a run".to_owned(),
            );
        }
    }
    for (at, part) in pattern.filter.iter().enumerate() {
        if let Err(why) = path::parse(&part.path) {
            add(format!("filter[{at}].path"), why);
        }
        let given = usize::from(part.value.is_some()) + usize::from(part.high.is_some());
        if given != part.test.values() || (part.high.is_some() && part.test != FilterTest::Between) {
            let why = format!("{} takes {} values, not {given}", part.test.symbol(), part.test.values());
            add(format!("filter[{at}].value"), why);
        }
    }
    for (at, step) in pattern.steps.iter().enumerate() {
        if step.key.is_empty() {
            add(format!("steps[{at}].key"), "say which item it writes: its key".to_owned());
        }
        if step.key.iter().any(|part| part.test != KeyTest::Equal) {
            add(
                format!("steps[{at}].key"),
                "a write names one item: every key attribute needs =".to_owned(),
            );
        }
        let long = step.note.chars().count();
        if long > DESCRIPTION {
            add(format!("steps[{at}].note"), format!("at most {DESCRIPTION} characters, not {long}"));
        }
    }
    for (at, projected) in pattern.projection.iter().enumerate() {
        if let Err(why) = path::parse(projected) {
            add(format!("projection[{at}]"), why);
        }
    }
    for (name, example) in &pattern.examples {
        if example.len() > TEXT {
            add(
                format!("examples.{name}"),
                format!("an example has at most {TEXT} bytes, this one has {}", example.len()),
            );
        }
    }
}

/// The key that a pattern reads by, or why there is none.
pub fn schema_of<'a>(pattern: &Pattern, table: &'a TableView) -> Result<&'a KeySchema, FieldError> {
    match &pattern.index {
        None => Ok(&table.key),
        Some(name) => table
            .indexes
            .iter()
            .find(|index| index.name == *name)
            .map(|index| &index.key)
            .ok_or_else(|| FieldError::new("index", format!("{} has no index {name:?}", table.name))),
    }
}

/// Why a pattern does not work on a table as it is. A pattern may be written before its index is made,
/// so this keeps nobody from saving it.
pub fn fits(pattern: &Pattern, table: &TableView) -> Vec<FieldError> {
    let schema = match schema_of(pattern, table) {
        Ok(schema) => schema,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    let global = |name: &str| table.indexes.iter().any(|index| index.name == name && index.kind == IndexKind::Gsi);
    if pattern.consistent && pattern.index.as_deref().is_some_and(global) {
        faults.push(FieldError::new("consistent", "a global index is never read strongly consistent"));
    }
    for (at, part) in pattern.key.iter().enumerate() {
        let Some(key) = schema.attributes().find(|key| key.name == part.attribute) else {
            let why = format!("the key has no attribute {:?}", part.attribute);
            faults.push(FieldError::new(format!("key[{at}].attribute"), why));
            continue;
        };
        if part.value.kind != key.kind {
            let why = format!("{:?} is a {}, not a {}", key.name, key.kind.label(), part.value.kind.label());
            faults.push(FieldError::new(format!("key[{at}].value"), why));
        }
    }
    let tested = |name: &str| pattern.key.iter().any(|part| part.attribute == name);
    let needed = match pattern.operation {
        Operation::Query => schema.partition.iter().collect::<Vec<_>>(),
        Operation::GetItem => schema.attributes().collect(),
        _ => Vec::new(),
    };
    for key in needed.into_iter().filter(|key| !tested(&key.name)) {
        faults.push(FieldError::new(
            "key",
            format!("{} needs the key attribute {:?}", pattern.operation.name(), key.name),
        ));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::{KeyPart, Template, cruddur};
    use super::*;

    fn fields(faults: &[FieldError]) -> Vec<&str> {
        faults.iter().map(|fault| fault.field.as_str()).collect()
    }

    #[test]
    fn a_blank_pattern_says_what_it_needs() {
        assert_eq!(fields(&check(&Pattern::default())), ["name", "key"]);
        for pattern in cruddur::patterns(true).into_iter().chain(cruddur::patterns(false)) {
            assert_eq!(check(&pattern), [], "{}", pattern.name);
        }
    }

    #[test]
    fn every_fault_has_its_field() {
        let mut pattern = cruddur::patterns(true).remove(0);
        pattern.name = "a\nb".into();
        pattern.limit = Some(0);
        pattern.index = Some(String::new());
        pattern.key[0].value.text = "{".into();
        pattern.key.push(KeyPart {
            attribute: String::new(),
            test: KeyTest::Between,
            value: Template::s("a"),
            high: None,
            optional: true,
        });
        pattern.projection = vec!["a..b".into()];
        let faults = check(&pattern);
        let at = pattern.key.len() - 1;
        for field in ["name", "limit", "index", "key[0].value", "projection[0]"] {
            assert!(fields(&faults).contains(&field), "{field}: {faults:?}");
        }
        for part in ["attribute", "high", "optional"] {
            assert!(
                fields(&faults).contains(&format!("key[{at}].{part}").as_str()),
                "{part}: {faults:?}"
            );
        }
    }
}
