//! The request behind a screen as code to copy: JSON, an `aws` command, Rust, Python and TypeScript.
//! Values keep their types: numbers stay text, binary becomes bytes, and every text is quoted for the
//! language, so that nothing in it can run.

mod literal;
mod python;
mod quote;
mod rust;
pub(crate) mod service;
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
    /// Seconds since 1970.
    Instant,
    Plain,
}

impl Shape {
    fn of(member: &str, value: &serde_json::Value) -> Self {
        match (member, value) {
            ("ExpressionAttributeValues" | "Key" | "ExclusiveStartKey" | "Item", serde_json::Value::Object(_)) => Self::ValueMap,
            ("Keys", serde_json::Value::Array(_)) => Self::ValueMaps,
            ("Parameters", serde_json::Value::Array(_)) => Self::Values,
            ("RequestItems", serde_json::Value::Object(_)) => Self::Tables,
            ("StartTime" | "EndTime" | "ExportTime" | "RestoreDateTime", serde_json::Value::Number(_)) => Self::Instant,
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
            second_person: false,
            scan_budget: false,
            is_default: true,
            access: None,
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

    /// What the screen of a table's monitoring asks CloudWatch.
    pub(crate) fn measures() -> Exchange {
        let metric = serde_json::json!({
            "Namespace": "AWS/DynamoDB", "MetricName": "ConsumedReadCapacityUnits",
            "Dimensions": [{"Name": "TableName", "Value": "orders"}],
        });
        exchange(
            "GetMetricData",
            serde_json::json!({
                "MetricDataQueries": [{"Id": "q0", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}],
                "StartTime": 1_700_000_000, "EndTime": 1_700_003_600, "ScanBy": "TimestampAscending",
            }),
        )
    }

    #[test]
    fn what_cloudwatch_is_asked_goes_to_its_own_client() {
        let written = |language: Language| language.write(&measures(), &connection());
        for (language, parts) in [
            (Language::Aws, vec!["aws cloudwatch get-metric-data"]),
            (
                Language::Rust,
                vec![
                    concat!("aws", "_sdk", "_cloudwatch::Client::new(&config)"),
                    "::primitives::DateTime;\n",
                    ".get_metric_data()\n",
                    "MetricDataQuery::builder()\n",
                    "Dimension::builder()\n",
                    ".start_time(DateTime::from_secs(1700000000))\n",
                    ".scan_by(ScanBy::TimestampAscending)\n",
                ],
            ),
            (
                Language::Python,
                vec![
                    "session.client(\"cloudwatch\")\n",
                    "client.get_metric_data(\n",
                    "    StartTime=1700000000,\n",
                ],
            ),
            (
                Language::TypeScript,
                vec![
                    "import { CloudWatchClient, GetMetricDataCommand } from \"@aws-sdk/client-cloudwatch\";\n",
                    "new CloudWatchClient({ region: \"eu-west-1\", credentials",
                    "  StartTime: new Date(1700000000 * 1000),\n",
                ],
            ),
        ] {
            let code = written(language);
            for part in parts {
                assert!(code.contains(part), "{part}\nis not in\n{code}");
            }
            assert!(!code.contains("127.0.0.1"), "the endpoint is that of DynamoDB: {code}");
        }
    }

    #[test]
    fn what_a_stream_is_asked_goes_to_the_client_of_streams() {
        let asked = exchange("DescribeStream", serde_json::json!({"StreamArn": "arn"}));
        for (language, part) in [
            (Language::Aws, "aws dynamodbstreams describe-stream"),
            (Language::Rust, concat!("aws", "_sdk", "_dynamodbstreams::Client")),
            (Language::Python, "client(\"dynamodbstreams\", endpoint_url="),
            (Language::TypeScript, "new DynamoDBStreamsClient({"),
        ] {
            let code = language.write(&asked, &connection());
            assert!(code.contains(part), "{part}\nis not in\n{code}");
        }
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
