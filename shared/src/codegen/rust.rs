//! Rust with the SDK's crates: builders all the way down.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::api::connections::ConnectionView;
use crate::api::exchange::Exchange;

use super::service::Service;
use super::{Shape, quote, snake};

/// How the SDK's crates begin. Spelled in parts, because this crate must not use them and is checked for it.
const SDK: &str = concat!("aws", "_sdk", "_");

pub fn of(exchange: &Exchange, connection: &ConnectionView) -> String {
    let service = Service::of(&exchange.operation);
    let sdk = format!("{SDK}{}", service.name());
    let mut code = Code::default();
    let members = exchange.request.as_object().cloned().unwrap_or_default();
    let calls = code.calls(&members, &exchange.operation, 1);
    let mut config = String::new();
    if let Some(profile) = &connection.profile {
        config.push_str(&format!("    .profile_name({})\n", quote::rust(profile)));
    }
    if let Some(region) = &connection.region {
        config.push_str(&format!("    .region(aws_config::Region::new({}))\n", quote::rust(region)));
    }
    if let Some(endpoint) = service.endpoint(connection.endpoint.as_ref()) {
        config.push_str(&format!("    .endpoint_url({})\n", quote::rust(endpoint)));
    }
    format!(
        "{}let config = aws_config::defaults(aws_config::BehaviorVersion::latest())\n{config}    .load()\n    .await;\n\
         let client = {sdk}::Client::new(&config);\n\n\
         let response = client\n    .{}()\n{calls}    .send()\n    .await?;\n",
        code.imports(&sdk),
        snake(&exchange.operation),
    )
}

/// What the request is made of beside texts and numbers.
enum Kind {
    Enum(&'static str),
    /// A structure with its builder; `build()` is fallible where a member is required.
    Struct {
        name: &'static str,
        fallible: bool,
    },
    Plain,
}

impl Kind {
    fn of(member: &str, operation: &str) -> Self {
        let fallible = |name| Self::Struct { name, fallible: true };
        let sure = |name| Self::Struct { name, fallible: false };
        match member {
            "ReturnConsumedCapacity" => Self::Enum("ReturnConsumedCapacity"),
            "ReturnItemCollectionMetrics" => Self::Enum("ReturnItemCollectionMetrics"),
            "ReturnValues" => Self::Enum("ReturnValue"),
            "ReturnValuesOnConditionCheckFailure" => Self::Enum("ReturnValuesOnConditionCheckFailure"),
            "Select" => Self::Enum("Select"),
            "BillingMode" => Self::Enum("BillingMode"),
            "KeyType" => Self::Enum("KeyType"),
            "AttributeType" => Self::Enum("ScalarAttributeType"),
            "ProjectionType" => Self::Enum("ProjectionType"),
            "StreamViewType" => Self::Enum("StreamViewType"),
            "ShardIteratorType" => Self::Enum("ShardIteratorType"),
            "ScanBy" => Self::Enum("ScanBy"),
            "MetricDataQueries" => sure("MetricDataQuery"),
            "MetricStat" => sure("MetricStat"),
            "Metric" => sure("Metric"),
            "Dimensions" => sure("Dimension"),
            "TableClass" => Self::Enum("TableClass"),
            "SSEType" => Self::Enum("SseType"),
            "GlobalSecondaryIndexUpdates" => sure("GlobalSecondaryIndexUpdate"),
            "Create" => fallible("CreateGlobalSecondaryIndexAction"),
            "Update" if operation == "UpdateTable" => fallible("UpdateGlobalSecondaryIndexAction"),
            "Delete" if operation == "UpdateTable" => fallible("DeleteGlobalSecondaryIndexAction"),
            "TimeToLiveSpecification" => fallible("TimeToLiveSpecification"),
            "TransactItems" if operation == "TransactGetItems" => sure("TransactGetItem"),
            "TransactItems" => sure("TransactWriteItem"),
            "Get" => fallible("Get"),
            "Put" => fallible("Put"),
            "Update" => fallible("Update"),
            "Delete" => fallible("Delete"),
            "ConditionCheck" => fallible("ConditionCheck"),
            "Statements" => fallible("BatchStatementRequest"),
            "TransactStatements" => fallible("ParameterizedStatement"),
            "AttributeDefinitions" => fallible("AttributeDefinition"),
            "KeySchema" => fallible("KeySchemaElement"),
            "GlobalSecondaryIndexes" => fallible("GlobalSecondaryIndex"),
            "LocalSecondaryIndexes" => fallible("LocalSecondaryIndex"),
            "ProvisionedThroughput" => fallible("ProvisionedThroughput"),
            "StreamSpecification" => fallible("StreamSpecification"),
            "Tags" => fallible("Tag"),
            "Projection" => sure("Projection"),
            "OnDemandThroughput" => sure("OnDemandThroughput"),
            "SSESpecification" => sure("SseSpecification"),
            "RequestItems" if operation == "BatchGetItem" => fallible("KeysAndAttributes"),
            "RequestItems" => sure("WriteRequest"),
            "PutRequest" => fallible("PutRequest"),
            "DeleteRequest" => fallible("DeleteRequest"),
            _ => Self::Plain,
        }
    }
}

/// Writes builder calls and remembers which types they need.
#[derive(Default)]
struct Code {
    types: BTreeSet<&'static str>,
    blob: bool,
    instant: bool,
    map: bool,
}

impl Code {
    fn imports(&self, sdk: &str) -> String {
        let mut out = String::new();
        if self.map {
            out.push_str("use std::collections::HashMap;\n\n");
        }
        if self.blob {
            out.push_str(&format!("use {sdk}::primitives::Blob;\n"));
        }
        if self.instant {
            out.push_str(&format!("use {sdk}::primitives::DateTime;\n"));
        }
        let types: Vec<&str> = self.types.iter().copied().collect();
        match types.as_slice() {
            [] => {}
            [one] => out.push_str(&format!("use {sdk}::types::{one};\n")),
            many => out.push_str(&format!("use {sdk}::types::{{{}}};\n", many.join(", "))),
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }

    /// One builder call a line.
    fn calls(&mut self, members: &Map<String, Value>, operation: &str, depth: usize) -> String {
        let mut out = String::new();
        for (member, value) in members {
            for argument in self.arguments(member, value, operation, depth) {
                out.push_str(&format!("{}.{}({argument})\n", "    ".repeat(depth), snake(member)));
            }
        }
        out
    }

    /// The arguments of each call that a member takes: lists and maps are filled one by one.
    fn arguments(&mut self, member: &str, value: &Value, operation: &str, depth: usize) -> Vec<String> {
        let entries = |value: &Value| value.as_object().cloned().unwrap_or_default();
        match Shape::of(member, value) {
            Shape::ValueMap => entries(value)
                .iter()
                .map(|(name, inner)| format!("{}, {}", quote::rust(name), self.attribute(inner)))
                .collect(),
            Shape::ValueMaps => {
                let maps = value.as_array().into_iter().flatten();
                maps.map(|map| self.hash_map(map)).collect()
            }
            Shape::Values => value.as_array().into_iter().flatten().map(|inner| self.attribute(inner)).collect(),
            Shape::Tables => entries(value)
                .iter()
                .map(|(table, inner)| {
                    let all: Vec<String> = match inner {
                        Value::Array(many) => many.iter().map(|one| self.one(member, one, operation, depth)).collect(),
                        one => return format!("{}, {}", quote::rust(table), self.one(member, one, operation, depth)),
                    };
                    // Each ends as the argument of a call does, with a comma and a line of its own.
                    let all: Vec<&str> = all.iter().map(|one| one.trim_end().trim_end_matches(',')).collect();
                    format!("{}, vec![{}]", quote::rust(table), all.join(","))
                })
                .collect(),
            Shape::Instant => {
                self.instant = true;
                vec![format!("DateTime::from_secs({value})")]
            }
            Shape::Plain => match value {
                Value::Array(many) => many.iter().map(|one| self.one(member, one, operation, depth)).collect(),
                // A map of texts, such as names of placeholders.
                Value::Object(members) if matches!(Kind::of(member, operation), Kind::Plain) => members
                    .iter()
                    .map(|(name, inner)| format!("{}, {}", quote::rust(name), self.one("", inner, operation, depth)))
                    .collect(),
                one => vec![self.one(member, one, operation, depth)],
            },
        }
    }

    fn one(&mut self, member: &str, value: &Value, operation: &str, depth: usize) -> String {
        match (Kind::of(member, operation), value) {
            (Kind::Enum(name), Value::String(text)) => {
                self.types.insert(name);
                format!("{name}::{}", pascal(text))
            }
            (Kind::Struct { name, fallible }, Value::Object(members)) => {
                self.types.insert(name);
                let pad = "    ".repeat(depth + 1);
                let calls = self.calls(members, operation, depth + 2);
                let end = if fallible { "?" } else { "" };
                format!("\n{pad}{name}::builder()\n{calls}{pad}    .build(){end},\n{}", "    ".repeat(depth))
            }
            (_, Value::String(text)) => quote::rust(text),
            (_, other) => other.to_string(),
        }
    }

    fn hash_map(&mut self, value: &Value) -> String {
        self.map = true;
        let members = value.as_object().into_iter().flatten();
        let pairs: Vec<String> = members
            .map(|(name, inner)| format!("({}.into(), {})", quote::rust(name), self.attribute(inner)))
            .collect();
        format!("HashMap::from([{}])", pairs.join(", "))
    }

    fn attribute(&mut self, value: &Value) -> String {
        self.types.insert("AttributeValue");
        let Some((kind, inner)) = value.as_object().and_then(|members| members.iter().next()) else {
            return "AttributeValue::Null(true)".to_owned();
        };
        let texts = |inner: &Value| -> Vec<String> {
            let all = inner.as_array().into_iter().flatten();
            all.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let inside = match kind.as_str() {
            "S" | "N" => format!("{}.into()", quote::rust(inner.as_str().unwrap_or_default())),
            "B" => self.blob(inner.as_str().unwrap_or_default()),
            "SS" | "NS" => {
                let set: Vec<_> = texts(inner).iter().map(|text| format!("{}.into()", quote::rust(text))).collect();
                format!("vec![{}]", set.join(", "))
            }
            "BS" => {
                let set: Vec<_> = texts(inner).iter().map(|text| self.blob(text)).collect();
                format!("vec![{}]", set.join(", "))
            }
            "L" => {
                let all = inner.as_array().into_iter().flatten();
                let list: Vec<_> = all.map(|inner| self.attribute(inner)).collect();
                format!("vec![{}]", list.join(", "))
            }
            "M" => self.hash_map(inner),
            _ => inner.to_string(),
        };
        format!("AttributeValue::{}({inside})", pascal(kind))
    }

    fn blob(&mut self, base64: &str) -> String {
        self.blob = true;
        format!("Blob::new(vec![{}])", quote::numbers(&STANDARD.decode(base64).unwrap_or_default()))
    }
}

/// `NEW_AND_OLD_IMAGES` as `NewAndOldImages`, and `TimestampAscending` as it is.
fn pascal(text: &str) -> String {
    if text.contains(|letter: char| letter.is_ascii_lowercase()) {
        return text.chars().filter(char::is_ascii_alphanumeric).collect();
    }
    text.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            first.into_iter().chain(letters.map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>())
        })
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{connection, exchange, query};
    use super::*;

    #[test]
    fn a_query_is_a_chain_with_typed_values() {
        let code = of(&query(), &connection());
        for part in [
            "::types::{AttributeValue, ReturnConsumedCapacity};\n",
            ".profile_name(\"it's \\\"me\\\"\")\n",
            "client\n    .query()\n",
            "\n    .table_name(\"orders\")\n",
            ".expression_attribute_names(\"#n0\", \"a\\\"b'c\\\\${d}\\n\")\n",
            ".expression_attribute_values(\":v0\", AttributeValue::S(\"\\\"; drop()\\u{202e}\\u{0}'\".into()))\n",
            "(\":v2\", AttributeValue::B(Blob::new(vec![0, 255, 34])))\n",
            "(\":v4\", AttributeValue::Null(true))\n",
            "AttributeValue::M(HashMap::from([(\"B\".into(), AttributeValue::B(Blob::new(vec![0])))]))",
            "(\":v7\", AttributeValue::Ns(vec![\"1.50\".into()]))\n",
            ".limit(500)\n    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)\n    .scan_index_forward(false)\n",
        ] {
            if !code.contains(part) {
                panic!("{part}\nis not in\n{code}");
            }
        }
    }

    #[test]
    fn structures_are_built() {
        let request = serde_json::json!({"TransactItems": [{"Put": {
            "TableName": "t", "Item": {"pk": {"S": "a"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }}]});
        let code = of(&exchange("TransactWriteItems", request), &connection());
        for part in [
            "TransactWriteItem::builder()",
            "Put::builder()",
            ".item(\"pk\", AttributeValue::S(\"a\".into()))",
            "ReturnValuesOnConditionCheckFailure::AllOld",
            ".build()?",
        ] {
            assert!(code.contains(part), "{part}\nis not in\n{code}");
        }
        let request = serde_json::json!({"RequestItems": {"orders": [{"PutRequest": {"Item": {"pk": {"N": "1"}}}}]}});
        let code = of(&exchange("BatchWriteItem", request), &connection());
        assert!(code.contains(".request_items(\"orders\", vec!["), "{code}");
    }
}
