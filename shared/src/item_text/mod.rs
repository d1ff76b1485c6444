//! An item as text that a person edits, in DynamoDB JSON or in plain JSON: written, and read back
//! with every fault at its line.

mod dynamo;
mod plain;

use crate::filter::path::Step;
use crate::item_faults::{Rules, faults};
use crate::value::located::{Json, Located, TextFault, parse};
use crate::value::{AttributeValue, Item, plain_json};

/// How an item is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Strings, numbers, arrays and objects. Sets and binary look like lists and strings in it, so
    /// reading needs the item that it was written from.
    Plain,
    /// Every value with its type, as DynamoDB has it.
    Dynamo,
}

/// An item as indented text.
pub fn write(item: &Item, form: Form) -> String {
    match form {
        Form::Plain => plain_json::item_to_string(item),
        // Our own types have no serialiser that fails.
        Form::Dynamo => serde_json::to_string_pretty(item).unwrap_or_default(),
    }
}

/// A text, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Nothing where the text is no item at all; with faults it is not to be saved.
    pub item: Option<Item>,
    /// Everything that is wrong, in the order of the text.
    pub faults: Vec<TextFault>,
}

/// Reads an item with everything that is wrong with it. What stands in plain JSON where `base` has the
/// same value stays that value, to the byte.
pub fn read(text: &str, form: Form, base: &Item, rules: &Rules) -> Reading {
    let unreadable = |faults| Reading { item: None, faults };
    let root = match parse(text) {
        Ok(root) => root,
        Err(fault) => return unreadable(vec![fault]),
    };
    let Json::Object(_) = &root.json else {
        let message = format!("an item is a JSON object, this is {}", root.json.describe());
        return unreadable(vec![TextFault::new(root.at, message)]);
    };
    let item = match form {
        Form::Plain => plain::item(&root, base),
        Form::Dynamo => dynamo::item(&root),
    };
    let item = match item {
        Ok(item) => item,
        Err(faults) => return unreadable(faults),
    };
    let mut faults: Vec<TextFault> = faults(&item, rules)
        .into_iter()
        .map(|fault| TextFault::new(place(&root, &fault.path, form), fault.message))
        .collect();
    faults.sort_by_key(|fault| fault.at);
    Reading { item: Some(item), faults }
}

/// Where the value of a path begins; as far as the path can be followed.
fn place(root: &Located, path: &[Step], form: Form) -> usize {
    let mut here = root;
    for (at, step) in path.iter().enumerate() {
        let content = match form {
            Form::Dynamo if at > 0 => match &here.json {
                Json::Object(entries) if entries.len() == 1 => &entries[0].value,
                _ => here,
            },
            _ => here,
        };
        let next = match (&content.json, step) {
            (Json::Object(entries), Step::Name(name)) => entries.iter().find(|entry| entry.name == *name).map(|entry| &entry.value),
            (Json::Array(list), Step::Index(index)) => list.get(*index),
            _ => None,
        };
        match next {
            Some(next) => here = next,
            None => break,
        }
    }
    here.at
}

/// What the types of an item became in another one: attributes that plain JSON cannot tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeNote {
    /// As a person writes it.
    pub path: String,
    pub was: &'static str,
    pub is: &'static str,
}

/// Sets and binary of `base` that are in `item` too: kept where both types are the same, changed
/// where they differ.
pub fn type_notes(base: &Item, item: &Item) -> Vec<TypeNote> {
    let mut notes = Vec::new();
    for (name, was) in base {
        if let Some(is) = item.get(name) {
            note(vec![Step::Name(name.clone())], was, is, &mut notes);
        }
    }
    notes
}

fn note(path: Vec<Step>, was: &AttributeValue, is: &AttributeValue, notes: &mut Vec<TypeNote>) {
    use AttributeValue::{B, Bs, L, M, Ns, Ss};
    match (was, is) {
        (L(before), L(after)) => {
            for (at, (was, is)) in before.iter().zip(after).enumerate() {
                note([path.as_slice(), &[Step::Index(at)]].concat(), was, is, notes);
            }
        }
        (M(before), M(after)) => {
            for (name, was) in before {
                if let Some(is) = after.get(name) {
                    note([path.as_slice(), &[Step::Name(name.clone())]].concat(), was, is, notes);
                }
            }
        }
        (B(_) | Ss(_) | Ns(_) | Bs(_), _) => notes.push(TypeNote {
            path: crate::edit::display_path(&path),
            was: was.type_name(),
            is: is.type_name(),
        }),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Item {
        serde_json::from_str(json).expect("DynamoDB JSON")
    }

    fn told(text: &str, form: Form) -> Vec<String> {
        let all = read(text, form, &Item::new(), &Rules::default()).faults;
        all.iter()
            .map(|fault| {
                let (line, column) = fault.place(text);
                format!("{line}:{column} {}", fault.message)
            })
            .collect()
    }

    fn whole(text: &str, base: &Item) -> Item {
        let reading = read(text, Form::Plain, base, &Rules::default());
        assert_eq!(reading.faults, [], "{text}");
        reading.item.expect("an item")
    }

    #[test]
    fn all_faults_of_dynamodb_json_have_their_lines() {
        let text =
            "{\n  \"a\": {\"N\": \"x\"},\n  \"b\": {\"SS\": [\"1\",\n    \"1\"]},\n  \"c\": {\"L\": [{\"M\": {\"d\": {\"NS\": []}}}]}\n}";
        assert_eq!(
            told(text, Form::Dynamo),
            [
                "2:8 \"x\" is not a number",
                "4:5 this member is in the set already",
                "5:27 a set is never empty: add a member or remove the attribute",
            ]
        );
        let text = "{\n  \"a\": {\"X\": 1},\n  \"a\": {\"S\": \"\"},\n  \"b\": {\"B\": \"é\"},\n  \"c\": 5,\n  \"d\": {},\n  \"e\": {\"N\": 1},\n  \"f\": {\"NULL\": false}\n}";
        let all = told(text, Form::Dynamo).join("\n");
        for part in [
            "2:9 \"X\" is no DynamoDB type",
            "3:3 the name \"a\" stands twice",
            "4:14 binary must be base64",
            "5:8 ",
            "6:8 ",
            "7:14 N takes a string",
            "8:17 NULL takes only true",
        ] {
            assert!(all.contains(part), "{part} in\n{all}");
        }
    }

    #[test]
    fn all_faults_of_plain_json_have_their_lines() {
        let text = "{\n  \"n\": 1e999,\n  \"m\": {\n    \"x\": 1,\n    \"x\": 2\n  }\n}";
        assert_eq!(told(text, Form::Plain), ["5:5 the name \"x\" stands twice in one object"]);
        assert!(told("{\n  \"n\": 1e999\n}", Form::Plain)[0].starts_with("2:8 a number is at most"));
        assert_eq!(told("[1]", Form::Plain), ["1:1 an item is a JSON object, this is an array"]);
    }

    #[test]
    fn plain_json_keeps_the_types_that_it_cannot_say() {
        let base = item(
            r#"{"b": {"B": "AAE="}, "bs": {"BS": ["AAE="]}, "l": {"L": [{"SS": ["a", "b"]}, {"B": "/w=="}]}, "n": {"N": "007"}, "ns": {"NS": ["1", "2"]}, "ss": {"SS": ["x"]}}"#,
        );
        let text = write(&base, Form::Plain);
        assert_eq!(whole(&text, &base), base);
        // Members are added; a list grows at its front and its set moves.
        let text =
            r#"{"b": "AAI=", "bs": ["AAE=", "AAI="], "l": [null, ["a", "b"], "/w=="], "n": "007", "ns": [1, 2, 3], "ss": ["x", "y"]}"#;
        let expected = r#"{"b": {"B": "AAI="}, "bs": {"BS": ["AAE=", "AAI="]}, "l": {"L": [{"NULL": true}, {"SS": ["a", "b"]}, {"B": "/w=="}]}, "n": {"N": "007"}, "ns": {"NS": ["1", "2", "3"]}, "ss": {"SS": ["x", "y"]}}"#;
        assert_eq!(whole(text, &base), item(expected));
        // What fits no longer becomes what it looks like, and the notes say so.
        let read = whole(r#"{"b": "no base64!", "ns": [1, "x"], "ss": []}"#, &base);
        assert_eq!(
            read,
            item(r#"{"b": {"S": "no base64!"}, "ns": {"L": [{"N": "1"}, {"S": "x"}]}, "ss": {"L": []}}"#)
        );
        let notes: Vec<String> = type_notes(&base, &read)
            .into_iter()
            .map(|note| format!("{} {}>{}", note.path, note.was, note.is))
            .collect();
        assert_eq!(notes, ["b B>S", "ns NS>L", "ss SS>L"]);
    }
}
