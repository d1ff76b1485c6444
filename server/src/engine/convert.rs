//! Between our values and the SDK's, and the request behind a screen. Nowhere else.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue as SdkValue;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::{AttributeValue, Item};

use super::{EngineError, EngineErrorKind};

/// A value as the SDK writes it.
pub fn value_to_sdk(value: &AttributeValue) -> SdkValue {
    match value {
        AttributeValue::S(text) => SdkValue::S(text.clone()),
        AttributeValue::N(text) => SdkValue::N(text.clone()),
        AttributeValue::B(bytes) => SdkValue::B(Blob::new(bytes.clone())),
        AttributeValue::Bool(flag) => SdkValue::Bool(*flag),
        AttributeValue::Null => SdkValue::Null(true),
        AttributeValue::L(list) => SdkValue::L(list.iter().map(value_to_sdk).collect()),
        AttributeValue::M(members) => SdkValue::M(item_to_sdk(members)),
        AttributeValue::Ss(set) => SdkValue::Ss(set.clone()),
        AttributeValue::Ns(set) => SdkValue::Ns(set.clone()),
        AttributeValue::Bs(set) => SdkValue::Bs(set.iter().map(|bytes| Blob::new(bytes.clone())).collect()),
    }
}

/// A value as the SDK read it; a type that DynamoDB adds after this SDK is an error, not a loss.
pub fn value_from_sdk(value: SdkValue) -> Result<AttributeValue, EngineError> {
    Ok(match value {
        SdkValue::S(text) => AttributeValue::S(text),
        SdkValue::N(text) => AttributeValue::N(text),
        SdkValue::B(blob) => AttributeValue::B(blob.into_inner()),
        SdkValue::Bool(flag) => AttributeValue::Bool(flag),
        SdkValue::Null(_) => AttributeValue::Null,
        SdkValue::L(list) => AttributeValue::L(list.into_iter().map(value_from_sdk).collect::<Result<_, _>>()?),
        SdkValue::M(members) => AttributeValue::M(item_from_sdk(members)?),
        SdkValue::Ss(set) => AttributeValue::Ss(set),
        SdkValue::Ns(set) => AttributeValue::Ns(set),
        SdkValue::Bs(set) => AttributeValue::Bs(set.into_iter().map(Blob::into_inner).collect()),
        _ => {
            return Err(EngineError::new(
                EngineErrorKind::Other,
                "the engine sent a value of a type that this version does not know",
            ));
        }
    })
}

/// An item, a key or the members of a map as the SDK writes them.
pub fn item_to_sdk(item: &Item) -> HashMap<String, SdkValue> {
    item.iter().map(|(name, value)| (name.clone(), value_to_sdk(value))).collect()
}

/// An item, a key or the members of a map as the SDK read them.
pub fn item_from_sdk(item: HashMap<String, SdkValue>) -> Result<Item, EngineError> {
    item.into_iter()
        .map(|(name, value)| Ok((name, value_from_sdk(value)?)))
        .collect::<Result<BTreeMap<_, _>, _>>()
}

/// The request behind a screen: what was asked, in DynamoDB's JSON form, and how long it took.
/// The caller adds the index and the consumed capacity where there are any.
pub fn exchange(operation: &str, request: serde_json::Value, started: Instant) -> Exchange {
    Exchange {
        operation: operation.to_owned(),
        request,
        index: None,
        consumed: None,
        split: None,
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ten_types_survive_both_ways() {
        let all: Item = serde_json::from_value(serde_json::json!({
            "s": {"S": "é\u{0}"}, "n": {"N": "12345678901234567890123456789012345678"}, "b": {"B": "AP8="},
            "t": {"BOOL": false}, "z": {"NULL": true}, "l": {"L": [{"N": "1E-130"}, {"L": []}]},
            "m": {"M": {"": {"S": ""}}}, "ss": {"SS": ["a"]}, "ns": {"NS": ["1", "2.50"]}, "bs": {"BS": ["AA==", ""]}
        }))
        .expect("valid");
        assert_eq!(item_from_sdk(item_to_sdk(&all)).expect("known types"), all);
    }
}
