//! What differs between two images of an item, as deep as it can be written by itself.

use std::collections::BTreeSet;

use crate::filter::path::{self, Step};
use crate::value::{AttributeValue, Item};

/// One place where two images differ. `before` is missing where something was added, `after` where
/// something was removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The attribute, then the way into its maps and lists.
    pub path: Vec<Step>,
    pub before: Option<AttributeValue>,
    pub after: Option<AttributeValue>,
}

impl Difference {
    /// The path as a person writes it: `a."b.c"[0]`.
    pub fn display_path(&self) -> String {
        display_path(&self.path)
    }

    /// The top-level attribute that it is in.
    pub fn attribute(&self) -> &str {
        match self.path.first() {
            Some(Step::Name(name)) => name,
            _ => "",
        }
    }
}

/// A path as a person writes it, with quotes where a name needs them.
pub fn display_path(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&path::of_name(name));
            }
        }
    }
    text
}

/// What differs, by attribute, map member and list element, in the order of the paths. Values that are
/// the same to DynamoDB (`1` and `1.0`, sets in another order) do not differ.
///
/// A list whose elements only went, only came at its end or only changed in place is told element by
/// element, with the indexes of the *old* list for what went; any other change is one of the whole list.
pub fn differences(base: &Item, item: &Item) -> Vec<Difference> {
    let mut found = Vec::new();
    let names: BTreeSet<&String> = base.keys().chain(item.keys()).collect();
    for name in names {
        let path = vec![Step::Name(name.clone())];
        compare(path, base.get(name), item.get(name), &mut found);
    }
    found
}

fn compare(path: Vec<Step>, before: Option<&AttributeValue>, after: Option<&AttributeValue>, found: &mut Vec<Difference>) {
    match (before, after) {
        (Some(before), Some(after)) if before.same_as(after) => {}
        (Some(AttributeValue::M(before)), Some(AttributeValue::M(after))) => {
            let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for name in names {
                compare(join(&path, Step::Name(name.clone())), before.get(name), after.get(name), found);
            }
        }
        (Some(AttributeValue::L(before)), Some(AttributeValue::L(after))) => match list(before, after) {
            Lists::Shrunk(gone) => {
                for index in gone {
                    let before = before.get(index);
                    compare(join(&path, Step::Index(index)), before, None, found);
                }
            }
            Lists::InPlace => {
                for index in 0..after.len() {
                    compare(join(&path, Step::Index(index)), before.get(index), after.get(index), found);
                }
            }
            Lists::Other => found.push(Difference {
                path,
                before: Some(AttributeValue::L(before.clone())),
                after: Some(AttributeValue::L(after.clone())),
            }),
        },
        (before, after) => found.push(Difference {
            path,
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn join(path: &[Step], step: Step) -> Vec<Step> {
    let mut path = path.to_vec();
    path.push(step);
    path
}

enum Lists {
    /// Elements went, the rest is as it was: the indexes of those that went.
    Shrunk(Vec<usize>),
    /// Elements changed where they stand, and others may have come at the end.
    InPlace,
    Other,
}

fn list(before: &[AttributeValue], after: &[AttributeValue]) -> Lists {
    if after.len() < before.len() {
        return match without(before, after) {
            Some(gone) => Lists::Shrunk(gone),
            None => Lists::Other,
        };
    }
    // An element put in front or between would otherwise read as a change of every one behind it.
    let inserted =
        after.len() > before.len() && !before.iter().zip(after).all(|(old, new)| old.same_as(new)) && without(after, before).is_some();
    if inserted { Lists::Other } else { Lists::InPlace }
}

/// The indexes of `long` that must go for it to become `short`, where that is possible.
fn without(long: &[AttributeValue], short: &[AttributeValue]) -> Option<Vec<usize>> {
    let mut gone = Vec::new();
    let mut rest = short.iter().peekable();
    for (index, value) in long.iter().enumerate() {
        match rest.peek() {
            Some(next) if next.same_as(value) => {
                rest.next();
            }
            _ => gone.push(index),
        }
    }
    rest.peek().is_none().then_some(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Item {
        serde_json::from_str(json).expect("DynamoDB JSON")
    }

    fn told(base: &str, changed: &str) -> Vec<String> {
        let tell = |value: &Option<AttributeValue>| match value {
            Some(value) => serde_json::to_string(value).expect("JSON").replace('"', ""),
            None => "-".to_owned(),
        };
        differences(&item(base), &item(changed))
            .iter()
            .map(|difference| {
                format!(
                    "{}: {} → {}",
                    difference.display_path(),
                    tell(&difference.before),
                    tell(&difference.after)
                )
            })
            .collect()
    }

    #[test]
    fn attributes_members_and_elements_are_told_apart() {
        assert_eq!(
            told(
                r#"{"a": {"S": "x"}, "m": {"M": {"b.c": {"N": "1"}, "d": {"L": [{"M": {"e": {"NULL": true}}}]}}}, "gone": {"BOOL": true}}"#,
                r#"{"a": {"N": "1"}, "m": {"M": {"b.c": {"N": "2"}, "d": {"L": [{"M": {"e": {"BOOL": false}}}]}, "n": {"L": []}}}, "new": {"M": {}}}"#
            ),
            [
                "a: {S:x} → {N:1}",
                "gone: {BOOL:true} → -",
                "m.\"b.c\": {N:1} → {N:2}",
                "m.d[0].e: {NULL:true} → {BOOL:false}",
                "m.n: - → {L:[]}",
                "new: - → {M:{}}",
            ]
        );
    }

    #[test]
    fn lists_are_told_as_they_changed() {
        let list = |letters: &str| {
            let all: Vec<String> = letters.chars().map(|letter| format!(r#"{{"S": "{letter}"}}"#)).collect();
            format!(r#"{{"l": {{"L": [{}]}}}}"#, all.join(", "))
        };
        let told = |before: &str, after: &str| told(&list(before), &list(after));
        assert_eq!(told("abc", "axc"), ["l[1]: {S:b} → {S:x}"]);
        assert_eq!(told("ab", "abcd"), ["l[2]: - → {S:c}", "l[3]: - → {S:d}"]);
        assert_eq!(told("ab", "xbc"), ["l[0]: {S:a} → {S:x}", "l[2]: - → {S:c}"]);
        assert_eq!(told("abcd", "bd"), ["l[0]: {S:a} → -", "l[2]: {S:c} → -"]);
        assert_eq!(told("aab", "ab"), ["l[1]: {S:a} → -"]);
        assert_eq!(told("ab", ""), ["l[0]: {S:a} → -", "l[1]: {S:b} → -"]);
        assert_eq!(told("", "a"), ["l[0]: - → {S:a}"]);
        assert_eq!(told("abc", "xb"), ["l: {L:[{S:a},{S:b},{S:c}]} → {L:[{S:x},{S:b}]}"]);
        assert_eq!(told("ab", "xab"), ["l: {L:[{S:a},{S:b}]} → {L:[{S:x},{S:a},{S:b}]}"]);
    }

    #[test]
    fn other_spellings_are_no_difference() {
        assert_eq!(
            told(
                r#"{"n": {"N": "1"}, "s": {"NS": ["1", "2.50"]}, "t": {"SS": ["a", "b"]}, "l": {"L": [{"N": "1E+2"}]}}"#,
                r#"{"n": {"N": "1.0"}, "s": {"NS": ["2.5", "1"]}, "t": {"SS": ["b", "a"]}, "l": {"L": [{"N": "100"}]}}"#
            ),
            Vec::<String>::new()
        );
        assert_eq!(told(r#"{"a": {"L": []}}"#, r#"{"a": {"M": {}}}"#), ["a: {L:[]} → {M:{}}"]);
        assert_eq!(told(r#"{"a": {"S": "1"}}"#, r#"{"a": {"N": "1"}}"#), ["a: {S:1} → {N:1}"]);
    }
}
