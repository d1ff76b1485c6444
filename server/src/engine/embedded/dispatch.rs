//! From an operation's name to the embedded engine's method, and from its reading errors to the
//! names that DynamoDB gives them.

use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Runs one operation; nothing when the engine has none of that name.
pub fn dispatch(database: &Database, operation: &str, body: &str) -> Option<Result<String, DynoxideError>> {
    /// One line for each operation, since every request and response has a type of its own.
    macro_rules! operations {
        ($($name:literal => $method:ident,)*) => {
            match operation {
                $($name => run(body, |request| database.$method(request)),)*
                _ => return None,
            }
        };
    }
    Some(operations! {
        "ListTables" => list_tables,
        "DescribeTable" => describe_table,
        "CreateTable" => create_table,
        "UpdateTable" => update_table,
        "DeleteTable" => delete_table,
        "DescribeTimeToLive" => describe_time_to_live,
        "UpdateTimeToLive" => update_time_to_live,
        "ListTagsOfResource" => list_tags_of_resource,
        "TagResource" => tag_resource,
        "UntagResource" => untag_resource,
        "GetItem" => get_item,
        "PutItem" => put_item,
        "UpdateItem" => update_item,
        "DeleteItem" => delete_item,
        "Query" => query,
        "Scan" => scan,
        "BatchGetItem" => batch_get_item,
        "BatchWriteItem" => batch_write_item,
        "TransactGetItems" => transact_get_items,
        "TransactWriteItems" => transact_write_items,
        "ExecuteStatement" => execute_statement,
        "BatchExecuteStatement" => batch_execute_statement,
        "ExecuteTransaction" => execute_transaction,
        "ListStreams" => list_streams,
        "DescribeStream" => describe_stream,
        "GetShardIterator" => get_shard_iterator,
        "GetRecords" => get_records,
    })
}

fn run<Q, A>(body: &str, call: impl FnOnce(Q) -> Result<A, DynoxideError>) -> Result<String, DynoxideError>
where
    Q: DeserializeOwned,
    A: Serialize,
{
    let request = serde_json::from_str(body).map_err(|cause| unreadable(&cause.to_string()))?;
    let answer = call(request)?;
    serde_json::to_string(&answer).map_err(|cause| DynoxideError::InternalServerError(cause.to_string()))
}

/// The engine marks what kind of error a request's reader found in front of the reader's message.
/// Unmarked, a missing, null or unknown value is invalid and a wrong JSON type is malformed.
fn unreadable(message: &str) -> DynoxideError {
    for marker in ["VALIDATION_AS_READ:", "VALIDATION_REQUEST:", "VALIDATION:"] {
        if let Some(rest) = message.strip_prefix(marker) {
            return DynoxideError::ValidationException(without_position(rest).to_owned());
        }
    }
    for marker in ["SERIALIZATION_AS_READ:", "SERIALIZATION:"] {
        if let Some(rest) = message.strip_prefix(marker) {
            return DynoxideError::SerializationException(without_position(rest).to_owned());
        }
    }
    let invalid = ["missing field", "unknown variant", "invalid type: null", "AttributeValue"];
    let text = without_position(message).to_owned();
    if invalid.iter().any(|mark| message.contains(mark)) {
        DynoxideError::ValidationException(text)
    } else {
        DynoxideError::SerializationException(text)
    }
}

/// A reader's message without its place in a body that the operator never saw.
fn without_position(message: &str) -> &str {
    message.rfind(" at line ").map_or(message, |at| &message[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_never_reach_the_wire() {
        let error = unreadable("VALIDATION_REQUEST:too long at line 1 column 9");
        assert!(matches!(&error, DynoxideError::ValidationException(text) if text == "too long"));
        let error = unreadable("SERIALIZATION:NUMBER_VALUE cannot be converted at line 1 column 2");
        assert!(matches!(&error, DynoxideError::SerializationException(text) if text == "NUMBER_VALUE cannot be converted"));
        assert!(matches!(
            unreadable("missing field `TableName` at line 1 column 2"),
            DynoxideError::ValidationException(_)
        ));
    }

    #[test]
    fn an_unknown_operation_is_none() {
        let database = Database::memory().expect("memory");
        assert!(dispatch(&database, "CreateBackup", "{}").is_none());
        assert!(matches!(dispatch(&database, "ListTables", "{}"), Some(Ok(_))));
    }
}
