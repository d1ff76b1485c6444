//! An item while it is being edited: a tree that may hold what DynamoDB would refuse, because nobody
//! types a value in one stroke. What is not touched goes back exactly as it came.

mod bytes;
mod kind;
mod line_ends;
mod read;
mod retype;

use crate::value::{AttributeValue, Item};

pub use bytes::{Bytes, Encoding};
pub use kind::Kind;
pub use line_ends::keep_line_ends;
pub use read::{Checked, DraftFault, Part};
use retype::retyped;

/// Names one value for as long as the draft lives.
pub type Id = u32;

/// One value being edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: Id,
    /// Grows when the value changes otherwise than by typing into it, so that a field knows to show
    /// it anew.
    pub turn: u32,
    pub value: Input,
}

/// An attribute of the item or of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub name: String,
    pub node: Node,
}

/// What is typed so far.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Text(String),
    Number(String),
    Binary(Bytes),
    Bool(bool),
    Null,
    List(Vec<Node>),
    Map(Vec<Member>),
    /// Members are texts, numbers or binary as the kind of set says: SS, NS or BS.
    Set(Kind, Vec<Node>),
}

impl Input {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::S,
            Self::Number(_) => Kind::N,
            Self::Binary(_) => Kind::B,
            Self::Bool(_) => Kind::Bool,
            Self::Null => Kind::Null,
            Self::List(_) => Kind::L,
            Self::Map(_) => Kind::M,
            Self::Set(kind, _) => *kind,
        }
    }

    /// How many values are right inside.
    pub fn len(&self) -> usize {
        match self {
            Self::List(nodes) | Self::Set(_, nodes) => nodes.len(),
            Self::Map(members) => members.len(),
            _ => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An item being edited.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    root: Node,
    next: Id,
}

impl Draft {
    pub const ROOT: Id = 0;

    /// A draft that gives exactly this item back. The attributes named come first.
    pub fn of(item: &Item, first: &[&str]) -> Self {
        let mut draft = Self {
            root: Node {
                id: Self::ROOT,
                turn: 0,
                value: Input::Null,
            },
            next: Self::ROOT + 1,
        };
        let leading = first.iter().filter_map(|name| item.get_key_value(*name));
        let others = item.iter().filter(|(name, _)| !first.contains(&name.as_str()));
        let members = leading.chain(others).map(|(name, value)| draft.member(name, value)).collect();
        draft.root.value = Input::Map(members);
        draft
    }

    fn id(&mut self) -> Id {
        self.next += 1;
        self.next - 1
    }

    fn node(&mut self, value: Input) -> Node {
        Node {
            id: self.id(),
            turn: 0,
            value,
        }
    }

    fn member(&mut self, name: &str, value: &AttributeValue) -> Member {
        let value = self.input(value);
        Member {
            name: name.to_owned(),
            node: self.node(value),
        }
    }

    fn input(&mut self, value: &AttributeValue) -> Input {
        let mut nodes = |inputs: Vec<Input>| inputs.into_iter().map(|input| self.node(input)).collect();
        match value {
            AttributeValue::S(text) => Input::Text(text.clone()),
            AttributeValue::N(text) => Input::Number(text.clone()),
            AttributeValue::B(bytes) => Input::Binary(Bytes::new(bytes.clone())),
            AttributeValue::Bool(flag) => Input::Bool(*flag),
            AttributeValue::Null => Input::Null,
            AttributeValue::Ss(set) => Input::Set(Kind::Ss, nodes(set.iter().cloned().map(Input::Text).collect())),
            AttributeValue::Ns(set) => Input::Set(Kind::Ns, nodes(set.iter().cloned().map(Input::Number).collect())),
            AttributeValue::Bs(set) => {
                let members = set.iter().map(|bytes| Input::Binary(Bytes::new(bytes.clone()))).collect();
                Input::Set(Kind::Bs, nodes(members))
            }
            AttributeValue::L(list) => {
                let inputs: Vec<Input> = list.iter().map(|value| self.input(value)).collect();
                Input::List(inputs.into_iter().map(|input| self.node(input)).collect())
            }
            AttributeValue::M(members) => Input::Map(members.iter().map(|(name, value)| self.member(name, value)).collect()),
        }
    }

    /// The attributes, in the order of the form.
    pub fn members(&self) -> &[Member] {
        match &self.root.value {
            Input::Map(members) => members,
            _ => &[],
        }
    }

    /// A value by its id; [`Draft::ROOT`] is the item itself, as a map.
    pub fn get(&self, id: Id) -> Option<&Node> {
        find(&self.root, id)
    }

    pub fn get_mut(&mut self, id: Id) -> Option<&mut Node> {
        find_mut(&mut self.root, id)
    }

    /// The ids right inside a list, a map or a set, in order.
    pub fn inside(&self, id: Id) -> Vec<Id> {
        match self.get(id).map(|node| &node.value) {
            Some(Input::List(nodes) | Input::Set(_, nodes)) => nodes.iter().map(|node| node.id).collect(),
            Some(Input::Map(members)) => members.iter().map(|member| member.node.id).collect(),
            _ => Vec::new(),
        }
    }

    /// The name of an attribute of the item or of a map.
    pub fn name(&self, id: Id) -> Option<&str> {
        let parent = self.get(self.parent(id)?)?;
        match &parent.value {
            Input::Map(members) => members
                .iter()
                .find(|member| member.node.id == id)
                .map(|member| member.name.as_str()),
            _ => None,
        }
    }

    /// A value and everything that it lies in, from the outside in, without the item itself.
    pub fn way(&self, id: Id) -> Vec<Id> {
        let mut way = vec![id];
        while let Some(parent) = self.parent(way[0]).filter(|parent| *parent != Self::ROOT) {
            way.insert(0, parent);
        }
        way
    }

    /// What a value lies in.
    pub fn parent(&self, id: Id) -> Option<Id> {
        parent_of(&self.root, id)
    }

    pub fn rename(&mut self, id: Id, name: &str) {
        let parent = self.parent(id).and_then(|parent| self.get_mut(parent));
        if let Some(Input::Map(members)) = parent.map(|parent| &mut parent.value)
            && let Some(member) = members.iter_mut().find(|member| member.node.id == id)
        {
            name.clone_into(&mut member.name);
        }
    }

    /// Adds a value to a list, a map or a set, at the end or before that; a member of a set has the type
    /// of the set.
    pub fn add(&mut self, parent: Id, kind: Kind, at: usize) -> Option<Id> {
        let kind = match self.get(parent)?.value {
            Input::Set(set, _) => set.member()?,
            _ => kind,
        };
        let node = self.node(kind.blank());
        let id = node.id;
        match &mut self.get_mut(parent)?.value {
            Input::List(nodes) | Input::Set(_, nodes) => nodes.insert(at.min(nodes.len()), node),
            Input::Map(members) => {
                let name = String::new();
                members.insert(at.min(members.len()), Member { name, node });
            }
            _ => return None,
        }
        Some(id)
    }

    /// Takes a value away and gives the one that is in its place now, or before it.
    pub fn remove(&mut self, id: Id) -> Option<Id> {
        let parent = self.parent(id)?;
        let at = self.inside(parent).iter().position(|other| *other == id)?;
        match &mut self.get_mut(parent)?.value {
            Input::List(nodes) | Input::Set(_, nodes) => drop(nodes.remove(at)),
            Input::Map(members) => drop(members.remove(at)),
            _ => return None,
        }
        let left = self.inside(parent);
        left.get(at).or(left.last()).copied()
    }

    /// Moves an element of a list up or down.
    pub fn shift(&mut self, id: Id, by: isize) -> bool {
        let Some(parent) = self.parent(id) else { return false };
        let Some(at) = self.inside(parent).iter().position(|other| *other == id) else {
            return false;
        };
        let Some(Input::List(nodes)) = self.get_mut(parent).map(|node| &mut node.value) else {
            return false;
        };
        match at.checked_add_signed(by).filter(|to| *to < nodes.len()) {
            Some(to) => {
                let node = nodes.remove(at);
                nodes.insert(to, node);
                true
            }
            None => false,
        }
    }

    /// Gives a value another type and keeps of its content what fits.
    pub fn retype(&mut self, id: Id, kind: Kind) {
        let Some(value) = self.get(id).map(|node| node.value.clone()) else {
            return;
        };
        if value.kind() != kind {
            let value = retyped(value, kind, &mut || self.id());
            self.put(id, value);
        }
    }

    /// Puts a value in the place of another, as from a file.
    pub fn put(&mut self, id: Id, value: Input) {
        if let Some(node) = self.get_mut(id) {
            node.value = value;
            node.turn += 1;
        }
    }
}

fn find(node: &Node, id: Id) -> Option<&Node> {
    if node.id == id {
        return Some(node);
    }
    match &node.value {
        Input::List(nodes) | Input::Set(_, nodes) => nodes.iter().find_map(|node| find(node, id)),
        Input::Map(members) => members.iter().find_map(|member| find(&member.node, id)),
        _ => None,
    }
}

fn find_mut(node: &mut Node, id: Id) -> Option<&mut Node> {
    if node.id == id {
        return Some(node);
    }
    match &mut node.value {
        Input::List(nodes) | Input::Set(_, nodes) => nodes.iter_mut().find_map(|node| find_mut(node, id)),
        Input::Map(members) => members.iter_mut().find_map(|member| find_mut(&mut member.node, id)),
        _ => None,
    }
}

fn parent_of(node: &Node, id: Id) -> Option<Id> {
    let inside = |inner: &Node| if inner.id == id { Some(node.id) } else { parent_of(inner, id) };
    match &node.value {
        Input::List(nodes) | Input::Set(_, nodes) => nodes.iter().find_map(inside),
        Input::Map(members) => members.iter().find_map(|member| inside(&member.node)),
        _ => None,
    }
}
