//! Another type for a value: what fits of its content stays.

use super::{Bytes, Id, Input, Kind, Member, Node};

/// `id` gives ids to new values.
pub fn retyped(value: Input, kind: Kind, id: &mut dyn FnMut() -> Id) -> Input {
    match (value, kind) {
        (Input::Text(text), Kind::N) => Input::Number(text.trim().to_owned()),
        (Input::Number(text), Kind::S) => Input::Text(text),
        (Input::Text(text), Kind::B) => Input::Binary(Bytes::new(text.into_bytes())),
        (Input::Binary(bytes), Kind::S) => Input::Text(String::from_utf8(bytes.bytes().to_vec()).unwrap_or_else(|_| bytes.text())),
        (Input::Bool(flag), Kind::S) => Input::Text(flag.to_string()),
        (Input::Text(text), Kind::Bool) => Input::Bool(text == "true"),
        (Input::Set(_, nodes), Kind::L) => Input::List(nodes),
        (Input::List(nodes) | Input::Set(_, nodes), Kind::Ss | Kind::Ns | Kind::Bs) => Input::Set(kind, members(nodes, kind, id)),
        (Input::Map(all), Kind::L) => Input::List(all.into_iter().map(|member| member.node).collect()),
        (Input::List(nodes) | Input::Set(_, nodes), Kind::M) => {
            let named = nodes.into_iter().enumerate().map(|(at, node)| Member {
                name: at.to_string(),
                node,
            });
            Input::Map(named.collect())
        }
        // One value becomes the first of several.
        (value @ (Input::Text(_) | Input::Number(_) | Input::Binary(_)), Kind::L) if !is_blank(&value) => {
            Input::List(vec![node(value, id)])
        }
        (value @ (Input::Text(_) | Input::Number(_) | Input::Binary(_)), Kind::Ss | Kind::Ns | Kind::Bs) if !is_blank(&value) => {
            let nodes = vec![node(value, id)];
            Input::Set(kind, members(nodes, kind, id))
        }
        (_, kind) => kind.blank(),
    }
}

/// The values that can be members of a set of this kind.
fn members(nodes: Vec<Node>, kind: Kind, id: &mut dyn FnMut() -> Id) -> Vec<Node> {
    let Some(member) = kind.member() else { return nodes };
    let fitting = nodes
        .into_iter()
        .filter(|node| matches!(node.value, Input::Text(_) | Input::Number(_) | Input::Binary(_)));
    fitting
        .map(|inner| match inner.value.kind() == member {
            true => inner,
            false => Node {
                id: inner.id,
                turn: inner.turn + 1,
                value: retyped(inner.value, member, id),
            },
        })
        .collect()
}

fn node(value: Input, id: &mut dyn FnMut() -> Id) -> Node {
    Node { id: id(), turn: 0, value }
}

fn is_blank(value: &Input) -> bool {
    match value {
        Input::Text(text) | Input::Number(text) => text.is_empty(),
        Input::Binary(bytes) => bytes.bytes().is_empty(),
        _ => false,
    }
}
