//! DynamoDB Streams: describe a stream, get an iterator, read records.

use std::time::Instant;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodbstreams::types as sdk;
use dynadesk_shared::api::streams::{ChangeKind, ShardView, StreamRecord, StreamView};
use dynadesk_shared::{AttributeValue, Item, size};
use serde_json::json;

use super::convert::exchange;
use super::{Engine, EngineError, EngineErrorKind};

/// Who removes an expired item.
const TTL_PRINCIPAL: &str = "dynamodb.amazonaws.com";

/// Where in a shard an iterator begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IteratorStart {
    TrimHorizon,
    Latest,
    After(String),
}

/// One answer of GetRecords.
#[derive(Debug)]
pub struct RecordPage {
    pub records: Vec<StreamRecord>,
    /// Records that cannot be read: they hold up none of the others.
    pub damaged: Vec<Damaged>,
    /// Nothing where the shard is closed and this was its end.
    pub next: Option<String>,
}

/// A record of a kind, or with a value of a type, that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged {
    pub sequence_number: String,
    pub why: String,
}

impl Engine {
    /// A stream with all its shards.
    pub async fn describe_stream(&self, arn: &str) -> Result<StreamView, EngineError> {
        let started = Instant::now();
        let mut shards = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let answer = self
                .streams()
                .describe_stream()
                .stream_arn(arn)
                .set_exclusive_start_shard_id(after.take())
                .send()
                .await
                .map_err(refused)?;
            let page = answer
                .stream_description
                .ok_or_else(|| EngineError::new(EngineErrorKind::Other, format!("the engine described nothing for stream {arn}")))?;
            shards.extend(page.shards.unwrap_or_default().into_iter().filter_map(shard));
            match page.last_evaluated_shard_id.filter(|id| !id.is_empty()) {
                Some(last) => after = Some(last),
                None => {
                    return Ok(StreamView {
                        arn: arn.to_owned(),
                        table: page.table_name.unwrap_or_default(),
                        status: page
                            .stream_status
                            .map_or_else(|| "UNKNOWN".to_owned(), |status| status.as_str().to_owned()),
                        view_type: page
                            .stream_view_type
                            .map_or_else(|| "UNKNOWN".to_owned(), |kind| kind.as_str().to_owned()),
                        shards,
                        exchange: exchange("DescribeStream", json!({"StreamArn": arn}), started),
                    });
                }
            }
        }
    }

    /// An iterator; nothing where the shard has no place for one any more, because it was read to its end.
    pub async fn shard_iterator(&self, arn: &str, shard: &str, start: &IteratorStart) -> Result<Option<String>, EngineError> {
        let (kind, number) = match start {
            IteratorStart::TrimHorizon => (sdk::ShardIteratorType::TrimHorizon, None),
            IteratorStart::Latest => (sdk::ShardIteratorType::Latest, None),
            IteratorStart::After(number) => (sdk::ShardIteratorType::AfterSequenceNumber, Some(number.clone())),
        };
        let answer = self
            .streams()
            .get_shard_iterator()
            .stream_arn(arn)
            .shard_id(shard)
            .shard_iterator_type(kind)
            .set_sequence_number(number)
            .send()
            .await
            .map_err(refused)?;
        Ok(answer.shard_iterator.filter(|iterator| !iterator.is_empty()))
    }

    /// The records of one page, in their order. The page may be empty although more follow.
    pub async fn stream_records(&self, shard: &str, iterator: &str, limit: i32) -> Result<RecordPage, EngineError> {
        let answer = self
            .streams()
            .get_records()
            .shard_iterator(iterator)
            .limit(limit)
            .send()
            .await
            .map_err(refused)?;
        let (mut records, mut damaged) = (Vec::new(), Vec::new());
        for read in answer.records.unwrap_or_default() {
            let number = read.dynamodb.as_ref().and_then(|change| change.sequence_number.clone());
            match (record(shard, read), number) {
                (Ok(record), _) => records.push(record),
                (Err(error), Some(sequence_number)) => damaged.push(Damaged {
                    sequence_number,
                    why: error.message,
                }),
                // Without a number nobody can go on behind it.
                (Err(error), None) => return Err(error),
            }
        }
        Ok(RecordPage {
            records,
            damaged,
            next: answer.next_shard_iterator.filter(|iterator| !iterator.is_empty()),
        })
    }
}

/// More than two readers of a shard are refused as a limit that is exceeded; waiting helps.
fn refused<E>(error: SdkError<E, HttpResponse>) -> EngineError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let mut error = EngineError::of_sdk(error, EngineError::named);
    if error.kind == EngineErrorKind::LimitExceeded {
        error.kind = EngineErrorKind::Throttled;
    }
    error
}

fn shard(shard: sdk::Shard) -> Option<ShardView> {
    let range = shard.sequence_number_range;
    let (starting, ending) = range.map_or((None, None), |range| (range.starting_sequence_number, range.ending_sequence_number));
    Some(ShardView {
        id: shard.shard_id?,
        parent: shard.parent_shard_id.filter(|parent| !parent.is_empty()),
        starting,
        ending,
    })
}

fn record(shard: &str, record: sdk::Record) -> Result<StreamRecord, EngineError> {
    let incomplete = |what: &str| EngineError::new(EngineErrorKind::Other, format!("the engine sent a stream record without {what}"));
    let change = record.dynamodb.ok_or_else(|| incomplete("its change"))?;
    let kind = match record.event_name {
        Some(sdk::OperationType::Insert) => ChangeKind::Insert,
        Some(sdk::OperationType::Modify) => ChangeKind::Modify,
        Some(sdk::OperationType::Remove) => ChangeKind::Remove,
        _ => return Err(incomplete("a known kind of change")),
    };
    let by_ttl = record
        .user_identity
        .is_some_and(|who| who.principal_id.as_deref() == Some(TTL_PRINCIPAL));
    let sequence_number = change.sequence_number.ok_or_else(|| incomplete("a sequence number"))?;
    let key = item(change.keys.unwrap_or_default())?;
    let old = change.old_image.map(item).transpose()?;
    let new = change.new_image.map(item).transpose()?;
    // What a browser and the server keep is bounded by the bytes, and not every engine says them.
    let said = change
        .size_bytes
        .and_then(|bytes| u64::try_from(bytes).ok())
        .filter(|bytes| *bytes > 0);
    let counted = || {
        [Some(&key), old.as_ref(), new.as_ref()]
            .into_iter()
            .flatten()
            .map(size::item_bytes)
            .sum::<usize>() as u64
    };
    Ok(StreamRecord {
        event_id: record.event_id.unwrap_or_else(|| sequence_number.clone()),
        kind,
        by_ttl: by_ttl && kind == ChangeKind::Remove,
        shard: shard.to_owned(),
        sequence_number,
        at: change
            .approximate_creation_date_time
            .and_then(|at| i64::try_from(at.as_nanos() / 1000).ok()),
        size_bytes: said.unwrap_or_else(counted),
        key,
        old,
        new,
        view_type: change.stream_view_type.map(|kind| kind.as_str().to_owned()),
    })
}

fn item(item: std::collections::HashMap<String, sdk::AttributeValue>) -> Result<Item, EngineError> {
    item.into_iter().map(|(name, found)| Ok((name, value(found)?))).collect()
}

/// The streams' SDK has types of its own for the same values.
fn value(found: sdk::AttributeValue) -> Result<AttributeValue, EngineError> {
    Ok(match found {
        sdk::AttributeValue::S(text) => AttributeValue::S(text),
        sdk::AttributeValue::N(text) => AttributeValue::N(text),
        sdk::AttributeValue::B(blob) => AttributeValue::B(blob.into_inner()),
        sdk::AttributeValue::Bool(flag) => AttributeValue::Bool(flag),
        sdk::AttributeValue::Null(_) => AttributeValue::Null,
        sdk::AttributeValue::L(list) => AttributeValue::L(list.into_iter().map(value).collect::<Result<_, _>>()?),
        sdk::AttributeValue::M(members) => AttributeValue::M(item(members)?),
        sdk::AttributeValue::Ss(set) => AttributeValue::Ss(set),
        sdk::AttributeValue::Ns(set) => AttributeValue::Ns(set),
        sdk::AttributeValue::Bs(set) => AttributeValue::Bs(set.into_iter().map(|blob| blob.into_inner()).collect()),
        _ => {
            return Err(EngineError::new(
                EngineErrorKind::Other,
                "the engine sent a value of a type that this version does not know",
            ));
        }
    })
}
