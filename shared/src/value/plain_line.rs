//! Plain JSON on one line: what a file of JSON Lines holds. As with `plain_json`, numbers keep every
//! digit, sets become arrays and binary becomes base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::{AttributeValue, Item};

/// An item as plain JSON on one line.
pub fn of_item(item: &Item) -> String {
    text(&Members(item))
}

/// A value as plain JSON on one line.
pub fn of_value(value: &AttributeValue) -> String {
    text(&Plain(value))
}

fn text(value: &impl Serialize) -> String {
    // Names are texts and nothing here refuses, so there is always JSON.
    serde_json::to_string(value).unwrap_or_default()
}

struct Plain<'a>(&'a AttributeValue);
struct Members<'a>(&'a Item);
struct Number<'a>(&'a str);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, Plain(value))))
    }
}

impl Serialize for Number<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // A spelling that JSON does not know is written as a string.
        match serde_json::from_str::<&RawValue>(self.0) {
            Ok(raw) => raw.serialize(serializer),
            Err(_) => serializer.serialize_str(self.0),
        }
    }
}

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            AttributeValue::S(text) => serializer.serialize_str(text),
            AttributeValue::N(text) => Number(text).serialize(serializer),
            AttributeValue::B(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
            AttributeValue::Bool(flag) => serializer.serialize_bool(*flag),
            AttributeValue::Null => serializer.serialize_unit(),
            AttributeValue::L(list) => serializer.collect_seq(list.iter().map(Plain)),
            AttributeValue::M(members) => Members(members).serialize(serializer),
            AttributeValue::Ss(set) => serializer.collect_seq(set),
            AttributeValue::Ns(set) => serializer.collect_seq(set.iter().map(|text| Number(text))),
            AttributeValue::Bs(set) => serializer.collect_seq(set.iter().map(|bytes| STANDARD.encode(bytes))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::plain_json;

    #[test]
    fn it_is_the_other_form_without_its_line_breaks() {
        let text = r#"{"a":99999999999999999999999999999999999999,"b":[1,{"c":null}],"d":"line\nbreak","e":true,"f":{}}"#;
        let item = plain_json::item_from_str(text).expect("valid");
        assert_eq!(of_item(&item), text);
        assert_eq!(of_value(&AttributeValue::N("1E+125".into())), "1E+125");
        assert_eq!(of_value(&AttributeValue::N("+.5".into())), "\"+.5\"");
        assert_eq!(of_value(&AttributeValue::Bs(vec![vec![0, 255], vec![]])), r#"["AP8=",""]"#);
        assert_eq!(of_value(&AttributeValue::Ns(vec!["1.50".into()])), "[1.50]");
    }
}
