//! The question while it is being written. Nothing is asked of the engine before it is run.

use dynadesk_shared::api::error::FieldError;
use dynadesk_shared::api::tables::{IndexKind, IndexView, TableView};
use dynadesk_shared::filter::path;
use dynadesk_shared::key::KeySchema;
use dynadesk_shared::key_condition::key_in_filter;
use leptos::prelude::*;

use super::key_texts::KeyTexts;
use crate::pages::items::filter_builder::Group;
use crate::pages::items::query::Asked;
use crate::pages::items::scan::Limits;

/// Every input of the builder. Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The index's name, empty for the table.
    pub index: RwSignal<String>,
    pub keys: RwSignal<KeyTexts>,
    pub group: RwSignal<Group>,
    /// Attribute paths with commas.
    pub projection: RwSignal<String>,
    pub limit: RwSignal<u32>,
    pub descending: RwSignal<bool>,
    pub consistent: RwSignal<bool>,
    pub count: RwSignal<bool>,
    pub stop_items: RwSignal<String>,
    pub stop_units: RwSignal<String>,
    /// Whether it was tried to run: what is missing is said only then.
    pub tried: RwSignal<bool>,
    owner: StoredValue<Option<Owner>>,
}

impl Draft {
    pub fn new(asked: &Asked) -> Self {
        let draft = Self {
            index: RwSignal::new(String::new()),
            keys: RwSignal::new(KeyTexts::default()),
            group: RwSignal::new(Group::of(None)),
            projection: RwSignal::new(String::new()),
            limit: RwSignal::new(asked.limit),
            descending: RwSignal::new(false),
            consistent: RwSignal::new(false),
            count: RwSignal::new(false),
            stop_items: RwSignal::new(String::new()),
            stop_units: RwSignal::new(String::new()),
            tried: RwSignal::new(false),
            owner: StoredValue::new(Owner::current()),
        };
        draft.load(asked);
        draft
    }

    /// Writes a question into the inputs.
    pub fn load(self, asked: &Asked) {
        self.index.set(asked.index.clone().unwrap_or_default());
        self.keys.set(asked.key.as_ref().map(KeyTexts::of).unwrap_or_default());
        // The tree's signals live as long as the page, whoever asked for another tree.
        let group = match self.owner.get_value() {
            Some(owner) => owner.with(|| Group::of(asked.filter.as_ref())),
            None => Group::of(asked.filter.as_ref()),
        };
        self.group.set(group);
        self.projection.set(asked.projection.join(", "));
        self.limit.set(asked.limit);
        self.descending.set(asked.descending);
        self.consistent.set(asked.consistent);
        self.count.set(asked.count);
        let text = |most: Option<u64>| most.map(|most| most.to_string()).unwrap_or_default();
        self.stop_items.set(text(asked.stop.items));
        self.stop_units.set(text(asked.stop.units));
        self.tried.set(false);
    }

    /// The question as it stands, or every fault at its field: `key.…`, `filter`, `filter.key`, `projection`,
    /// `stop.items`, `stop.units`. Reactive.
    pub fn read(self, table: &TableView) -> Result<Asked, Vec<FieldError>> {
        let mut faults = Vec::new();
        let name = self.index.get();
        let index = find(table, &name);
        let schema = index.map_or(&table.key, |index| &index.key);
        let key = self.keys.with(|keys| keys.read(schema)).unwrap_or_else(|more| {
            faults.extend(more);
            None
        });
        let filter = self.group.get().to_filter().unwrap_or_else(|why| {
            faults.push(FieldError::new("filter", why));
            None
        });
        if let (Some(_), Some(tested)) = (&key, filter.as_ref().and_then(|filter| key_in_filter(filter, schema))) {
            let message = format!("the filter of a Query cannot test a key attribute, and {tested:?} is one: use the key condition");
            faults.push(FieldError::new("filter.key", message));
        }
        let projection = projection(&self.projection.get(), &table.key).unwrap_or_else(|why| {
            faults.push(FieldError::new("projection", why));
            Vec::new()
        });
        let mut most = |field: &str, text: String| {
            let text = text.trim().replace([',', ' '], "");
            match text.parse() {
                Ok(most) if most > 0 => Some(most),
                _ if text.is_empty() => None,
                _ => {
                    faults.push(FieldError::new(field, "a whole number above 0, or nothing"));
                    None
                }
            }
        };
        let stop = Limits {
            items: most("stop.items", self.stop_items.get()),
            units: most("stop.units", self.stop_units.get()),
        };
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Asked {
            index: (!name.is_empty()).then_some(name),
            descending: key.is_some() && self.descending.get(),
            consistent: self.consistent.get() && index.is_none_or(|index| index.kind != IndexKind::Gsi),
            key,
            filter,
            projection,
            limit: self.limit.get(),
            count: self.count.get(),
            stop,
        })
    }
}

/// The index of a name, where the table has it.
pub fn find<'a>(table: &'a TableView, name: &str) -> Option<&'a IndexView> {
    table.indexes.iter().find(|index| index.name == name)
}

/// Attribute paths with commas, the table's key always among them: without it no item can be opened.
fn projection(text: &str, key: &KeySchema) -> Result<Vec<String>, String> {
    let mut paths = split(text);
    for one in &paths {
        path::parse(one).map_err(|why| format!("{one:?}: {why}"))?;
    }
    if !paths.is_empty() {
        for attribute in key.attributes() {
            let own = path::of_name(&attribute.name);
            if !paths.contains(&own) {
                paths.push(own);
            }
        }
    }
    Ok(paths)
}

/// Splits at commas that are not between quotes.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for c in text.chars() {
        if c == ',' && !quoted {
            parts.push(std::mem::take(&mut part));
            continue;
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped && quoted;
        part.push(c);
    }
    parts.push(part);
    let trimmed = parts.iter().map(|part| part.trim().to_owned());
    trimmed.filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dynadesk_shared::key::{KeyAttribute, ScalarType};

    #[test]
    fn paths_are_split_at_commas_and_keys_are_added() {
        let key = KeySchema {
            partition: vec![KeyAttribute {
                name: "p.k".into(),
                kind: ScalarType::S,
            }],
            sort: Vec::new(),
        };
        let read = |text: &str| projection(text, &key);
        assert_eq!(read(" , "), Ok(vec![]));
        assert_eq!(
            read("a[0].b, \"x,\\\"y\" ,c"),
            Ok(vec!["a[0].b".into(), "\"x,\\\"y\"".into(), "c".into(), "\"p.k\"".into()])
        );
        assert_eq!(read("\"p.k\"").map(|paths| paths.len()), Ok(1));
        assert!(read("a, b[").expect_err("open").contains("b["));
    }
}
