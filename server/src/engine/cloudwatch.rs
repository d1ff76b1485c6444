//! CloudWatch: one GetMetricData for all that a screen shows.

use std::collections::BTreeMap;
use std::time::Instant;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy};
use dynadesk_shared::api::exchange::Exchange;
use serde_json::{Value, json};

use super::convert::exchange;
use super::error::kind_of;
use super::metrics::Counting;
use super::{EngineError, EngineErrorKind};

/// What GetMetricData takes at most.
pub const QUERIES: usize = 500;
const NAMESPACE: &str = "AWS/DynamoDB";
/// More pages than this are no answer to a question about one table.
const PAGES: usize = 20;

/// The measurements of one account and region. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CloudWatch {
    client: Client,
    /// Where it answers, for a person.
    place: String,
}

/// One series: a metric, what it is about, and how its points are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub metric: &'static str,
    pub dimensions: Vec<(&'static str, String)>,
    /// `Sum`, `Average`, `p99` and so on.
    pub stat: &'static str,
}

/// The points of one series, by the second at which each begins.
pub type Series = BTreeMap<i64, f64>;

impl CloudWatch {
    pub fn new(config: aws_sdk_cloudwatch::config::Builder, counting: &Counting, place: String) -> Self {
        Self {
            client: Client::from_conf(config.interceptor(counting.clone()).build()),
            place,
        }
    }

    pub fn place(&self) -> &str {
        &self.place
    }

    /// The series in the order of their queries, from one second until before another.
    pub async fn read(&self, queries: &[Query], (from, until): (i64, i64), step: i64) -> Result<(Vec<Series>, Exchange), EngineError> {
        let started = Instant::now();
        let mut series = vec![Series::new(); queries.len()];
        let mut next = None;
        for _ in 0..PAGES {
            let page = self
                .client
                .get_metric_data()
                .set_metric_data_queries(Some(queries.iter().enumerate().map(|(at, query)| query.to_sdk(at, step)).collect()))
                .start_time(DateTime::from_secs(from))
                .end_time(DateTime::from_secs(until))
                .scan_by(ScanBy::TimestampAscending)
                .set_next_token(next)
                .send()
                .await
                .map_err(refused)?;
            for result in page.metric_data_results() {
                let at = result
                    .id()
                    .and_then(|id| id.strip_prefix('q'))
                    .and_then(|at| at.parse::<usize>().ok());
                if let Some(points) = at.and_then(|at| series.get_mut(at)) {
                    let times = result.timestamps().iter().map(DateTime::secs);
                    points.extend(times.zip(result.values().iter().copied()));
                }
            }
            next = page.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok((series, exchange("GetMetricData", request(queries, (from, until), step), started)));
            }
        }
        Err(EngineError::new(
            EngineErrorKind::Other,
            format!("CloudWatch did not come to an end in {PAGES} pages"),
        ))
    }
}

impl Query {
    fn to_sdk(&self, at: usize, step: i64) -> MetricDataQuery {
        let dimension = |(name, value): &(&str, String)| Dimension::builder().name(*name).value(value).build();
        let metric = Metric::builder()
            .namespace(NAMESPACE)
            .metric_name(self.metric)
            .set_dimensions(Some(self.dimensions.iter().map(dimension).collect()))
            .build();
        let stat = MetricStat::builder()
            .metric(metric)
            .period(i32::try_from(step).unwrap_or(i32::MAX))
            .stat(self.stat)
            .build();
        MetricDataQuery::builder().id(format!("q{at}")).metric_stat(stat).build()
    }

    fn to_json(&self, at: usize, step: i64) -> Value {
        let dimension = |(name, value): &(&str, String)| json!({"Name": name, "Value": value});
        json!({
            "Id": format!("q{at}"),
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": self.metric,
                    "Dimensions": self.dimensions.iter().map(dimension).collect::<Vec<_>>(),
                },
                "Period": step,
                "Stat": self.stat,
            },
        })
    }
}

/// The request as it is sent, for the screen.
fn request(queries: &[Query], (from, until): (i64, i64), step: i64) -> Value {
    let queries: Vec<Value> = queries.iter().enumerate().map(|(at, query)| query.to_json(at, step)).collect();
    json!({"MetricDataQueries": queries, "StartTime": from, "EndTime": until, "ScanBy": "TimestampAscending"})
}

fn refused<E>(error: SdkError<E, aws_sdk_cloudwatch::config::http::HttpResponse>) -> EngineError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let error = context.into_err();
            let code = error.code().map(str::to_owned);
            // It names its errors as DynamoDB does, but for this one.
            let kind = match code.as_deref() {
                Some("AccessDenied") => EngineErrorKind::Denied,
                Some("Throttling") => EngineErrorKind::Throttled,
                Some("InvalidParameterValue" | "InvalidParameterCombination" | "MissingParameter") => EngineErrorKind::Validation,
                other => kind_of(other.unwrap_or_default(), status),
            };
            let said = error.message().unwrap_or("no reason given");
            EngineError {
                message: format!("CloudWatch refused: {said}"),
                kind,
                code,
            }
        }
        SdkError::TimeoutError(_) => EngineError::new(EngineErrorKind::Unreachable, "CloudWatch did not answer in time"),
        SdkError::ResponseError(_) => EngineError::new(
            EngineErrorKind::Unreachable,
            "something answered that does not speak CloudWatch: check `cloudwatch_url`",
        ),
        other => EngineError::new(
            EngineErrorKind::Unreachable,
            format!("CloudWatch could not be reached: {}", DisplayErrorContext(other)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_shown_as_it_is_sent() {
        let query = Query {
            metric: "ConsumedReadCapacityUnits",
            dimensions: vec![
                ("TableName", "notes".to_owned()),
                ("GlobalSecondaryIndexName", "by-kind".to_owned()),
            ],
            stat: "Sum",
        };
        let shown = request(std::slice::from_ref(&query), (0, 3_600), 60);
        let stat = &shown["MetricDataQueries"][0]["MetricStat"];
        assert_eq!(stat["Metric"]["Dimensions"][1]["Value"], "by-kind");
        assert_eq!((&stat["Period"], &stat["Stat"]), (&json!(60), &json!("Sum")));
        let sent = query.to_sdk(0, 60);
        assert_eq!(sent.id(), Some("q0"));
        let metric = sent.metric_stat().and_then(|stat| stat.metric()).expect("a metric");
        assert_eq!((metric.namespace(), metric.dimensions().len()), (Some(NAMESPACE), 2));
    }
}
