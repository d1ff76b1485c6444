//! Writes of single items as `edit::Plan` has them: conditional, and shown exactly as they are sent.

use std::time::Instant;

use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity, ReturnValue};
use dynadesk_shared::Item;
use dynadesk_shared::api::exchange::Exchange;
use dynadesk_shared::edit::{Plan, request_preview, together_preview};

use super::batch::no_retries;
use super::request::{names_to_sdk, units, values_to_sdk};
use super::transact::{Action, Condition};
use crate::engine::Engine;
use crate::engine::convert::{item_from_sdk, item_to_sdk};
use crate::engine::error::EngineError;

/// A write that was sent, and what came of it.
#[derive(Debug)]
pub struct Sent {
    pub exchange: Exchange,
    /// The item as it is now, where the engine told it.
    pub result: Result<Option<Item>, EngineError>,
}

/// What a write took the place of.
#[derive(Debug)]
pub enum Overwritten {
    Item(Option<Item>),
    /// It was done, and this kind of request does not tell.
    Untold,
    /// There was nothing to send.
    Nothing,
}

impl Engine {
    /// Carries out a plan; nothing where it has nothing to send.
    pub async fn write(&self, table: &str, plan: &Plan) -> Option<Sent> {
        if matches!(plan, Plan::Move { .. }) {
            return Some(self.write_together(table, std::slice::from_ref(plan)).await);
        }
        let mut exchange = request_preview(plan, table)?;
        let started = Instant::now();
        let result = self.send(table, plan).await;
        exchange.took_ms = millis(started);
        let result = result.map(|(consumed, item)| {
            exchange.consumed = units(consumed.as_ref());
            item
        });
        Some(Sent { exchange, result })
    }

    /// Carries out a plan and tells what it took the place of. A put or a deletion is sent only once: who
    /// sends it again looks first.
    pub async fn write_over(&self, table: &str, plan: &Plan) -> Result<Overwritten, EngineError> {
        let old = match plan {
            Plan::Put { item, condition, .. } => {
                let put = self
                    .client()
                    .put_item()
                    .table_name(table)
                    .set_item(Some(item_to_sdk(item)))
                    .condition_expression(&condition.text)
                    .set_expression_attribute_names(names_to_sdk(&condition.names))
                    .set_expression_attribute_values(values_to_sdk(&condition.values))
                    .return_values(ReturnValue::AllOld);
                put.customize().config_override(no_retries()).send().await?.attributes
            }
            Plan::Delete { key, condition, .. } => {
                let delete = self
                    .client()
                    .delete_item()
                    .table_name(table)
                    .set_key(Some(item_to_sdk(&key.0)))
                    .condition_expression(&condition.text)
                    .set_expression_attribute_names(names_to_sdk(&condition.names))
                    .set_expression_attribute_values(values_to_sdk(&condition.values))
                    .return_values(ReturnValue::AllOld);
                delete.customize().config_override(no_retries()).send().await?.attributes
            }
            Plan::Nothing | Plan::Update { .. } | Plan::Move { .. } => {
                return match self.write(table, plan).await {
                    None => Ok(Overwritten::Nothing),
                    Some(sent) => sent.result.map(|_| Overwritten::Untold),
                };
            }
        };
        let old = old.filter(|old| !old.is_empty());
        Ok(Overwritten::Item(old.map(item_from_sdk).transpose()?))
    }

    /// Carries out all of the plans in one transaction, or none. The reasons of a cancelled one stand
    /// in the order of the plans' actions.
    pub async fn write_together(&self, table: &str, plans: &[Plan]) -> Sent {
        let mut exchange = together_preview(plans, table);
        let started = Instant::now();
        let actions: Vec<Action> = plans.iter().flat_map(actions).collect();
        let result = self.transact_write(table, &actions).await;
        exchange.took_ms = millis(started);
        let result = result.map(|sent| {
            exchange.consumed = sent.consumed;
            None
        });
        Sent { exchange, result }
    }

    async fn send(&self, table: &str, plan: &Plan) -> Result<(Option<ConsumedCapacity>, Option<Item>), EngineError> {
        let client = self.client();
        Ok(match plan {
            Plan::Nothing | Plan::Move { .. } => (None, None),
            Plan::Update {
                key, update, condition, ..
            } => {
                let answer = client
                    .update_item()
                    .table_name(table)
                    .set_key(Some(item_to_sdk(&key.0)))
                    .update_expression(&update.text)
                    .condition_expression(condition)
                    .set_expression_attribute_names(names_to_sdk(&update.names))
                    .set_expression_attribute_values(values_to_sdk(&update.values))
                    .return_values(ReturnValue::AllNew)
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await?;
                (answer.consumed_capacity, answer.attributes.map(item_from_sdk).transpose()?)
            }
            Plan::Put { item, condition, .. } => {
                let answer = client
                    .put_item()
                    .table_name(table)
                    .set_item(Some(item_to_sdk(item)))
                    .condition_expression(&condition.text)
                    .set_expression_attribute_names(names_to_sdk(&condition.names))
                    .set_expression_attribute_values(values_to_sdk(&condition.values))
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await?;
                (answer.consumed_capacity, Some(item.clone()))
            }
            Plan::Delete { key, condition, .. } => {
                let answer = client
                    .delete_item()
                    .table_name(table)
                    .set_key(Some(item_to_sdk(&key.0)))
                    .condition_expression(&condition.text)
                    .set_expression_attribute_names(names_to_sdk(&condition.names))
                    .set_expression_attribute_values(values_to_sdk(&condition.values))
                    .return_consumed_capacity(ReturnConsumedCapacity::Total)
                    .send()
                    .await?;
                (answer.consumed_capacity, None)
            }
        })
    }
}

/// A plan as actions of a transaction, in the order of `edit::transact_item`.
fn actions(plan: &Plan) -> Vec<Action> {
    let some = |condition: &Condition| Some(condition.clone());
    match plan {
        Plan::Nothing => Vec::new(),
        Plan::Update {
            key, update, condition, ..
        } => vec![Action::Update {
            key: key.clone(),
            update: update.clone(),
            condition: Some(condition.clone()),
        }],
        Plan::Put { item, condition, .. } => vec![Action::Put {
            item: item.clone(),
            condition: some(condition),
        }],
        Plan::Delete { key, condition, .. } => vec![Action::Delete {
            key: key.clone(),
            condition: some(condition),
        }],
        Plan::Move {
            from, loaded, item, free, ..
        } => vec![
            Action::Delete {
                key: from.clone(),
                condition: some(loaded),
            },
            Action::Put {
                item: item.clone(),
                condition: some(free),
            },
        ],
    }
}

fn millis(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
