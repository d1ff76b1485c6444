//! Primary keys: their schema, their values, and how one travels in a URL.

use serde::{Deserialize, Serialize};

use crate::value::{AttributeValue, Item};

/// The three types that a key attribute may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ScalarType {
    S,
    N,
    B,
}

impl ScalarType {
    pub const ALL: [Self; 3] = [Self::S, Self::N, Self::B];

    /// DynamoDB's descriptor.
    pub fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }

    /// What a person calls it.
    pub fn label(self) -> &'static str {
        match self {
            Self::S => "String",
            Self::N => "Number",
            Self::B => "Binary",
        }
    }
}

/// One attribute of a key schema with its type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyAttribute {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ScalarType,
}

/// The key of a table or an index. Only an index may have several attributes on a side, and only
/// an LSI or GSI shares a name with the table's own key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeySchema {
    pub partition: Vec<KeyAttribute>,
    pub sort: Vec<KeyAttribute>,
}

impl KeySchema {
    /// Every key attribute, partition first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.partition.iter().chain(&self.sort)
    }

    /// The primary key of an item, or the name of the attribute that is missing or of another type.
    pub fn key_of(&self, item: &Item) -> Result<Key, String> {
        let mut key = Item::new();
        for attribute in self.attributes() {
            let Some(value) = item.get(&attribute.name) else {
                return Err(format!("key attribute {:?} is missing", attribute.name));
            };
            if value.type_name() != attribute.kind.name() {
                return Err(format!(
                    "key attribute {:?} must be {}, this is {}",
                    attribute.name,
                    attribute.kind.name(),
                    value.type_name()
                ));
            }
            key.insert(attribute.name.clone(), value.clone());
        }
        Ok(Key(key))
    }
}

/// The primary key of one item: attribute names and values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Key(pub Item);

impl Key {
    /// A text that is equal exactly when DynamoDB takes two keys for the same one: numbers are
    /// normalised by the caller's engine, so two spellings of a number are compared by value.
    pub fn same_as(&self, other: &Key) -> bool {
        crate::value::same_item(&self.0, &other.0)
    }

    /// One text for all spellings of a key, to find the same one among many.
    pub fn canonical(&self) -> String {
        let value = |value: &AttributeValue| match value {
            AttributeValue::N(text) => AttributeValue::N(crate::value::number::canonical(text)),
            other => other.clone(),
        };
        let spelled: Item = self.0.iter().map(|(name, one)| (name.clone(), value(one))).collect();
        crate::token::encode(&spelled)
    }

    /// The opaque form for a URL. Binary keys and any character are safe in it.
    pub fn to_token(&self) -> String {
        crate::token::encode(self)
    }

    /// Reads [`Key::to_token`].
    pub fn from_token(token: &str) -> Result<Self, String> {
        crate::token::decode(token)
    }
}

/// What a person sees of a key: its values with a slash between.
impl std::fmt::Display for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, value) in self.0.values().enumerate() {
            if at > 0 {
                formatter.write_str(" / ")?;
            }
            match value {
                AttributeValue::S(text) | AttributeValue::N(text) => formatter.write_str(text)?,
                other => formatter.write_str(&crate::value::plain_json::to_string(other))?,
            }
        }
        Ok(())
    }
}
