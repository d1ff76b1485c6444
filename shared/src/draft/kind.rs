//! The ten types, as a picker offers them.

use super::{Bytes, Input};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    S,
    N,
    B,
    Bool,
    Null,
    L,
    M,
    Ss,
    Ns,
    Bs,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::S,
        Self::N,
        Self::Bool,
        Self::M,
        Self::L,
        Self::Null,
        Self::Ss,
        Self::Ns,
        Self::B,
        Self::Bs,
    ];

    /// DynamoDB's descriptor.
    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Bool => "BOOL",
            Self::Null => "NULL",
            Self::L => "L",
            Self::M => "M",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
        }
    }

    /// What a person calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::S => "String",
            Self::N => "Number",
            Self::B => "Binary",
            Self::Bool => "Boolean",
            Self::Null => "Null",
            Self::L => "List",
            Self::M => "Map",
            Self::Ss => "String set",
            Self::Ns => "Number set",
            Self::Bs => "Binary set",
        }
    }

    /// Reads a descriptor.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The type of a set's members.
    pub fn member(self) -> Option<Self> {
        match self {
            Self::Ss => Some(Self::S),
            Self::Ns => Some(Self::N),
            Self::Bs => Some(Self::B),
            _ => None,
        }
    }

    /// Whether other values lie inside.
    pub fn holds_values(self) -> bool {
        matches!(self, Self::L | Self::M | Self::Ss | Self::Ns | Self::Bs)
    }

    /// A value of this type before anybody typed.
    pub fn blank(self) -> Input {
        match self {
            Self::S => Input::Text(String::new()),
            Self::N => Input::Number(String::new()),
            Self::B => Input::Binary(Bytes::new(Vec::new())),
            Self::Bool => Input::Bool(false),
            Self::Null => Input::Null,
            Self::L => Input::List(Vec::new()),
            Self::M => Input::Map(Vec::new()),
            Self::Ss | Self::Ns | Self::Bs => Input::Set(self, Vec::new()),
        }
    }
}
