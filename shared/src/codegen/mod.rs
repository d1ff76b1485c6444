//! The request behind a screen as code to copy: JSON, an `aws` command, Rust, Python and TypeScript.
//! Values keep their types: numbers stay text, binary becomes bytes, and every text is quoted for the
//! language, so that nothing in it can run.

mod literal;
mod python;
mod quote;
mod rust;
mod typescript;

use crate::api::connections::ConnectionView;
use crate::api::exchange::Exchange;
use crate::aws_command;

/// A language that a request can be copied in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Json,
    Aws,
    Rust,
    Python,
    TypeScript,
}

impl Language {
    pub const ALL: [Self; 5] = [Self::Json, Self::Aws, Self::Rust, Self::Python, Self::TypeScript];

    /// Names it in a tab.
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Aws => "aws",
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::TypeScript => "TypeScript",
        }
    }

    /// The request in this language, with the connection's profile, region and endpoint.
    pub fn write(self, exchange: &Exchange, connection: &ConnectionView) -> String {
        match self {
            Self::Json => serde_json::to_string_pretty(&exchange.request).unwrap_or_default(),
            Self::Aws => aws_command::of(exchange, connection),
            Self::Rust => rust::of(exchange, connection),
            Self::Python => python::of(exchange, connection),
            Self::TypeScript => typescript::of(exchange, connection),
        }
    }
}

/// `TransactWriteItems` as `transact_write_items`, `SSESpecification` as `sse_specification`.
fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let begins = letter.is_ascii_uppercase()
            && at > 0
            && (letters[at - 1].is_ascii_lowercase() || letters.get(at + 1).is_some_and(char::is_ascii_lowercase));
        if begins {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// What a member of a request holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Attribute names to values.
    ValueMap,
    /// A list of those.
    ValueMaps,
    /// A list of values.
    Values,
    /// Table names to something: the names are no members, whatever they are called.
    Tables,
    Plain,
}

impl Shape {
    fn of(member: &str, value: &serde_json::Value) -> Self {
        match (member, value) {
            ("ExpressionAttributeValues" | "Key" | "ExclusiveStartKey" | "Item", serde_json::Value::Object(_)) => Self::ValueMap,
            ("Keys", serde_json::Value::Array(_)) => Self::ValueMaps,
            ("Parameters", serde_json::Value::Array(_)) => Self::Values,
            ("RequestItems", serde_json::Value::Object(_)) => Self::Tables,
            _ => Self::Plain,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn connection() -> ConnectionView {
        ConnectionView {
            name: "prod".into(),
            label: "Prod".into(),
            color: "red".into(),
            engine: "AWS".into(),
            place: "AWS".into(),
            region: Some("eu-west-1".into()),
            profile: Some("it's \"me\"".into()),
            endpoint: Some("http://127.0.0.1:8000".into()),
            endpoint_source: None,
            read_only: false,
            production: false,
            is_default: true,
            capabilities: Default::default(),
        }
    }

    pub(crate) fn exchange(operation: &str, request: serde_json::Value) -> Exchange {
        Exchange {
            operation: operation.into(),
            request,
            index: None,
            consumed: None,
            split: None,
            took_ms: 0,
        }
    }

    /// A query with every type among its values, and texts that try to get out of their quotes.
    pub(crate) fn query() -> Exchange {
        exchange(
            "Query",
            serde_json::json!({
                "TableName": "orders",
                "KeyConditionExpression": "#n0 = :v0",
                "ExpressionAttributeNames": {"#n0": "a\"b'c\\${d}\n"},
                "ExpressionAttributeValues": {
                    ":v0": {"S": "\"; drop()\u{202e}\u{0}'"}, ":v1": {"N": "99999999999999999999999999999999999999"},
                    ":v2": {"B": "AP8i"}, ":v3": {"BOOL": false}, ":v4": {"NULL": true},
                    ":v5": {"L": [{"N": "1"}, {"M": {"B": {"B": "AA=="}}}]},
                    ":v6": {"SS": ["a"]}, ":v7": {"NS": ["1.50"]}, ":v8": {"BS": ["AQ==", ""]},
                },
                "Limit": 500, "ScanIndexForward": false, "ReturnConsumedCapacity": "INDEXES",
            }),
        )
    }

    #[test]
    fn names_become_methods() {
        assert_eq!(snake("TransactWriteItems"), "transact_write_items");
        assert_eq!(snake("SSESpecification"), "sse_specification");
        assert_eq!(snake("ScanIndexForward"), "scan_index_forward");
    }

    #[test]
    fn every_language_writes_every_request_without_raw_control_characters() {
        for language in Language::ALL {
            let text = language.write(&query(), &connection());
            assert!(text.contains("99999999999999999999999999999999999999"), "{text}");
            assert!(!text.contains('\u{0}'), "{text}");
        }
    }
}
