//! The interceptor: it sees every attempt of every request, the SDK's own retries too, and changes none.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use super::asked::{self, Asked};
use super::{Counters, Outcome, Spent};
use crate::clock::Clock;
use crate::engine::error::{EngineErrorKind, kind_of};
use crate::traces::{self, Call};

/// Counts what passes, and traces it.
#[derive(Debug)]
pub struct Counting {
    pub counters: Counters,
    pub clock: Clock,
    pub name: Arc<OnceLock<String>>,
}

/// When the attempt under way began.
#[derive(Debug)]
struct Began(Instant);

impl Storable for Began {
    type Storer = StoreReplace<Self>;
}

impl Storable for Asked {
    type Storer = StoreReplace<Self>;
}

#[dyn_dispatch_hint]
impl Intercept for Counting {
    fn name(&self) -> &'static str {
        "Counting"
    }

    /// The last moment at which the request is not yet bytes.
    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let asked = bag
            .load::<Metadata>()
            .and_then(|metadata| asked::of(metadata.name(), context.input()));
        if let Some(asked) = asked {
            bag.interceptor_state().store_put(asked);
        }
        Ok(())
    }

    fn read_before_attempt(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        bag.interceptor_state().store_put(Began(Instant::now()));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(metadata) = bag.load::<Metadata>() else {
            return Ok(());
        };
        // What touches no items (DescribeTable, ListTables) is of no table, as with CloudWatch.
        let asked = bag.load::<Asked>();
        let tables = asked.iter().flat_map(|asked| &asked.tables);
        let mut tables: BTreeMap<String, Spent> = tables.map(|table| (table.clone(), Spent::default())).collect();
        let outcome = match context.output_or_error() {
            Some(Ok(output)) => {
                for (table, spent) in asked.iter().flat_map(|asked| asked::spent(asked, output)) {
                    tables.entry(table).or_default().merge(&spent);
                }
                Outcome::Fine
            }
            _ => fault(context.response()),
        };
        let took = bag.load::<Began>().map(|began| began.0.elapsed()).unwrap_or_default();
        let minute = self.clock.now().div_euclid(60_000_000);
        let took_ms = took.as_secs_f64() * 1000.0;
        self.counters.add(minute, &tables, metadata.name(), outcome, took_ms);
        let sums = tables.values().map(Spent::sum);
        let (read, written) = sums.fold((0.0, 0.0), |(read, written), sum| (read + sum.read, written + sum.write));
        traces::called(&Call {
            connection: self.name.get().map_or("store", String::as_str),
            operation: metadata.name(),
            outcome: outcome.word(),
            failed: matches!(outcome, Outcome::Throttled | Outcome::Failed),
            read,
            written,
            took,
        });
        Ok(())
    }
}

/// Whose fault it is, by DynamoDB's own name for the error.
fn fault(response: Option<&HttpResponse>) -> Outcome {
    let Some(response) = response else {
        return Outcome::Failed;
    };
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(rename = "__type")]
        name: String,
    }
    let named = response.body().bytes().and_then(|body| serde_json::from_slice::<Named>(body).ok());
    let name = named.as_ref().map_or("", |named| named.name.rsplit('#').next().unwrap_or_default());
    let status = response.status().as_u16();
    match kind_of(name, status) {
        EngineErrorKind::Throttled => Outcome::Throttled,
        EngineErrorKind::Unreachable | EngineErrorKind::Other if status >= 500 || name.is_empty() => Outcome::Failed,
        _ => Outcome::Refused,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;

    fn answer(status: u16, body: &'static str) -> Outcome {
        fault(Some(&HttpResponse::new(status.try_into().unwrap(), body.into())))
    }

    #[test]
    fn errors_are_told_apart() {
        let throttled = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}"#;
        assert_eq!(answer(400, throttled), Outcome::Throttled);
        let condition = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}"#;
        assert_eq!(answer(400, condition), Outcome::Refused);
        let internal = r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}"#;
        assert_eq!(answer(500, internal), Outcome::Failed);
        assert_eq!(answer(502, "<html>"), Outcome::Failed);
        assert_eq!(fault(None), Outcome::Failed);
    }
}
