//! The interceptor: it sees every attempt of every request, the SDK's own retries too, and changes none.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataError;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodbstreams::operation::get_records::GetRecordsOutput;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::Error;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};

use super::asked::{self, Asked};
use super::{Counters, Outcome, Spent, What};
use crate::clock::Clock;
use crate::engine::error::{EngineErrorKind, kind_of};
use crate::traces::{self, Call};

const STREAMS: &str = "DynamoDB Streams";

/// Counts what passes through the clients that it is given to, and traces it. Cheap to clone: all clones count
/// together.
#[derive(Clone, Debug)]
pub struct Counting {
    pub counters: Counters,
    clock: Clock,
    /// What its connection is called.
    name: Arc<OnceLock<String>>,
}

impl Counting {
    /// Begins to count now.
    pub fn begin() -> Self {
        let clock = Clock::system();
        Self {
            counters: Counters::new(clock.now().div_euclid(60_000_000)),
            clock,
            name: Arc::default(),
        }
    }

    /// What traces call it. The store's own engine is no connection and has no name.
    pub fn name(&self, connection: &str) {
        _ = self.name.set(connection.to_owned());
    }

    /// An attempt that has just ended, and what was consumed of which tables. One that is quiet brought no records
    /// of a stream, where somebody asks again and again.
    pub(super) fn ended(&self, what: What, outcome: Outcome, took: Duration, tables: &BTreeMap<String, Spent>, quiet: bool) {
        let sums = tables.values().map(Spent::sum);
        let (read, written) = sums.fold((0.0, 0.0), |(read, written), sum| (read + sum.read, written + sum.write));
        traces::called(&Call {
            connection: self.name.get().map_or("store", String::as_str),
            service: &what.service,
            operation: &what.operation,
            outcome: outcome.word(),
            failed: matches!(outcome, Outcome::Throttled | Outcome::Failed),
            quiet,
            read,
            written,
            took,
        });
        let minute = self.clock.now().div_euclid(60_000_000);
        self.counters.add(minute, tables, what, outcome, took.as_secs_f64() * 1000.0);
    }
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
        let mut quiet = false;
        let outcome = match context.output_or_error() {
            Some(Ok(output)) => {
                let found = output.downcast_ref::<GetRecordsOutput>();
                quiet = metadata.service() == STREAMS && found.is_none_or(|found| found.records().is_empty());
                for (table, spent) in asked.iter().flat_map(|asked| asked::spent(asked, output)) {
                    tables.entry(table).or_default().merge(&spent);
                }
                Outcome::Fine
            }
            Some(Err(error)) => fault(metadata.service(), error, context.response()),
            None => Outcome::Failed,
        };
        let took = bag.load::<Began>().map(|began| began.0.elapsed()).unwrap_or_default();
        let what = What::new(metadata.service(), metadata.name());
        self.ended(what, outcome, took, &tables, quiet);
        Ok(())
    }
}

/// Whose fault it is, by the service's own name for the error.
fn fault(service: &str, error: &OrchestratorError<Error>, response: Option<&HttpResponse>) -> Outcome {
    let Some(response) = response else {
        return Outcome::Failed;
    };
    // CloudWatch answers in CBOR; all others name their errors as DynamoDB does.
    let measured = error
        .as_operation_error()
        .and_then(|error| error.downcast_ref::<GetMetricDataError>());
    let name = match measured {
        Some(error) => error.code().unwrap_or_default().to_owned(),
        None => named(response),
    };
    outcome(service, &name, response.status().as_u16())
}

fn named(response: &HttpResponse) -> String {
    #[derive(serde::Deserialize)]
    struct Named {
        #[serde(rename = "__type")]
        name: String,
    }
    let named = response.body().bytes().and_then(|body| serde_json::from_slice::<Named>(body).ok());
    let name = named.as_ref().and_then(|named| named.name.rsplit('#').next());
    name.unwrap_or_default().to_owned()
}

/// How an attempt ended that was answered with this error.
pub(super) fn outcome(service: &str, name: &str, status: u16) -> Outcome {
    match (kind_of(name, status), name) {
        // As CloudWatch and Cognito say it.
        (_, "Throttling" | "TooManyRequestsException") => Outcome::Throttled,
        (EngineErrorKind::Throttled, _) => Outcome::Throttled,
        // More than two readers of a shard: waiting helps.
        (EngineErrorKind::LimitExceeded, _) if service == STREAMS => Outcome::Throttled,
        (EngineErrorKind::Unreachable | EngineErrorKind::Other, _) if status >= 500 || name.is_empty() => Outcome::Failed,
        _ => Outcome::Refused,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use aws_sdk_dynamodb::error::ErrorMetadata;

    use super::*;

    fn answer(status: u16, body: &'static str) -> Outcome {
        let error = OrchestratorError::other("refused");
        fault(
            "DynamoDB",
            &error,
            Some(&HttpResponse::new(status.try_into().unwrap(), body.into())),
        )
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
        assert_eq!(fault("DynamoDB", &OrchestratorError::other("cut off"), None), Outcome::Failed);
    }

    #[test]
    fn every_service_has_its_own_words() {
        assert_eq!(outcome("CloudWatch", "Throttling", 400), Outcome::Throttled);
        assert_eq!(
            outcome("Cognito Identity Provider", "TooManyRequestsException", 400),
            Outcome::Throttled
        );
        assert_eq!(outcome("Cognito Identity Provider", "InternalErrorException", 500), Outcome::Failed);
        assert_eq!(outcome(STREAMS, "LimitExceededException", 400), Outcome::Throttled);
        assert_eq!(outcome("DynamoDB", "LimitExceededException", 400), Outcome::Refused);
        assert_eq!(outcome("STS", "", 403), Outcome::Refused);
        let denied = GetMetricDataError::generic(ErrorMetadata::builder().code("AccessDenied").build());
        let denied = OrchestratorError::operation(Error::erase(denied));
        let cbor = HttpResponse::new(403.try_into().unwrap(), "not JSON".into());
        assert_eq!(fault("CloudWatch", &denied, Some(&cbor)), Outcome::Refused);
    }
}
