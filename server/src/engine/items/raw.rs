//! Items as the SDK read them, written to the browser without a second tree in between: a page of
//! a thousand items is serialised where it lies.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue as SdkValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dynadesk_shared::Item;
use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};

use crate::engine::convert::item_from_sdk;
use crate::engine::error::EngineError;

/// Items in the SDK's own form. Serialises as DynamoDB JSON, exactly as our own items do.
#[derive(Debug, Default)]
pub struct RawItems(pub(super) Vec<HashMap<String, SdkValue>>);

impl RawItems {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The items in our own form, for those who look inside.
    pub fn into_items(self) -> Result<Vec<Item>, EngineError> {
        self.0.into_iter().map(item_from_sdk).collect()
    }
}

impl Serialize for RawItems {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(RawItem))
    }
}

struct RawItem<'a>(&'a HashMap<String, SdkValue>);

impl Serialize for RawItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, RawValue(value))))
    }
}

struct RawValue<'a>(&'a SdkValue);

impl Serialize for RawValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self.0 {
            SdkValue::S(text) => map.serialize_entry("S", text)?,
            SdkValue::N(text) => map.serialize_entry("N", text)?,
            SdkValue::B(blob) => map.serialize_entry("B", &Base64(blob))?,
            SdkValue::Bool(flag) => map.serialize_entry("BOOL", flag)?,
            SdkValue::Null(_) => map.serialize_entry("NULL", &true)?,
            SdkValue::L(list) => map.serialize_entry("L", &RawList(list))?,
            SdkValue::M(members) => map.serialize_entry("M", &RawItem(members))?,
            SdkValue::Ss(set) => map.serialize_entry("SS", set)?,
            SdkValue::Ns(set) => map.serialize_entry("NS", set)?,
            SdkValue::Bs(set) => map.serialize_entry("BS", &BlobSet(set))?,
            // A type that DynamoDB adds after this SDK: an error is better than a loss.
            _ => {
                return Err(S::Error::custom(
                    "the engine sent a value of a type that this version does not know",
                ));
            }
        }
        map.end()
    }
}

struct RawList<'a>(&'a [SdkValue]);

impl Serialize for RawList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(RawValue))
    }
}

struct Base64<'a>(&'a Blob);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(self.0))
    }
}

struct BlobSet<'a>(&'a [Blob]);

impl Serialize for BlobSet<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Base64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::convert::item_to_sdk;
    use dynadesk_shared::AttributeValue;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = AttributeValue> {
        let leaf = prop_oneof![
            any::<String>().prop_map(AttributeValue::S),
            "-?[1-9][0-9]{0,37}".prop_map(AttributeValue::N),
            any::<Vec<u8>>().prop_map(AttributeValue::B),
            any::<bool>().prop_map(AttributeValue::Bool),
            Just(AttributeValue::Null),
            prop::collection::vec(any::<String>(), 1..3).prop_map(AttributeValue::Ss),
            prop::collection::vec("[0-9]{1,38}", 1..3).prop_map(AttributeValue::Ns),
            prop::collection::vec(any::<Vec<u8>>(), 1..3).prop_map(AttributeValue::Bs),
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(AttributeValue::L),
                prop::collection::btree_map(any::<String>(), inner, 0..3).prop_map(AttributeValue::M),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn the_sdks_values_survive_both_ways(item in prop::collection::btree_map(any::<String>(), values(), 0..5)) {
            let raw = RawItems(vec![item_to_sdk(&item)]);
            let written = serde_json::to_string(&raw).expect("serialises");
            prop_assert_eq!(serde_json::from_str::<Vec<Item>>(&written).expect("reads"), vec![item.clone()]);
            prop_assert_eq!(raw.into_items().expect("known types"), vec![item]);
        }
    }
}
