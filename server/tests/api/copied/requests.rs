//! One request for each operation, in an order in which an engine can carry them out.

use dynadesk_shared::api::exchange::Exchange;
use serde_json::{Value, json};

/// The name of an attribute that tries to get out of its quotes.
pub const NAME: &str = "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}";
/// A text that does, too, with a zero, a mark that turns the direction, and an emoji.
pub const TEXT: &str = "\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>";
pub const NINES: &str = "99999999999999999999999999999999999999";

fn request(operation: &str, request: Value) -> Exchange {
    Exchange {
        operation: operation.into(),
        request,
        index: None,
        consumed: None,
        split: None,
        took_ms: 0,
    }
}

/// An item with every type.
pub fn item(key: &str) -> Value {
    json!({
        "pk": {"S": key}, "sk": {"N": "1"}, NAME: {"S": TEXT}, "nines": {"N": NINES}, "bytes": {"B": "AP8i"},
        "no": {"BOOL": false}, "nothing": {"NULL": true},
        "list": {"L": [{"N": "1"}, {"M": {"B": {"B": "AA=="}, "__proto__": {"S": ""}}}, {"L": []}]},
        "texts": {"SS": ["a", "b"]}, "numbers": {"NS": ["1.5", "-2E-7"]}, "blobs": {"BS": ["AQ==", "Ag=="]},
    })
}

fn key(key: &str) -> Value {
    json!({"pk": {"S": key}, "sk": {"N": "1"}})
}

fn transaction() -> Value {
    json!([
        {"Put": {"TableName": "copied", "Item": item("t"), "ConditionExpression": "attribute_not_exists(#n0)",
            "ExpressionAttributeNames": {"#n0": "pk"}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
        {"Update": {"TableName": "copied", "Key": key("a"), "UpdateExpression": "SET #n0 = :v0", "ConditionExpression": "#n1 = :v1",
            "ExpressionAttributeNames": {"#n0": NAME, "#n1": "nines"},
            "ExpressionAttributeValues": {":v0": {"S": TEXT}, ":v1": {"N": NINES}}}},
        {"Delete": {"TableName": "copied", "Key": key("b")}},
        {"ConditionCheck": {"TableName": "copied", "Key": key("c"), "ConditionExpression": "attribute_exists(pk)"}},
    ])
}

pub fn all() -> Vec<Exchange> {
    let attribute = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
    let keys =
        |partition: &str, sort: &str| json!([{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]);
    vec![
        request(
            "CreateTable",
            json!({
                "TableName": "copied", "AttributeDefinitions": [attribute("pk", "S"), attribute("sk", "N"), attribute("bytes", "B")],
                "KeySchema": keys("pk", "sk"), "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                "GlobalSecondaryIndexes": [{"IndexName": "by-sk", "KeySchema": keys("sk", "pk"), "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}],
                "LocalSecondaryIndexes": [{"IndexName": "by-bytes", "KeySchema": keys("pk", "bytes"),
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["nines"]}}],
                "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
                "SSESpecification": {"Enabled": true, "SSEType": "KMS"}, "TableClass": "STANDARD", "DeletionProtectionEnabled": false,
                "Tags": [{"Key": "team", "Value": TEXT}],
            }),
        ),
        request("DescribeTable", json!({"TableName": "copied"})),
        request("ListTables", json!({"Limit": 100})),
        request(
            "UpdateTimeToLive",
            json!({"TableName": "copied", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "ends"}}),
        ),
        request(
            "PutItem",
            json!({"TableName": "copied", "Item": item("a"), "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "INDEXES"}),
        ),
        request(
            "BatchWriteItem",
            json!({"RequestItems": {"copied": [
                {"PutRequest": {"Item": item("b")}}, {"PutRequest": {"Item": item("c")}}, {"DeleteRequest": {"Key": key("gone")}},
            ]}}),
        ),
        request("GetItem", json!({"TableName": "copied", "Key": key("a"), "ConsistentRead": true})),
        request(
            "BatchGetItem",
            json!({"RequestItems": {"copied": {"Keys": [key("a"), key("b")], "ConsistentRead": true}}}),
        ),
        request(
            "Query",
            json!({
                "TableName": "copied", "KeyConditionExpression": "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2",
                "FilterExpression": "#n2 = :v3 AND #n3 = :v4 AND #n4 = :v5 AND #n5 = :v6 AND #n6 IN (:v7)",
                "ExpressionAttributeNames": {"#n0": "pk", "#n1": "sk", "#n2": NAME, "#n3": "bytes", "#n4": "list", "#n5": "blobs", "#n6": "nothing"},
                "ExpressionAttributeValues": {
                    ":v0": {"S": "a"}, ":v1": {"N": "0"}, ":v2": {"N": NINES}, ":v3": {"S": TEXT}, ":v4": item("a")["bytes"],
                    ":v5": item("a")["list"], ":v6": item("a")["blobs"], ":v7": {"NULL": true},
                },
                "Limit": 500, "ScanIndexForward": false, "ReturnConsumedCapacity": "INDEXES",
            }),
        ),
        request(
            "Query",
            json!({
                "TableName": "copied", "IndexName": "by-bytes", "KeyConditionExpression": "#n0 = :v0",
                "ExpressionAttributeNames": {"#n0": "pk"}, "ExpressionAttributeValues": {":v0": {"S": "a"}},
                "Limit": 500, "Select": "COUNT", "ConsistentRead": true,
            }),
        ),
        request(
            "Scan",
            json!({
                "TableName": "copied", "ProjectionExpression": "#n0, #n1", "ExpressionAttributeNames": {"#n0": NAME, "#n1": "pk"},
                "Limit": 1, "Segment": 0, "TotalSegments": 1, "ExclusiveStartKey": key("a"),
            }),
        ),
        request(
            "UpdateItem",
            json!({
                "TableName": "copied", "Key": key("a"), "UpdateExpression": "SET #n0.#n1 = :v0 REMOVE #n2", "ConditionExpression": "#n3 = :v1",
                "ExpressionAttributeNames": {"#n0": "list", "#n1": "x", "#n2": "no", "#n3": "nines"},
                "ExpressionAttributeValues": {":v0": {"S": TEXT}, ":v1": {"N": "1"}},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }),
        ),
        request(
            "TransactWriteItems",
            json!({"TransactItems": transaction(), "ReturnConsumedCapacity": "INDEXES"}),
        ),
        request(
            "TransactGetItems",
            json!({"TransactItems": [{"Get": {"TableName": "copied", "Key": key("t")}}]}),
        ),
        request(
            "ExecuteStatement",
            json!({"Statement": "SELECT * FROM \"copied\" WHERE pk = ? AND sk = ?", "Parameters": [{"S": "a"}, {"N": "1"}], "Limit": 100}),
        ),
        request(
            "BatchExecuteStatement",
            json!({"Statements": [{"Statement": "SELECT * FROM \"copied\" WHERE pk = ? AND sk = 1", "Parameters": [{"S": TEXT}]}]}),
        ),
        request(
            "ExecuteTransaction",
            json!({"TransactStatements": [{"Statement": "DELETE FROM \"copied\" WHERE pk = 't' AND sk = ?", "Parameters": [{"N": "1"}],
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}]}),
        ),
        request(
            "DeleteItem",
            json!({
                "TableName": "copied", "Key": key("a"), "ConditionExpression": "#n0 = :v0", "ExpressionAttributeNames": {"#n0": NAME},
                "ExpressionAttributeValues": {":v0": {"S": TEXT}}, "ReturnValues": "ALL_OLD",
            }),
        ),
        request(
            "UpdateTable",
            json!({
                "TableName": "copied", "AttributeDefinitions": [attribute("nines", "N"), attribute("pk", "S")],
                "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "by-nines", "KeySchema": keys("nines", "pk"),
                    "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}}],
            }),
        ),
        request(
            "UpdateTable",
            json!({
                "TableName": "copied", "StreamSpecification": {"StreamEnabled": false},
                "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by-sk"}}],
            }),
        ),
        request("DeleteTable", json!({"TableName": "copied"})),
    ]
}
