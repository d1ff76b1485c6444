//! DynamoDB JSON, `{"S": "text"}`, as the serde form of a value: it crosses every border of ours.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AttributeValue, Members};

/// Binary as DynamoDB JSON spells it.
struct Base64<'a>(&'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

struct OwnedBase64(Vec<u8>);

impl<'de> Deserialize<'de> for OwnedBase64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD
            .decode(&text)
            .map(Self)
            .map_err(|cause| de::Error::custom(format!("binary must be base64: {cause}")))
    }
}

impl Serialize for AttributeValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        let name = self.type_name();
        match self {
            Self::S(text) | Self::N(text) => map.serialize_entry(name, text)?,
            Self::B(bytes) => map.serialize_entry(name, &Base64(bytes))?,
            Self::Bool(flag) => map.serialize_entry(name, flag)?,
            Self::Null => map.serialize_entry(name, &true)?,
            Self::L(list) => map.serialize_entry(name, list)?,
            Self::M(members) => map.serialize_entry(name, members)?,
            Self::Ss(set) | Self::Ns(set) => map.serialize_entry(name, set)?,
            Self::Bs(set) => {
                let set: Vec<_> = set.iter().map(|bytes| Base64(bytes)).collect();
                map.serialize_entry(name, &set)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for AttributeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = AttributeValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a DynamoDB value such as {\"S\": \"text\"} or {\"N\": \"1\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AttributeValue, A::Error> {
        let Some(name) = map.next_key::<String>()? else {
            return Err(de::Error::custom("a DynamoDB value needs one type descriptor, this one is empty"));
        };
        let value = match name.as_str() {
            "S" => AttributeValue::S(map.next_value()?),
            "N" => AttributeValue::N(map.next_value()?),
            "B" => AttributeValue::B(map.next_value::<OwnedBase64>()?.0),
            "BOOL" => AttributeValue::Bool(map.next_value()?),
            "NULL" => match map.next_value::<bool>()? {
                true => AttributeValue::Null,
                false => return Err(de::Error::custom("NULL takes only true")),
            },
            "L" => AttributeValue::L(map.next_value()?),
            "M" => AttributeValue::M(map.next_value::<Members<AttributeValue>>()?.0),
            "SS" => AttributeValue::Ss(map.next_value()?),
            "NS" => AttributeValue::Ns(map.next_value()?),
            "BS" => AttributeValue::Bs(map.next_value::<Vec<OwnedBase64>>()?.into_iter().map(|b| b.0).collect()),
            other => {
                return Err(de::Error::custom(format!(
                    "{other:?} is no DynamoDB type: use S, N, B, BOOL, NULL, L, M, SS, NS or BS"
                )));
            }
        };
        match map.next_key::<String>()? {
            None => Ok(value),
            Some(second) => Err(de::Error::custom(format!(
                "a DynamoDB value has one type descriptor, this one has {name:?} and {second:?}"
            ))),
        }
    }
}
