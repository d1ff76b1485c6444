//! A draft as the item it stands for, with everything that is wrong with it.

use std::collections::HashSet;

use super::{Draft, Id, Input, Kind, Member, Node};
use crate::edit::display_path;
use crate::filter::path::Step;
use crate::item_faults::{Rules, faults};
use crate::value::{AttributeValue, Item};

/// Which part of an attribute is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Name,
    Value,
}

/// What is wrong, at the field and at the path of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftFault {
    /// [`Draft::ROOT`] for the item as a whole.
    pub id: Id,
    pub part: Part,
    /// As a person writes it; empty for the item as a whole.
    pub path: String,
    pub message: String,
}

/// A draft, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// What would be saved; only to be used without faults.
    pub item: Item,
    /// Whether the item is all that was typed: no name stands twice and all binary can be read.
    pub whole: bool,
    pub faults: Vec<DraftFault>,
}

impl Draft {
    /// Reads the draft and checks it against DynamoDB's rules and the table's keys.
    pub fn check(&self, rules: &Rules) -> Checked {
        let mut own = Vec::new();
        let item = members(self.members(), &mut Vec::new(), &mut own);
        let whole = own.is_empty();
        let mut all: Vec<DraftFault> = own;
        for fault in faults(&item, rules) {
            let node = self.at(&fault.path);
            // What cannot be read is told once, by the reason why it cannot.
            if all.iter().any(|other| other.id == node && node != Draft::ROOT) {
                continue;
            }
            let nameless = fault.path.last() == Some(&Step::Name(String::new()));
            let long = matches!(fault.path.last(), Some(Step::Name(name)) if name.len() > 65_535);
            all.push(DraftFault {
                id: node,
                part: if nameless || long { Part::Name } else { Part::Value },
                path: display_path(&fault.path),
                message: fault.message,
            });
        }
        Checked { item, whole, faults: all }
    }

    fn at(&self, path: &[Step]) -> Id {
        let mut here = &self.root;
        for step in path {
            let next = match (&here.value, step) {
                (Input::Map(members), Step::Name(name)) => members.iter().find(|member| member.name == *name).map(|member| &member.node),
                (Input::List(nodes) | Input::Set(_, nodes), Step::Index(at)) => nodes.get(*at),
                _ => None,
            };
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        here.id
    }
}

fn members(members: &[Member], path: &mut Vec<Step>, faults: &mut Vec<DraftFault>) -> Item {
    let mut item = Item::new();
    let mut names = HashSet::new();
    for member in members {
        path.push(Step::Name(member.name.clone()));
        let value = value(&member.node, path, faults);
        if names.insert(member.name.as_str()) {
            item.insert(member.name.clone(), value);
        } else {
            faults.push(DraftFault {
                id: member.node.id,
                part: Part::Name,
                path: display_path(path),
                message: match member.name.is_empty() {
                    true => "an attribute needs a name".to_owned(),
                    false => "another attribute has this name already".to_owned(),
                },
            });
        }
        path.pop();
    }
    item
}

fn value(node: &Node, path: &mut Vec<Step>, faults: &mut Vec<DraftFault>) -> AttributeValue {
    match &node.value {
        Input::Text(text) => AttributeValue::S(text.clone()),
        Input::Number(text) => AttributeValue::N(text.clone()),
        Input::Binary(_) => AttributeValue::B(bytes(node, path, faults)),
        Input::Bool(flag) => AttributeValue::Bool(*flag),
        Input::Null => AttributeValue::Null,
        Input::List(nodes) => AttributeValue::L(each(nodes, path, |node, path| value(node, path, faults))),
        Input::Map(all) => AttributeValue::M(members(all, path, faults)),
        Input::Set(Kind::Bs, nodes) => AttributeValue::Bs(each(nodes, path, |node, path| bytes(node, path, faults))),
        Input::Set(Kind::Ns, nodes) => AttributeValue::Ns(nodes.iter().map(text).collect()),
        Input::Set(_, nodes) => AttributeValue::Ss(nodes.iter().map(text).collect()),
    }
}

fn each<T>(nodes: &[Node], path: &mut Vec<Step>, mut read: impl FnMut(&Node, &mut Vec<Step>) -> T) -> Vec<T> {
    let mut out = Vec::with_capacity(nodes.len());
    for (at, node) in nodes.iter().enumerate() {
        path.push(Step::Index(at));
        out.push(read(node, path));
        path.pop();
    }
    out
}

fn text(node: &Node) -> String {
    match &node.value {
        Input::Text(text) | Input::Number(text) => text.clone(),
        _ => String::new(),
    }
}

fn bytes(node: &Node, path: &[Step], faults: &mut Vec<DraftFault>) -> Vec<u8> {
    let Input::Binary(bytes) = &node.value else { return Vec::new() };
    if let Some(reason) = bytes.fault() {
        faults.push(DraftFault {
            id: node.id,
            part: Part::Value,
            path: display_path(path),
            message: reason.to_owned(),
        });
    }
    bytes.bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Item {
        serde_json::from_str(json).expect("DynamoDB JSON")
    }

    fn told(draft: &Draft) -> Vec<String> {
        let checked = draft.check(&Rules::default());
        checked
            .faults
            .iter()
            .map(|fault| format!("{} {:?}: {}", fault.path, fault.part, fault.message))
            .collect()
    }

    #[test]
    fn half_typed_values_are_faults_at_their_fields() {
        let base = item(r#"{"b": {"B": "AAE="}, "l": {"L": [{"N": "1"}]}, "s": {"SS": ["x"]}}"#);
        let mut draft = Draft::of(&base, &[]);
        assert_eq!(told(&draft), [""; 0]);
        let ids = draft.inside(Draft::ROOT);
        let number = draft.inside(ids[1])[0];
        draft.get_mut(number).expect("there").value = Input::Number("1e".into());
        let Some(Input::Binary(bytes)) = draft.get_mut(ids[0]).map(|node| &mut node.value) else {
            panic!("binary")
        };
        bytes.typed("A");
        let added = draft.add(ids[2], Kind::N, 9).expect("a set grows");
        assert_eq!(
            draft.get(added).map(|node| node.value.kind()),
            Some(Kind::S),
            "a member has the set's type"
        );
        draft.get_mut(added).expect("there").value = Input::Text("x".into());
        let all = told(&draft).join("\n");
        for part in [
            "b Value: this is no base64",
            "l[0] Value: \"1e\" is not a number",
            "s[1] Value: this member is in the set already",
        ] {
            assert!(all.contains(part), "{part} in\n{all}");
        }
        let fault = &draft.check(&Rules::default()).faults;
        assert!(fault.iter().any(|fault| fault.id == number) && fault.iter().any(|fault| fault.id == added));
    }

    #[test]
    fn names_are_needed_and_stand_once() {
        let mut draft = Draft::of(&item(r#"{"a": {"S": "1"}, "m": {"M": {"x": {"S": ""}}}}"#), &["m"]);
        let ids = draft.inside(Draft::ROOT);
        assert_eq!(draft.name(ids[0]), Some("m"), "named attributes come first");
        let inner = draft.add(ids[0], Kind::Null, 0).expect("a map grows");
        assert_eq!(told(&draft), ["m.\"\" Name: an attribute needs a name"]);
        draft.rename(inner, "x");
        assert_eq!(draft.way(inner), [ids[0], inner]);
        assert_eq!(told(&draft), ["m.x Name: another attribute has this name already"]);
        draft.rename(inner, "y");
        assert_eq!(told(&draft), [""; 0]);
        assert_eq!(draft.remove(inner), draft.inside(ids[0]).first().copied());
        assert_eq!(draft.parent(ids[0]), Some(Draft::ROOT));
    }

    #[test]
    fn another_type_keeps_what_fits() {
        let mut draft = Draft::of(&item(r#"{"v": {"S": "12"}}"#), &[]);
        let id = draft.inside(Draft::ROOT)[0];
        let mut through = |kinds: &[Kind]| {
            for kind in kinds {
                draft.retype(id, *kind);
            }
            serde_json::to_string(&draft.check(&Rules::default()).item["v"]).expect("serialises")
        };
        assert_eq!(through(&[Kind::N]), r#"{"N":"12"}"#);
        assert_eq!(through(&[Kind::Ns]), r#"{"NS":["12"]}"#);
        assert_eq!(through(&[Kind::Ss]), r#"{"SS":["12"]}"#);
        assert_eq!(through(&[Kind::L]), r#"{"L":[{"S":"12"}]}"#);
        assert_eq!(through(&[Kind::M]), r#"{"M":{"0":{"S":"12"}}}"#);
        assert_eq!(through(&[Kind::L, Kind::Bs]), r#"{"BS":["MTI="]}"#);
        assert_eq!(through(&[Kind::Null]), r#"{"NULL":true}"#);
        for kind in Kind::ALL {
            assert!(through(&[kind]).contains(&format!("\"{}\"", kind.name())), "{kind:?}");
        }
    }

    #[test]
    fn elements_move() {
        let mut draft = Draft::of(&item(r#"{"l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}"#), &[]);
        let list = draft.inside(Draft::ROOT)[0];
        let ids = draft.inside(list);
        assert!(draft.shift(ids[0], 1) && draft.shift(ids[2], -1));
        assert_eq!(draft.inside(list), [ids[1], ids[2], ids[0]]);
        assert!(!draft.shift(ids[1], -1) && !draft.shift(ids[0], 1));
        assert_eq!(draft.remove(ids[0]), Some(ids[2]));
        assert_eq!(
            draft.check(&Rules::default()).item,
            item(r#"{"l": {"L": [{"N": "2"}, {"N": "3"}]}}"#)
        );
    }
}
