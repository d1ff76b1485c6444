//! HTTP as the SDK knows it, without the network: a request's operation and body in, an answer out.

use std::time::SystemTime;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use dynoxide::{Database, DynoxideError};
use serde_json::{Value, json};

use super::dispatch::dispatch;
use super::streams;

/// A page without a limit would read the rest of the table while it holds the only lock.
const PAGE_LIMIT: u64 = 1000;

pub fn answer(database: &Database, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    let operation = target.rsplit_once('.').map_or(target, |(_, operation)| operation);
    let body = request.body().bytes().unwrap_or_default();
    let (status, body) = match limited(operation, body) {
        None => (
            400,
            json!({"__type": "com.amazon.coral.service#SerializationException", "Message": "the body is no JSON"}).to_string(),
        ),
        Some(body) => match answered(database, operation, body) {
            Some(Ok(json)) => (200, json),
            Some(Err(error)) => (error.status_code(), error.to_json()),
            None => (
                400,
                json!({
                    "__type": "com.amazon.coral.service#UnknownOperationException",
                    "message": format!("the embedded engine has no {operation}"),
                })
                .to_string(),
            ),
        },
    };
    let status = StatusCode::try_from(status).map_err(|bad| ConnectorError::other(bad.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    Ok(response)
}

/// The operation, with what the engine leaves open about streams made good on both sides of it.
fn answered(database: &Database, operation: &str, body: String) -> Option<Result<String, DynoxideError>> {
    let body = streams::asked(operation, body, SystemTime::now());
    let answer = dispatch(database, operation, &body)?;
    Some(answer.and_then(|answer| streams::checked(operation, &body, answer)))
}

/// The body with a `Limit` where the operation pages and the request has none; nothing when it is no JSON.
fn limited(operation: &str, body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    if !matches!(operation, "Scan" | "Query" | "ExecuteStatement") {
        return Some(text.to_owned());
    }
    // Numbers of items travel as strings, so reading the request as plain JSON loses none.
    let mut request: Value = serde_json::from_str(text).ok()?;
    let fields = request.as_object_mut()?;
    let reads = operation != "ExecuteStatement"
        || fields.get("Statement").and_then(Value::as_str).is_some_and(|statement| {
            statement
                .trim_start()
                .get(..6)
                .is_some_and(|word| word.eq_ignore_ascii_case("select"))
        });
    if reads && !fields.contains_key("Limit") {
        fields.insert("Limit".to_owned(), PAGE_LIMIT.into());
        return Some(request.to_string());
    }
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_get_a_limit_and_writes_do_not() {
        assert_eq!(
            limited("Scan", br#"{"TableName":"t"}"#).as_deref(),
            Some(r#"{"Limit":1000,"TableName":"t"}"#)
        );
        assert_eq!(limited("Query", br#"{"Limit":5}"#).as_deref(), Some(r#"{"Limit":5}"#));
        assert_eq!(limited("PutItem", b"{}").as_deref(), Some("{}"));
        let insert = r#"{"Statement":"INSERT INTO t VALUE {'a': 1}"}"#;
        assert_eq!(limited("ExecuteStatement", insert.as_bytes()).as_deref(), Some(insert));
        assert!(limited("ExecuteStatement", br#"{"Statement":" select * from t"}"#).is_some_and(|body| body.contains("Limit")));
        assert_eq!(limited("Scan", b"{"), None);
    }
}
