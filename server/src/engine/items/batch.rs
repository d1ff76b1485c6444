//! Single puts and batches. They build no request to show: a job writes thousands of these, and
//! nobody looks at one of them.

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::types::{KeysAndAttributes, PutRequest, ReturnConsumedCapacity, ReturnValue, WriteRequest};
use dynadesk_shared::Item;
use rand::Rng as _;

use super::BATCH_GET;
use super::request::{names_to_sdk, sum_units, units, values_to_sdk};
use super::transact::Condition;
use crate::engine::Engine;
use crate::engine::convert::{item_from_sdk, item_to_sdk};
use crate::engine::error::{EngineError, EngineErrorKind};

/// How often keys that a BatchGetItem left out are asked for again.
const GET_ATTEMPTS: u32 = 10;

/// What a BatchGetItem found, in no order.
#[derive(Debug, Default)]
pub struct Found {
    pub items: Vec<Item>,
    pub consumed: Option<f64>,
}

/// What a BatchWriteItem left for another try.
#[derive(Debug, Default)]
pub struct BatchPut {
    pub unprocessed: Vec<Item>,
    pub consumed: Option<f64>,
}

impl Engine {
    /// Reads up to 100 different keys, eventually consistent, which costs half. Keys that the engine
    /// left out are asked for again.
    pub async fn batch_get(&self, table: &str, keys: &[Item]) -> Result<Found, EngineError> {
        self.batch_read(table, keys, false).await
    }

    /// The same as it is now, for whoever is about to write.
    pub async fn batch_get_now(&self, table: &str, keys: &[Item]) -> Result<Found, EngineError> {
        self.batch_read(table, keys, true).await
    }

    async fn batch_read(&self, table: &str, keys: &[Item], consistent: bool) -> Result<Found, EngineError> {
        debug_assert!(keys.len() <= BATCH_GET);
        let mut found = Found::default();
        let mut left: Vec<_> = keys.iter().map(item_to_sdk).collect();
        for attempt in 0..GET_ATTEMPTS {
            if left.is_empty() {
                return Ok(found);
            }
            let wanted = KeysAndAttributes::builder()
                .set_consistent_read(consistent.then_some(true))
                .set_keys(Some(std::mem::take(&mut left)))
                .build()
                .map_err(|cause| EngineError::new(EngineErrorKind::Validation, cause.to_string()))?;
            let answer = self
                .client()
                .batch_get_item()
                .request_items(table, wanted)
                .return_consumed_capacity(ReturnConsumedCapacity::Total)
                .send()
                .await?;
            if let Some(more) = sum_units(answer.consumed_capacity()) {
                found.consumed = Some(found.consumed.unwrap_or_default() + more);
            }
            for items in answer.responses.unwrap_or_default().into_values() {
                for item in items {
                    found.items.push(item_from_sdk(item)?);
                }
            }
            left = answer
                .unprocessed_keys
                .unwrap_or_default()
                .into_values()
                .flat_map(|rest| rest.keys)
                .collect();
            if !left.is_empty() {
                tokio::time::sleep(jittered(Duration::from_millis(50), attempt, Duration::from_secs(5))).await;
            }
        }
        Err(EngineError::new(
            EngineErrorKind::Throttled,
            format!("the engine left {} keys unread after {GET_ATTEMPTS} requests", left.len()),
        ))
    }

    /// Writes one item where the condition holds; answers the units it consumed.
    pub async fn put(&self, table: &str, item: &Item, condition: Option<&Condition>) -> Result<Option<f64>, EngineError> {
        let mut put = self
            .client()
            .put_item()
            .table_name(table)
            .set_item(Some(item_to_sdk(item)))
            .return_consumed_capacity(ReturnConsumedCapacity::Total);
        if let Some(condition) = condition {
            put = put
                .condition_expression(&condition.text)
                .set_expression_attribute_names(names_to_sdk(&condition.names))
                .set_expression_attribute_values(values_to_sdk(&condition.values));
        }
        let answer = put.customize().config_override(no_retries()).send().await?;
        Ok(units(answer.consumed_capacity.as_ref()))
    }

    /// Writes one item over whatever its key holds; answers what that was.
    pub async fn put_over(&self, table: &str, item: &Item) -> Result<Option<Item>, EngineError> {
        let put = self
            .client()
            .put_item()
            .table_name(table)
            .set_item(Some(item_to_sdk(item)))
            .return_values(ReturnValue::AllOld);
        let answer = put.customize().config_override(no_retries()).send().await?;
        let old = answer.attributes.filter(|old| !old.is_empty());
        old.map(item_from_sdk).transpose()
    }

    /// Writes up to 25 items with different keys, and gives back those that the engine did not take.
    pub async fn batch_put(&self, table: &str, items: &[Item]) -> Result<BatchPut, EngineError> {
        let puts = items
            .iter()
            .map(|item| {
                let put = PutRequest::builder().set_item(Some(item_to_sdk(item))).build();
                put.map(|put| WriteRequest::builder().put_request(put).build())
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|cause| EngineError::new(EngineErrorKind::Validation, cause.to_string()))?;
        let answer = self
            .client()
            .batch_write_item()
            .request_items(table, puts)
            .return_consumed_capacity(ReturnConsumedCapacity::Total)
            .customize()
            .config_override(no_retries())
            .send()
            .await?;
        let consumed = sum_units(answer.consumed_capacity());
        let left = answer.unprocessed_items.unwrap_or_default().into_values().flatten();
        let unprocessed = left
            .filter_map(|write| write.put_request)
            .map(|put| item_from_sdk(put.item))
            .collect::<Result<_, _>>()?;
        Ok(BatchPut { unprocessed, consumed })
    }
}

/// Whoever writes many items sends again at a pace of its own, and must see every throttle for it.
pub(super) fn no_retries() -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled())
}

/// A wait of full jitter: anywhere up to the doubled base, so that many waiters do not meet again.
pub fn jittered(base: Duration, attempt: u32, cap: Duration) -> Duration {
    let most = base.saturating_mul(2u32.saturating_pow(attempt.min(16))).min(cap);
    most.mul_f64(rand::rng().random::<f64>())
}
