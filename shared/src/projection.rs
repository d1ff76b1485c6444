//! What a projection leaves of an item, as DynamoDB gives it: the members of a map that were asked for, the
//! elements of a list that were, in their order and without gaps.

use std::collections::BTreeMap;

use crate::filter::path::{self, Step};
use crate::value::{AttributeValue, Item};

/// The paths that are read of each item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Projection {
    names: BTreeMap<String, Wanted>,
}

/// What is wanted of a value: all of it where nothing is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Wanted {
    whole: bool,
    names: BTreeMap<String, Wanted>,
    places: BTreeMap<usize, Wanted>,
}

impl Projection {
    /// From paths as an operator writes them; one that is no path is left out.
    pub fn of_paths(paths: &[String]) -> Self {
        let mut all = Self::default();
        for steps in paths.iter().filter_map(|text| path::parse(text).ok()) {
            let [Step::Name(name), rest @ ..] = steps.as_slice() else {
                continue;
            };
            all.names.entry(name.clone()).or_default().add(rest);
        }
        all
    }

    /// From whole attributes.
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a String>) -> Self {
        let whole = || Wanted {
            whole: true,
            ..Wanted::default()
        };
        Self {
            names: names.into_iter().map(|name| (name.clone(), whole())).collect(),
        }
    }

    /// Whether something of an attribute is read.
    pub fn reads(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// What is read of an item.
    pub fn of(&self, item: &Item) -> Item {
        let read = |(name, wanted): (&String, &Wanted)| Some((name.clone(), wanted.of(item.get(name)?)?));
        self.names.iter().filter_map(read).collect()
    }
}

impl Wanted {
    fn add(&mut self, steps: &[Step]) {
        match steps {
            [] => self.whole = true,
            [Step::Name(name), rest @ ..] => self.names.entry(name.clone()).or_default().add(rest),
            [Step::Index(at), rest @ ..] => self.places.entry(*at).or_default().add(rest),
        }
    }

    fn of(&self, value: &AttributeValue) -> Option<AttributeValue> {
        if self.whole {
            return Some(value.clone());
        }
        match value {
            AttributeValue::M(members) => {
                let read = |(name, wanted): (&String, &Self)| Some((name.clone(), wanted.of(members.get(name)?)?));
                let found: Item = self.names.iter().filter_map(read).collect();
                (!found.is_empty()).then_some(AttributeValue::M(found))
            }
            AttributeValue::L(list) => {
                let read = |(at, wanted): (&usize, &Self)| wanted.of(list.get(*at)?);
                let found: Vec<_> = self.places.iter().filter_map(read).collect();
                (!found.is_empty()).then_some(AttributeValue::L(found))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: serde_json::Value) -> Item {
        serde_json::from_value(json).expect("an item")
    }

    fn of(paths: &[&str], whole: &Item) -> Item {
        Projection::of_paths(&paths.iter().map(ToString::to_string).collect::<Vec<_>>()).of(whole)
    }

    #[test]
    fn only_what_was_asked_for_is_left() {
        let whole = item(serde_json::json!({
            "pk": {"S": "a"}, "a.b": {"N": "1"},
            "map": {"M": {"x": {"S": "1"}, "y": {"M": {"z": {"N": "2"}, "other": {"N": "3"}}}}},
            "list": {"L": [{"N": "0"}, {"M": {"k": {"N": "1"}, "l": {"N": "9"}}}, {"N": "2"}]},
        }));
        assert_eq!(of(&["pk", "\"a.b\"", "gone", "map.gone", "pk.x", "list[9]"], &whole).len(), 2);
        assert_eq!(
            of(&["map.y.z", "list[2]", "list[1].k"], &whole),
            item(serde_json::json!({
                "map": {"M": {"y": {"M": {"z": {"N": "2"}}}}},
                "list": {"L": [{"M": {"k": {"N": "1"}}}, {"N": "2"}]},
            }))
        );
        let names = Projection::of_names(&["pk".to_owned()]);
        assert!(names.reads("pk") && !names.reads("map"));
        assert_eq!(names.of(&whole), item(serde_json::json!({"pk": {"S": "a"}})));
        assert!(Projection::of_paths(&["map.y".to_owned(), "[".to_owned()]).reads("map"));
    }
}
