//! A pattern while it is being written. It is one value, and each field reads and writes its part of it.

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::tables::TableView;
use dynadesk_shared::patterns::check::{check, schema_of};
use dynadesk_shared::patterns::{KeyPart, KeyTest, Operation, Pattern, Template};
use dynadesk_shared::{KeyAttribute, ScalarType};
use leptos::prelude::*;

/// Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Draft {
    pub pattern: RwSignal<Pattern>,
    /// The limit as it is typed.
    pub limit: RwSignal<String>,
    /// Paths, one a line.
    pub projection: RwSignal<String>,
    /// Whether faults are said already.
    pub tried: RwSignal<bool>,
    /// What the server said of fields.
    pub refused: RwSignal<Vec<FieldError>>,
}

impl Draft {
    pub fn new() -> Self {
        Self {
            pattern: RwSignal::new(Pattern::default()),
            limit: RwSignal::new(String::new()),
            projection: RwSignal::new(String::new()),
            tried: RwSignal::new(false),
            refused: RwSignal::new(Vec::new()),
        }
    }

    pub fn load(self, pattern: Pattern) {
        self.limit.set(pattern.limit.map(|limit| limit.to_string()).unwrap_or_default());
        self.projection.set(pattern.projection.join("\n"));
        self.pattern.set(pattern);
        self.tried.set(false);
        self.refused.set(Vec::new());
    }

    /// The pattern as it stands: what belongs to another operation, and examples of parameters that are
    /// gone, are left out. Reactive.
    pub fn read(self) -> Pattern {
        let mut pattern = self.pattern.get();
        pattern.limit = self.limit.with(|text| text.trim().parse().ok());
        let lines = self.projection.get();
        pattern.projection = lines
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        tidy(&mut pattern);
        pattern
    }

    /// Every fault. Reactive.
    pub fn faults(self) -> Vec<FieldError> {
        let mut faults = check(&self.read());
        let limit = self.limit.get();
        if !limit.trim().is_empty() && limit.trim().parse::<u32>().is_err() {
            faults.push(FieldError::new("limit", "a whole number from 1 to 1,000 is needed"));
        }
        faults.extend(self.refused.get());
        faults
    }

    /// The fault of one field, once saving was tried.
    pub fn fault(self, field: impl Into<String>) -> Signal<Option<String>> {
        let field = field.into();
        Signal::derive(move || {
            if !self.tried.get() {
                return None;
            }
            self.faults()
                .into_iter()
                .find(|fault| fault.field == field)
                .map(|fault| fault.message)
        })
    }

    pub fn update(self, change: impl FnOnce(&mut Pattern)) {
        self.refused.set(Vec::new());
        self.pattern.update(change);
    }
}

fn tidy(pattern: &mut Pattern) {
    if pattern.operation.is_read() {
        pattern.steps.clear();
    } else {
        pattern.filter.clear();
        pattern.projection.clear();
        (pattern.limit, pattern.descending, pattern.consistent) = (None, false, false);
    }
    match pattern.operation {
        Operation::Scan => {
            pattern.key.clear();
            pattern.descending = false;
        }
        Operation::GetItem => {
            pattern.filter.clear();
            pattern.limit = None;
            (pattern.descending, pattern.index) = (false, None);
        }
        _ => {}
    }
    let parameters = pattern.parameters();
    pattern.examples.retain(|name, text| parameters.contains(name) && !text.is_empty());
}

/// The first key parts of a new pattern: the partition key of what it reads.
pub fn first_keys(pattern: &Pattern, table: &TableView) -> Vec<KeyPart> {
    let Ok(schema) = schema_of(pattern, table) else {
        return vec![part("", ScalarType::S)];
    };
    let of = |key: &KeyAttribute| part(&key.name, key.kind);
    match pattern.operation {
        Operation::GetItem => schema.attributes().map(of).collect(),
        _ => schema.partition.iter().map(of).collect(),
    }
}

/// The next key attribute that has no part yet.
pub fn next_key(pattern: &Pattern, parts: &[KeyPart], table: Option<&TableView>) -> KeyPart {
    let schema = table.and_then(|table| schema_of(pattern, table).ok());
    let next = schema.and_then(|schema| schema.attributes().find(|key| parts.iter().all(|part| part.attribute != key.name)));
    next.map_or_else(|| part("", ScalarType::S), |key| part(&key.name, key.kind))
}

fn part(attribute: &str, kind: ScalarType) -> KeyPart {
    KeyPart {
        attribute: attribute.to_owned(),
        test: KeyTest::Equal,
        value: Template { kind, text: String::new() },
        high: None,
        optional: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::patterns::cruddur;

    #[test]
    fn what_belongs_to_another_operation_is_left_out() {
        let mut pattern = cruddur::patterns(true).remove(0);
        pattern.examples.insert("gone".to_owned(), "x".to_owned());
        pattern.operation = Operation::Scan;
        tidy(&mut pattern);
        assert!(pattern.key.is_empty() && !pattern.descending && pattern.examples.is_empty());
        let mut write = cruddur::patterns(true).remove(3);
        write.limit = Some(5);
        tidy(&mut write);
        assert_eq!((write.limit, write.steps.len(), write.examples.len()), (None, 3, 4));
    }
}
