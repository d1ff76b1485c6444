//! TransactWriteItems: all of up to 100 actions, or none and a reason for each.

use std::time::Instant;

use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{ConditionCheck, Delete, Put, ReturnConsumedCapacity, TransactWriteItem, Update};
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::{Item, Key};
use serde_json::{Map, Value, json};

use super::request::{add_places, begin, names_to_sdk, sum_units, values_to_sdk};
use crate::engine::Engine;
use crate::engine::convert::{exchange, item_to_sdk};
use crate::engine::error::{EngineError, EngineErrorKind};

/// A condition or update expression with its placeholders.
pub use dynadesk_shared::filter::compile::Expression as Condition;

/// One action of a transaction.
#[derive(Clone, Debug)]
pub enum Action {
    Put {
        item: Item,
        condition: Option<Condition>,
    },
    Delete {
        key: Key,
        condition: Option<Condition>,
    },
    /// `update` holds the update expression; `condition` is text over the same placeholders.
    Update {
        key: Key,
        update: Condition,
        condition: Option<String>,
    },
    Check {
        key: Key,
        condition: Condition,
    },
}

impl Engine {
    /// Does all the actions on one table, or none. The error of a cancelled transaction carries
    /// one reason for each action, in this order.
    pub async fn transact_write(&self, table: &str, actions: &[Action]) -> Result<Exchange, EngineError> {
        let items = actions
            .iter()
            .map(|action| to_sdk(table, action))
            .collect::<Result<Vec<_>, BuildError>>()
            .map_err(|cause| EngineError::new(EngineErrorKind::Validation, cause.to_string()))?;
        let started = Instant::now();
        let answer = self
            .client()
            .transact_write_items()
            .set_transact_items(Some(items))
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .send()
            .await?;
        let request = json!({
            "TransactItems": actions.iter().map(|action| to_json(table, action)).collect::<Vec<_>>(),
            "ReturnConsumedCapacity": "TOTAL",
        });
        let mut exchange = exchange("TransactWriteItems", request, started);
        exchange.consumed = sum_units(answer.consumed_capacity());
        Ok(exchange)
    }
}

fn to_sdk(table: &str, action: &Action) -> Result<TransactWriteItem, BuildError> {
    let whole = TransactWriteItem::builder();
    Ok(match action {
        Action::Put { item, condition } => {
            let put = Put::builder().table_name(table).set_item(Some(item_to_sdk(item)));
            let put = match condition {
                Some(condition) => put
                    .condition_expression(&condition.text)
                    .set_expression_attribute_names(names_to_sdk(&condition.names))
                    .set_expression_attribute_values(values_to_sdk(&condition.values)),
                None => put,
            };
            whole.put(put.build()?).build()
        }
        Action::Delete { key, condition } => {
            let delete = Delete::builder().table_name(table).set_key(Some(item_to_sdk(&key.0)));
            let delete = match condition {
                Some(condition) => delete
                    .condition_expression(&condition.text)
                    .set_expression_attribute_names(names_to_sdk(&condition.names))
                    .set_expression_attribute_values(values_to_sdk(&condition.values)),
                None => delete,
            };
            whole.delete(delete.build()?).build()
        }
        Action::Update { key, update, condition } => {
            let update = Update::builder()
                .table_name(table)
                .set_key(Some(item_to_sdk(&key.0)))
                .update_expression(&update.text)
                .set_condition_expression(condition.clone())
                .set_expression_attribute_names(names_to_sdk(&update.names))
                .set_expression_attribute_values(values_to_sdk(&update.values));
            whole.update(update.build()?).build()
        }
        Action::Check { key, condition } => {
            let check = ConditionCheck::builder()
                .table_name(table)
                .set_key(Some(item_to_sdk(&key.0)))
                .condition_expression(&condition.text)
                .set_expression_attribute_names(names_to_sdk(&condition.names))
                .set_expression_attribute_values(values_to_sdk(&condition.values));
            whole.condition_check(check.build()?).build()
        }
    })
}

fn to_json(table: &str, action: &Action) -> Value {
    let mut body = begin(table);
    let name = match action {
        Action::Put { item, condition } => {
            body.insert("Item".to_owned(), json!(item));
            add_condition(&mut body, condition.as_ref());
            "Put"
        }
        Action::Delete { key, condition } => {
            body.insert("Key".to_owned(), json!(key));
            add_condition(&mut body, condition.as_ref());
            "Delete"
        }
        Action::Update { key, update, condition } => {
            body.insert("Key".to_owned(), json!(key));
            body.insert("UpdateExpression".to_owned(), json!(update.text));
            if let Some(text) = condition {
                body.insert("ConditionExpression".to_owned(), json!(text));
            }
            add_places(&mut body, &update.names, &update.values);
            "Update"
        }
        Action::Check { key, condition } => {
            body.insert("Key".to_owned(), json!(key));
            add_condition(&mut body, Some(condition));
            "ConditionCheck"
        }
    };
    json!({ name: body })
}

fn add_condition(body: &mut Map<String, Value>, condition: Option<&Condition>) {
    if let Some(condition) = condition {
        body.insert("ConditionExpression".to_owned(), json!(condition.text));
        add_places(body, &condition.names, &condition.values);
    }
}
