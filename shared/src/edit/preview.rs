//! The exact request of a plan, to read before it is sent. The server sends what stands here.

use serde_json::{Map, Value, json};

use super::plan::Plan;
use crate::api::exchange::Exchange;
use crate::filter::compile::Expression;

/// The request of one change; nothing where nothing would be sent.
pub fn request_preview(plan: &Plan, table: &str) -> Option<Exchange> {
    let (operation, mut request) = match plan {
        Plan::Nothing => return None,
        Plan::Move { .. } => return Some(together_preview(std::slice::from_ref(plan), table)),
        Plan::Update { .. } => ("UpdateItem", body(plan, table)),
        Plan::Put { .. } => ("PutItem", body(plan, table)),
        Plan::Delete { .. } => ("DeleteItem", body(plan, table)),
    };
    if matches!(plan, Plan::Update { .. }) {
        request.insert("ReturnValues".to_owned(), json!("ALL_NEW"));
    }
    request.insert("ReturnConsumedCapacity".to_owned(), json!("TOTAL"));
    Some(exchange(operation, Value::Object(request)))
}

/// The one transaction of several changes.
pub fn together_preview(plans: &[Plan], table: &str) -> Exchange {
    let actions: Vec<Value> = plans.iter().flat_map(|plan| transact_item(plan, table)).collect();
    exchange(
        "TransactWriteItems",
        json!({"TransactItems": actions, "ReturnConsumedCapacity": "TOTAL"}),
    )
}

/// The actions of a plan in a transaction.
pub fn transact_item(plan: &Plan, table: &str) -> Vec<Value> {
    match plan {
        Plan::Nothing => Vec::new(),
        Plan::Update { .. } => vec![json!({"Update": body(plan, table)})],
        Plan::Put { .. } => vec![json!({"Put": body(plan, table)})],
        Plan::Delete { .. } => vec![json!({"Delete": body(plan, table)})],
        Plan::Move {
            from, loaded, item, free, ..
        } => {
            let mut delete = begin(table);
            delete.insert("Key".to_owned(), json!(from));
            add_condition(&mut delete, loaded);
            let mut put = begin(table);
            put.insert("Item".to_owned(), json!(item));
            add_condition(&mut put, free);
            vec![json!({"Delete": delete}), json!({"Put": put})]
        }
    }
}

fn body(plan: &Plan, table: &str) -> Map<String, Value> {
    let mut request = begin(table);
    match plan {
        Plan::Update {
            key, update, condition, ..
        } => {
            request.insert("Key".to_owned(), json!(key));
            request.insert("UpdateExpression".to_owned(), json!(update.text));
            request.insert("ConditionExpression".to_owned(), json!(condition));
            add_places(&mut request, update);
        }
        Plan::Put { item, condition, .. } => {
            request.insert("Item".to_owned(), json!(item));
            add_condition(&mut request, condition);
        }
        Plan::Delete { key, condition, .. } => {
            request.insert("Key".to_owned(), json!(key));
            add_condition(&mut request, condition);
        }
        Plan::Nothing | Plan::Move { .. } => {}
    }
    request
}

fn begin(table: &str) -> Map<String, Value> {
    Map::from_iter([("TableName".to_owned(), json!(table))])
}

fn add_condition(request: &mut Map<String, Value>, condition: &Expression) {
    request.insert("ConditionExpression".to_owned(), json!(condition.text));
    add_places(request, condition);
}

fn add_places(request: &mut Map<String, Value>, expression: &Expression) {
    if !expression.names.is_empty() {
        request.insert("ExpressionAttributeNames".to_owned(), json!(expression.names));
    }
    if !expression.values.is_empty() {
        request.insert("ExpressionAttributeValues".to_owned(), json!(expression.values));
    }
}

fn exchange(operation: &str, request: Value) -> Exchange {
    Exchange {
        operation: operation.to_owned(),
        request,
        index: None,
        consumed: None,
        split: None,
        took_ms: 0,
    }
}
