//! How large DynamoDB takes an item to be, and what reading or writing it costs.

use crate::value::{AttributeValue, Item, number};

/// The largest item, names included.
pub const MAX_ITEM_BYTES: usize = 400 * 1024;

/// The size of an item by DynamoDB's rule: names and values, three bytes for each list or map
/// and one for each of its members.
pub fn item_bytes(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + value_bytes(value)).sum()
}

/// The size of one value.
pub fn value_bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(text) => number_bytes(text),
        AttributeValue::B(bytes) => bytes.len(),
        AttributeValue::Bool(_) | AttributeValue::Null => 1,
        AttributeValue::L(list) => 3 + list.iter().map(|value| 1 + value_bytes(value)).sum::<usize>(),
        AttributeValue::M(members) => {
            3 + members
                .iter()
                .map(|(name, value)| 1 + name.len() + value_bytes(value))
                .sum::<usize>()
        }
        AttributeValue::Ss(set) => set.iter().map(String::len).sum(),
        AttributeValue::Ns(set) => set.iter().map(|text| number_bytes(text)).sum(),
        AttributeValue::Bs(set) => set.iter().map(Vec::len).sum(),
    }
}

/// About one byte for two significant digits, one more for the exponent and one for a minus sign.
fn number_bytes(text: &str) -> usize {
    number::significant_digits(text).div_ceil(2) + 1 + usize::from(text.trim_start().starts_with('-'))
}

/// Write capacity units of one standard write: one for each started KB.
pub fn write_units(bytes: usize) -> u64 {
    bytes.div_ceil(1024).max(1) as u64
}

/// Half read units of an eventually consistent read; the sum is rounded up to 4 KB first.
pub fn eventual_read_units(bytes: usize) -> f64 {
    bytes.div_ceil(4096).max(1) as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calibration_of_the_cruddur_reference_holds() {
        let s = |text: &str| AttributeValue::S(text.to_owned());
        let uuid = "5ae290ed-55d1-47a0-bc6d-fe2bc2700399";
        let item: Item = [
            ("pk", s(&format!("MSG#{uuid}"))),
            ("sk", s("2023-03-24T09:45:01.561513+00:00")),
            ("message_uuid", s(uuid)),
            ("message", s(&"x".repeat(1024))),
            ("user_uuid", s(uuid)),
            ("user_display_name", s("Andrew Brown")),
            ("user_handle", s("andrewbrown")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        assert_eq!(item_bytes(&item), 227 + 1024);
        assert_eq!(write_units(item_bytes(&item)), 2);
        assert_eq!(eventual_read_units(8191), 1.0);
        assert_eq!(eventual_read_units(251), 0.5);
    }
}
