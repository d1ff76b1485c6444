//! Statements through the one client. Writes are sent once: a second `SET n = n + 1` is another write,
//! and only a transaction carries a token by which an engine knows it again.

use std::collections::HashMap;
use std::time::Instant;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::types::{
    AttributeValue as SdkValue, BatchStatementRequest, ConsumedCapacity, ParameterizedStatement, ReturnConsumedCapacity,
};
use dynadesk_shared::api::exchange::{CapacitySplit, Exchange};
use dynadesk_shared::{AttributeValue, Item};
use serde_json::{Map, Value, json};

use super::Engine;
use super::convert::{exchange, item_from_sdk, value_to_sdk};
use super::error::{CancelReason, EngineError, unbuildable};

/// One statement as it is sent.
#[derive(Clone, Debug)]
pub struct Sending {
    pub text: String,
    pub parameters: Vec<AttributeValue>,
}

/// How a SELECT is read.
#[derive(Clone, Debug)]
pub struct Paging {
    pub limit: u32,
    /// The engine's own NextToken.
    pub token: Option<String>,
    pub consistent: bool,
}

/// What one statement gave.
#[derive(Debug)]
pub struct Executed {
    pub items: Vec<Item>,
    pub token: Option<String>,
    pub exchange: Exchange,
}

/// What a batch or a transaction gave: an answer for each statement, in order.
#[derive(Debug)]
pub struct ExecutedAll {
    pub answers: Vec<Result<Option<Item>, CancelReason>>,
    pub exchange: Exchange,
}

impl Engine {
    /// Runs one statement; `paging` is for a SELECT and never left out there.
    pub async fn execute_statement(&self, sending: &Sending, paging: Option<&Paging>) -> Result<Executed, EngineError> {
        let started = Instant::now();
        let mut request = self
            .client()
            .execute_statement()
            .statement(&sending.text)
            .set_parameters(parameters_to_sdk(&sending.parameters))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes);
        let mut body = to_json(sending);
        if let Some(paging) = paging {
            request = request
                .limit(i32::try_from(paging.limit).unwrap_or(i32::MAX))
                .set_next_token(paging.token.clone())
                .set_consistent_read(paging.consistent.then_some(true));
            body.insert("Limit".to_owned(), json!(paging.limit));
            if let Some(token) = &paging.token {
                body.insert("NextToken".to_owned(), json!(token));
            }
            if paging.consistent {
                body.insert("ConsistentRead".to_owned(), json!(true));
            }
        }
        body.insert("ReturnConsumedCapacity".to_owned(), json!("INDEXES"));
        let answer = match paging {
            Some(_) => request.send().await?,
            None => request.customize().config_override(once()).send().await?,
        };
        let mut exchange = exchange("ExecuteStatement", Value::Object(body), started);
        exchange.consumed = answer.consumed_capacity().and_then(ConsumedCapacity::capacity_units);
        exchange.split = answer
            .consumed_capacity()
            .and_then(|consumed| split(std::slice::from_ref(consumed)));
        Ok(Executed {
            items: items(answer.items.unwrap_or_default())?,
            token: answer.next_token,
            exchange,
        })
    }

    /// Runs up to 25 statements, each on its own.
    pub async fn batch_execute_statement(&self, sending: &[Sending], consistent: bool) -> Result<ExecutedAll, EngineError> {
        let started = Instant::now();
        let statements = sending.iter().map(|one| {
            BatchStatementRequest::builder()
                .statement(&one.text)
                .set_parameters(parameters_to_sdk(&one.parameters))
                .set_consistent_read(consistent.then_some(true))
                .build()
                .map_err(unbuildable)
        });
        let answer = self
            .client()
            .batch_execute_statement()
            .set_statements(Some(statements.collect::<Result<_, _>>()?))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .customize()
            .config_override(once())
            .send()
            .await?;
        let bodies = sending.iter().map(|one| {
            let mut body = to_json(one);
            if consistent {
                body.insert("ConsistentRead".to_owned(), json!(true));
            }
            body
        });
        let body = json!({"Statements": bodies.collect::<Vec<_>>(), "ReturnConsumedCapacity": "INDEXES"});
        let mut exchange = exchange("BatchExecuteStatement", body, started);
        consumed(&mut exchange, answer.consumed_capacity());
        let answers = answer
            .responses
            .unwrap_or_default()
            .into_iter()
            .map(|response| match response.error {
                Some(error) => Ok(Err(CancelReason {
                    code: error.code.map_or_else(String::new, |code| code.as_str().to_owned()),
                    message: error.message,
                })),
                None => Ok(Ok(response.item.map(item_from_sdk).transpose()?)),
            });
        Ok(ExecutedAll {
            answers: answers.collect::<Result<_, EngineError>>()?,
            exchange,
        })
    }

    /// Runs up to 100 statements, all or none. The error of a cancelled transaction carries one reason
    /// for each statement, in order.
    pub async fn execute_transaction(&self, sending: &[Sending]) -> Result<ExecutedAll, EngineError> {
        let started = Instant::now();
        let statements = sending.iter().map(|one| {
            ParameterizedStatement::builder()
                .statement(&one.text)
                .set_parameters(parameters_to_sdk(&one.parameters))
                .build()
                .map_err(unbuildable)
        });
        let answer = self
            .client()
            .execute_transaction()
            .set_transact_statements(Some(statements.collect::<Result<_, _>>()?))
            .return_consumed_capacity(ReturnConsumedCapacity::Indexes)
            .send()
            .await?;
        let mut exchange = exchange("ExecuteTransaction", transaction_json(sending), started);
        consumed(&mut exchange, answer.consumed_capacity());
        let answers = answer
            .responses
            .unwrap_or_default()
            .into_iter()
            .map(|response| Ok(Ok(response.item.map(item_from_sdk).transpose()?)));
        Ok(ExecutedAll {
            answers: answers.collect::<Result<_, EngineError>>()?,
            exchange,
        })
    }
}

/// The request of a transaction, for the screen that shows why it was cancelled.
pub fn transaction_json(sending: &[Sending]) -> Value {
    json!({
        "TransactStatements": sending.iter().map(to_json).collect::<Vec<_>>(),
        "ReturnConsumedCapacity": "INDEXES",
    })
}

fn once() -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder().retry_config(RetryConfig::disabled())
}

/// DynamoDB refuses an empty list.
fn parameters_to_sdk(parameters: &[AttributeValue]) -> Option<Vec<SdkValue>> {
    (!parameters.is_empty()).then(|| parameters.iter().map(value_to_sdk).collect())
}

fn to_json(sending: &Sending) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("Statement".to_owned(), json!(sending.text));
    if !sending.parameters.is_empty() {
        body.insert("Parameters".to_owned(), json!(sending.parameters));
    }
    body
}

fn items(items: Vec<HashMap<String, SdkValue>>) -> Result<Vec<Item>, EngineError> {
    items.into_iter().map(item_from_sdk).collect()
}

fn consumed(exchange: &mut Exchange, consumed: &[ConsumedCapacity]) {
    exchange.consumed = consumed.iter().filter_map(ConsumedCapacity::capacity_units).reduce(|a, b| a + b);
    exchange.split = split(consumed);
}

/// The units of tables and of indexes, where the engine told them apart.
fn split(consumed: &[ConsumedCapacity]) -> Option<CapacitySplit> {
    let mut sum = CapacitySplit::default();
    for one in consumed {
        sum.table += one.table()?.capacity_units()?;
        let indexes = one
            .global_secondary_indexes()
            .into_iter()
            .chain(one.local_secondary_indexes())
            .flatten();
        for (name, capacity) in indexes {
            *sum.indexes.entry(name.clone()).or_default() += capacity.capacity_units()?;
        }
    }
    (!consumed.is_empty()).then_some(sum)
}
