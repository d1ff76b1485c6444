//! Requests as the console offers them to copy, compiled with the SDK. Generated: see
//! `server/tests/api/copied/mod.rs`.
#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(dead_code, unused_variables, clippy::all, clippy::pedantic, reason = "generated")]

fn main() {}

async fn create_table() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, LocalSecondaryIndex, Projection, ProjectionType, ProvisionedThroughput, ScalarAttributeType, SseSpecification, SseType, StreamSpecification, StreamViewType, TableClass, Tag};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .create_table()
    .attribute_definitions(
        AttributeDefinition::builder()
            .attribute_name("pk")
            .attribute_type(ScalarAttributeType::S)
            .build()?,
    )
    .attribute_definitions(
        AttributeDefinition::builder()
            .attribute_name("sk")
            .attribute_type(ScalarAttributeType::N)
            .build()?,
    )
    .attribute_definitions(
        AttributeDefinition::builder()
            .attribute_name("bytes")
            .attribute_type(ScalarAttributeType::B)
            .build()?,
    )
    .billing_mode(BillingMode::Provisioned)
    .deletion_protection_enabled(false)
    .global_secondary_indexes(
        GlobalSecondaryIndex::builder()
            .index_name("by-sk")
            .key_schema(
                KeySchemaElement::builder()
                    .attribute_name("sk")
                    .key_type(KeyType::Hash)
                    .build()?,
            )
            .key_schema(
                KeySchemaElement::builder()
                    .attribute_name("pk")
                    .key_type(KeyType::Range)
                    .build()?,
            )
            .projection(
                Projection::builder()
                    .projection_type(ProjectionType::KeysOnly)
                    .build(),
            )
            .provisioned_throughput(
                ProvisionedThroughput::builder()
                    .read_capacity_units(5)
                    .write_capacity_units(5)
                    .build()?,
            )
            .build()?,
    )
    .key_schema(
        KeySchemaElement::builder()
            .attribute_name("pk")
            .key_type(KeyType::Hash)
            .build()?,
    )
    .key_schema(
        KeySchemaElement::builder()
            .attribute_name("sk")
            .key_type(KeyType::Range)
            .build()?,
    )
    .local_secondary_indexes(
        LocalSecondaryIndex::builder()
            .index_name("by-bytes")
            .key_schema(
                KeySchemaElement::builder()
                    .attribute_name("pk")
                    .key_type(KeyType::Hash)
                    .build()?,
            )
            .key_schema(
                KeySchemaElement::builder()
                    .attribute_name("bytes")
                    .key_type(KeyType::Range)
                    .build()?,
            )
            .projection(
                Projection::builder()
                    .non_key_attributes("nines")
                    .projection_type(ProjectionType::Include)
                    .build(),
            )
            .build()?,
    )
    .provisioned_throughput(
        ProvisionedThroughput::builder()
            .read_capacity_units(5)
            .write_capacity_units(5)
            .build()?,
    )
    .sse_specification(
        SseSpecification::builder()
            .enabled(true)
            .sse_type(SseType::Kms)
            .build(),
    )
    .stream_specification(
        StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::NewAndOldImages)
            .build()?,
    )
    .table_class(TableClass::Standard)
    .table_name("copied")
    .tags(
        Tag::builder()
            .key("team")
            .value("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>")
            .build()?,
    )
    .send()
    .await?;
Ok(())
}

async fn describe_table() -> Result<(), Box<dyn std::error::Error>> {
let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .describe_table()
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn list_tables() -> Result<(), Box<dyn std::error::Error>> {
let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .list_tables()
    .limit(100)
    .send()
    .await?;
Ok(())
}

async fn update_time_to_live() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::TimeToLiveSpecification;

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .update_time_to_live()
    .table_name("copied")
    .time_to_live_specification(
        TimeToLiveSpecification::builder()
            .attribute_name("ends")
            .enabled(true)
            .build()?,
    )
    .send()
    .await?;
Ok(())
}

async fn put_item() -> Result<(), Box<dyn std::error::Error>> {
use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity, ReturnValue};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .put_item()
    .item("a\"b'c\\${d}\n`id` $(id) #{e} %s {f}", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
    .item("blobs", AttributeValue::Bs(vec![Blob::new(vec![1]), Blob::new(vec![2])]))
    .item("bytes", AttributeValue::B(Blob::new(vec![0, 255, 34])))
    .item("list", AttributeValue::L(vec![AttributeValue::N("1".into()), AttributeValue::M(HashMap::from([("B".into(), AttributeValue::B(Blob::new(vec![0]))), ("__proto__".into(), AttributeValue::S("".into()))])), AttributeValue::L(vec![])]))
    .item("nines", AttributeValue::N("99999999999999999999999999999999999999".into()))
    .item("no", AttributeValue::Bool(false))
    .item("nothing", AttributeValue::Null(true))
    .item("numbers", AttributeValue::Ns(vec!["1.5".into(), "-2E-7".into()]))
    .item("pk", AttributeValue::S("a".into()))
    .item("sk", AttributeValue::N("1".into()))
    .item("texts", AttributeValue::Ss(vec!["a".into(), "b".into()]))
    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
    .return_values(ReturnValue::AllOld)
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn batch_write_item() -> Result<(), Box<dyn std::error::Error>> {
use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, PutRequest, WriteRequest};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .batch_write_item()
    .request_items("copied", vec![
        WriteRequest::builder()
            .put_request(
                PutRequest::builder()
                    .item("a\"b'c\\${d}\n`id` $(id) #{e} %s {f}", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
                    .item("blobs", AttributeValue::Bs(vec![Blob::new(vec![1]), Blob::new(vec![2])]))
                    .item("bytes", AttributeValue::B(Blob::new(vec![0, 255, 34])))
                    .item("list", AttributeValue::L(vec![AttributeValue::N("1".into()), AttributeValue::M(HashMap::from([("B".into(), AttributeValue::B(Blob::new(vec![0]))), ("__proto__".into(), AttributeValue::S("".into()))])), AttributeValue::L(vec![])]))
                    .item("nines", AttributeValue::N("99999999999999999999999999999999999999".into()))
                    .item("no", AttributeValue::Bool(false))
                    .item("nothing", AttributeValue::Null(true))
                    .item("numbers", AttributeValue::Ns(vec!["1.5".into(), "-2E-7".into()]))
                    .item("pk", AttributeValue::S("b".into()))
                    .item("sk", AttributeValue::N("1".into()))
                    .item("texts", AttributeValue::Ss(vec!["a".into(), "b".into()]))
                    .build()?,
            )
            .build(),
        WriteRequest::builder()
            .put_request(
                PutRequest::builder()
                    .item("a\"b'c\\${d}\n`id` $(id) #{e} %s {f}", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
                    .item("blobs", AttributeValue::Bs(vec![Blob::new(vec![1]), Blob::new(vec![2])]))
                    .item("bytes", AttributeValue::B(Blob::new(vec![0, 255, 34])))
                    .item("list", AttributeValue::L(vec![AttributeValue::N("1".into()), AttributeValue::M(HashMap::from([("B".into(), AttributeValue::B(Blob::new(vec![0]))), ("__proto__".into(), AttributeValue::S("".into()))])), AttributeValue::L(vec![])]))
                    .item("nines", AttributeValue::N("99999999999999999999999999999999999999".into()))
                    .item("no", AttributeValue::Bool(false))
                    .item("nothing", AttributeValue::Null(true))
                    .item("numbers", AttributeValue::Ns(vec!["1.5".into(), "-2E-7".into()]))
                    .item("pk", AttributeValue::S("c".into()))
                    .item("sk", AttributeValue::N("1".into()))
                    .item("texts", AttributeValue::Ss(vec!["a".into(), "b".into()]))
                    .build()?,
            )
            .build(),
        WriteRequest::builder()
            .delete_request(
                DeleteRequest::builder()
                    .key("pk", AttributeValue::S("gone".into()))
                    .key("sk", AttributeValue::N("1".into()))
                    .build()?,
            )
            .build()])
    .send()
    .await?;
Ok(())
}

async fn get_item() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::AttributeValue;

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .get_item()
    .consistent_read(true)
    .key("pk", AttributeValue::S("a".into()))
    .key("sk", AttributeValue::N("1".into()))
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn batch_get_item() -> Result<(), Box<dyn std::error::Error>> {
use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .batch_get_item()
    .request_items("copied", 
        KeysAndAttributes::builder()
            .consistent_read(true)
            .keys(HashMap::from([("pk".into(), AttributeValue::S("a".into())), ("sk".into(), AttributeValue::N("1".into()))]))
            .keys(HashMap::from([("pk".into(), AttributeValue::S("b".into())), ("sk".into(), AttributeValue::N("1".into()))]))
            .build()?,
    )
    .send()
    .await?;
Ok(())
}

async fn query() -> Result<(), Box<dyn std::error::Error>> {
use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .query()
    .expression_attribute_names("#n0", "pk")
    .expression_attribute_names("#n1", "sk")
    .expression_attribute_names("#n2", "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}")
    .expression_attribute_names("#n3", "bytes")
    .expression_attribute_names("#n4", "list")
    .expression_attribute_names("#n5", "blobs")
    .expression_attribute_names("#n6", "nothing")
    .expression_attribute_values(":v0", AttributeValue::S("a".into()))
    .expression_attribute_values(":v1", AttributeValue::N("0".into()))
    .expression_attribute_values(":v2", AttributeValue::N("99999999999999999999999999999999999999".into()))
    .expression_attribute_values(":v3", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
    .expression_attribute_values(":v4", AttributeValue::B(Blob::new(vec![0, 255, 34])))
    .expression_attribute_values(":v5", AttributeValue::L(vec![AttributeValue::N("1".into()), AttributeValue::M(HashMap::from([("B".into(), AttributeValue::B(Blob::new(vec![0]))), ("__proto__".into(), AttributeValue::S("".into()))])), AttributeValue::L(vec![])]))
    .expression_attribute_values(":v6", AttributeValue::Bs(vec![Blob::new(vec![1]), Blob::new(vec![2])]))
    .expression_attribute_values(":v7", AttributeValue::Null(true))
    .filter_expression("#n2 = :v3 AND #n3 = :v4 AND #n4 = :v5 AND #n5 = :v6 AND #n6 IN (:v7)")
    .key_condition_expression("#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2")
    .limit(500)
    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
    .scan_index_forward(false)
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn query_2() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeValue, Select};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .query()
    .consistent_read(true)
    .expression_attribute_names("#n0", "pk")
    .expression_attribute_values(":v0", AttributeValue::S("a".into()))
    .index_name("by-bytes")
    .key_condition_expression("#n0 = :v0")
    .limit(500)
    .select(Select::Count)
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn scan() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::AttributeValue;

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .scan()
    .exclusive_start_key("pk", AttributeValue::S("a".into()))
    .exclusive_start_key("sk", AttributeValue::N("1".into()))
    .expression_attribute_names("#n0", "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}")
    .expression_attribute_names("#n1", "pk")
    .limit(1)
    .projection_expression("#n0, #n1")
    .segment(0)
    .table_name("copied")
    .total_segments(1)
    .send()
    .await?;
Ok(())
}

async fn update_item() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .update_item()
    .condition_expression("#n3 = :v1")
    .expression_attribute_names("#n0", "list")
    .expression_attribute_names("#n1", "x")
    .expression_attribute_names("#n2", "no")
    .expression_attribute_names("#n3", "nines")
    .expression_attribute_values(":v0", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
    .expression_attribute_values(":v1", AttributeValue::N("1".into()))
    .key("pk", AttributeValue::S("a".into()))
    .key("sk", AttributeValue::N("1".into()))
    .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    .table_name("copied")
    .update_expression("SET #n0.#n1 = :v0 REMOVE #n2")
    .send()
    .await?;
Ok(())
}

async fn transact_write_items() -> Result<(), Box<dyn std::error::Error>> {
use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, Put, ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .transact_write_items()
    .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
    .transact_items(
        TransactWriteItem::builder()
            .put(
                Put::builder()
                    .condition_expression("attribute_not_exists(#n0)")
                    .expression_attribute_names("#n0", "pk")
                    .item("a\"b'c\\${d}\n`id` $(id) #{e} %s {f}", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
                    .item("blobs", AttributeValue::Bs(vec![Blob::new(vec![1]), Blob::new(vec![2])]))
                    .item("bytes", AttributeValue::B(Blob::new(vec![0, 255, 34])))
                    .item("list", AttributeValue::L(vec![AttributeValue::N("1".into()), AttributeValue::M(HashMap::from([("B".into(), AttributeValue::B(Blob::new(vec![0]))), ("__proto__".into(), AttributeValue::S("".into()))])), AttributeValue::L(vec![])]))
                    .item("nines", AttributeValue::N("99999999999999999999999999999999999999".into()))
                    .item("no", AttributeValue::Bool(false))
                    .item("nothing", AttributeValue::Null(true))
                    .item("numbers", AttributeValue::Ns(vec!["1.5".into(), "-2E-7".into()]))
                    .item("pk", AttributeValue::S("t".into()))
                    .item("sk", AttributeValue::N("1".into()))
                    .item("texts", AttributeValue::Ss(vec!["a".into(), "b".into()]))
                    .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
                    .table_name("copied")
                    .build()?,
            )
            .build(),
    )
    .transact_items(
        TransactWriteItem::builder()
            .update(
                Update::builder()
                    .condition_expression("#n1 = :v1")
                    .expression_attribute_names("#n0", "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}")
                    .expression_attribute_names("#n1", "nines")
                    .expression_attribute_values(":v0", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
                    .expression_attribute_values(":v1", AttributeValue::N("99999999999999999999999999999999999999".into()))
                    .key("pk", AttributeValue::S("a".into()))
                    .key("sk", AttributeValue::N("1".into()))
                    .table_name("copied")
                    .update_expression("SET #n0 = :v0")
                    .build()?,
            )
            .build(),
    )
    .transact_items(
        TransactWriteItem::builder()
            .delete(
                Delete::builder()
                    .key("pk", AttributeValue::S("b".into()))
                    .key("sk", AttributeValue::N("1".into()))
                    .table_name("copied")
                    .build()?,
            )
            .build(),
    )
    .transact_items(
        TransactWriteItem::builder()
            .condition_check(
                ConditionCheck::builder()
                    .condition_expression("attribute_exists(pk)")
                    .key("pk", AttributeValue::S("c".into()))
                    .key("sk", AttributeValue::N("1".into()))
                    .table_name("copied")
                    .build()?,
            )
            .build(),
    )
    .send()
    .await?;
Ok(())
}

async fn transact_get_items() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeValue, Get, TransactGetItem};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .transact_get_items()
    .transact_items(
        TransactGetItem::builder()
            .get(
                Get::builder()
                    .key("pk", AttributeValue::S("t".into()))
                    .key("sk", AttributeValue::N("1".into()))
                    .table_name("copied")
                    .build()?,
            )
            .build(),
    )
    .send()
    .await?;
Ok(())
}

async fn execute_statement() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::AttributeValue;

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .execute_statement()
    .limit(100)
    .parameters(AttributeValue::S("a".into()))
    .parameters(AttributeValue::N("1".into()))
    .statement("SELECT * FROM \"copied\" WHERE pk = ? AND sk = ?")
    .send()
    .await?;
Ok(())
}

async fn batch_execute_statement() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeValue, BatchStatementRequest};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .batch_execute_statement()
    .statements(
        BatchStatementRequest::builder()
            .parameters(AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
            .statement("SELECT * FROM \"copied\" WHERE pk = ? AND sk = 1")
            .build()?,
    )
    .send()
    .await?;
Ok(())
}

async fn execute_transaction() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeValue, ParameterizedStatement, ReturnValuesOnConditionCheckFailure};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .execute_transaction()
    .transact_statements(
        ParameterizedStatement::builder()
            .parameters(AttributeValue::N("1".into()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .statement("DELETE FROM \"copied\" WHERE pk = 't' AND sk = ?")
            .build()?,
    )
    .send()
    .await?;
Ok(())
}

async fn delete_item() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .delete_item()
    .condition_expression("#n0 = :v0")
    .expression_attribute_names("#n0", "a\"b'c\\${d}\n`id` $(id) #{e} %s {f}")
    .expression_attribute_values(":v0", AttributeValue::S("\"; drop()\u{202e}\u{0}' \\ <b>é😀</b>".into()))
    .key("pk", AttributeValue::S("a".into()))
    .key("sk", AttributeValue::N("1".into()))
    .return_values(ReturnValue::AllOld)
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn update_table() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{AttributeDefinition, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, Projection, ProjectionType, ProvisionedThroughput, ScalarAttributeType};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .update_table()
    .attribute_definitions(
        AttributeDefinition::builder()
            .attribute_name("nines")
            .attribute_type(ScalarAttributeType::N)
            .build()?,
    )
    .attribute_definitions(
        AttributeDefinition::builder()
            .attribute_name("pk")
            .attribute_type(ScalarAttributeType::S)
            .build()?,
    )
    .global_secondary_index_updates(
        GlobalSecondaryIndexUpdate::builder()
            .create(
                CreateGlobalSecondaryIndexAction::builder()
                    .index_name("by-nines")
                    .key_schema(
                        KeySchemaElement::builder()
                            .attribute_name("nines")
                            .key_type(KeyType::Hash)
                            .build()?,
                    )
                    .key_schema(
                        KeySchemaElement::builder()
                            .attribute_name("pk")
                            .key_type(KeyType::Range)
                            .build()?,
                    )
                    .projection(
                        Projection::builder()
                            .projection_type(ProjectionType::All)
                            .build(),
                    )
                    .provisioned_throughput(
                        ProvisionedThroughput::builder()
                            .read_capacity_units(1)
                            .write_capacity_units(1)
                            .build()?,
                    )
                    .build()?,
            )
            .build(),
    )
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn update_table_2() -> Result<(), Box<dyn std::error::Error>> {
use aws_sdk_dynamodb::types::{DeleteGlobalSecondaryIndexAction, GlobalSecondaryIndexUpdate, StreamSpecification};

let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .update_table()
    .global_secondary_index_updates(
        GlobalSecondaryIndexUpdate::builder()
            .delete(
                DeleteGlobalSecondaryIndexAction::builder()
                    .index_name("by-sk")
                    .build()?,
            )
            .build(),
    )
    .stream_specification(
        StreamSpecification::builder()
            .stream_enabled(false)
            .build()?,
    )
    .table_name("copied")
    .send()
    .await?;
Ok(())
}

async fn delete_table() -> Result<(), Box<dyn std::error::Error>> {
let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
    .profile_name("it's \"me\" $HOME `id` \\")
    .region(aws_config::Region::new("eu-west-1"))
    .endpoint_url("http://127.0.0.1:8000")
    .load()
    .await;
let client = aws_sdk_dynamodb::Client::new(&config);

let response = client
    .delete_table()
    .table_name("copied")
    .send()
    .await?;
Ok(())
}
