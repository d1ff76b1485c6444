//! The embedded engine keeps the records of a table's name for ever in one shard: those of a stream
//! that was turned off, and of a table that was deleted, come back in the next stream of that name.
//! Its numbers and labels are times, so each stream can begin where it was turned on, and no earlier
//! than a day ago, as on DynamoDB.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dynoxide::DynoxideError;
use serde_json::{Value, json};

/// How long DynamoDB keeps a stream record.
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// A sequence number is this and the microseconds since 1970.
const NUMBER_OFFSET: u128 = 100_000_000_000_000_000_000;

/// The request as the engine should have it: the beginning of a stream as a number.
pub fn asked(operation: &str, body: String, now: SystemTime) -> String {
    if operation != "GetShardIterator" {
        return body;
    }
    let Ok(mut request) = serde_json::from_str::<Value>(&body) else {
        return body;
    };
    if request["ShardIteratorType"] != "TRIM_HORIZON" || !request["SequenceNumber"].is_null() {
        return body;
    }
    let Some(turned_on) = request["StreamArn"].as_str().and_then(label).and_then(micros) else {
        return body;
    };
    let horizon = now.checked_sub(KEPT).and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let horizon = horizon.map_or(0, |since| since.as_micros());
    // The label went through a float, which may have moved it by a microsecond.
    let before = turned_on.max(horizon).saturating_sub(2).max(1);
    request["ShardIteratorType"] = json!("AFTER_SEQUENCE_NUMBER");
    request["SequenceNumber"] = json!((NUMBER_OFFSET + before).to_string());
    request.to_string()
}

/// The answer, or that there is no such stream: the engine describes today's stream whatever label is asked for.
pub fn checked(operation: &str, body: &str, answer: String) -> Result<String, DynoxideError> {
    if operation != "DescribeStream" {
        return Ok(answer);
    }
    let request: Value = serde_json::from_str(body).unwrap_or_default();
    let described: Value = serde_json::from_str(&answer).unwrap_or_default();
    let arn = request["StreamArn"].as_str().unwrap_or_default();
    if label(arn) == described["StreamDescription"]["StreamLabel"].as_str() {
        return Ok(answer);
    }
    let message = format!("Requested resource not found: Stream: {arn} not found");
    Err(DynoxideError::ResourceNotFoundException(message))
}

fn label(arn: &str) -> Option<&str> {
    arn.rsplit_once("/stream/").map(|(_, label)| label)
}

/// A label's seconds and nanoseconds as microseconds.
fn micros(label: &str) -> Option<u128> {
    let (seconds, nanos) = label.split_once('.')?;
    Some(seconds.parse::<u128>().ok()? * 1_000_000 + nanos.parse::<u128>().ok()? / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:dynamodb:dynoxide:000000000000:table/t/stream/1700000000.123456000";

    #[test]
    fn a_stream_begins_where_it_was_turned_on_and_at_most_a_day_ago() {
        let body = |kind: &str| json!({"StreamArn": ARN, "ShardId": "s", "ShardIteratorType": kind}).to_string();
        let at = |seconds: u64| UNIX_EPOCH + Duration::from_secs(seconds);
        let number = |now| -> Value {
            let asked: Value = serde_json::from_str(&asked("GetShardIterator", body("TRIM_HORIZON"), now)).expect("json");
            assert_eq!(asked["ShardIteratorType"], "AFTER_SEQUENCE_NUMBER");
            asked["SequenceNumber"].clone()
        };
        assert_eq!(number(at(1_700_000_100)), "100001700000000123454");
        assert_eq!(number(at(1_700_100_000)), "100001700013599999998");
        assert_eq!(asked("GetShardIterator", body("LATEST"), at(0)), body("LATEST"));
    }

    #[test]
    fn a_stream_of_another_label_is_none() {
        let request = json!({"StreamArn": ARN}).to_string();
        let answer = |label: &str| json!({"StreamDescription": {"StreamLabel": label}}).to_string();
        assert!(checked("DescribeStream", &request, answer("1700000000.123456000")).is_ok());
        assert!(matches!(
            checked("DescribeStream", &request, answer("1800000000.000000000")),
            Err(DynoxideError::ResourceNotFoundException(_))
        ));
    }
}
