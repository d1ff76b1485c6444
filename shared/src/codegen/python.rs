//! Python with boto3's low-level client.

use crate::api::connections::ConnectionView;
use crate::api::exchange::Exchange;

use super::literal::Style;
use super::service::Service;
use super::{quote, snake};

const STYLE: Style = Style {
    text: quote::python,
    name: quote::python,
    bytes: quote::python_bytes,
    // boto3 takes the number for the instant.
    instant: str::to_owned,
    yes: "True",
    no: "False",
    null: "None",
    indent: "    ",
};

pub fn of(exchange: &Exchange, connection: &ConnectionView) -> String {
    let service = Service::of(&exchange.operation);
    let argument = |name: &str, value: Option<&String>| value.map(|value| format!("{name}={}", quote::python(value)));
    let session: Vec<String> = [
        argument("profile_name", connection.profile.as_ref()),
        argument("region_name", connection.region.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let endpoint = argument("endpoint_url", service.endpoint(connection.endpoint.as_ref()));
    let client: Vec<String> = [Some(quote::python(service.name())), endpoint].into_iter().flatten().collect();
    let members = exchange.request.as_object().cloned().unwrap_or_default();
    let arguments = STYLE.members(&members, 1, "=", str::to_owned);
    let arguments = if arguments.is_empty() {
        String::new()
    } else {
        format!("\n{arguments}")
    };
    format!(
        "import boto3\n\nsession = boto3.Session({})\nclient = session.client({})\n\nresponse = client.{}({arguments})\n",
        session.join(", "),
        client.join(", "),
        snake(&exchange.operation),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::{connection, exchange, query};
    use super::*;

    #[test]
    fn a_query_is_a_call_with_typed_values() {
        let code = of(&query(), &connection());
        for part in [
            "boto3.Session(profile_name=\"it's \\\"me\\\"\", region_name=\"eu-west-1\")",
            "session.client(\"dynamodb\", endpoint_url=\"http://127.0.0.1:8000\")",
            "client.query(\n",
            "\n    TableName=\"orders\",\n",
            "\"#n0\": \"a\\\"b'c\\\\${d}\\n\",",
            "\":v0\": {\"S\": \"\\\"; drop()\\u202e\\u0000'\"},",
            "\":v2\": {\"B\": b\"\\x00\\xff\\\"\"},",
            "\":v3\": {\"BOOL\": False},",
            "{\"M\": {",
            "\"B\": {\"B\": b\"\\x00\"},",
            "\":v8\": {\"BS\": [b\"\\x01\", b\"\"]},",
            "    ScanIndexForward=False,\n",
        ] {
            if !code.contains(part) {
                panic!("{part}\nis not in\n{code}");
            }
        }
    }

    #[test]
    fn tables_may_be_called_as_members_are() {
        let request = serde_json::json!({"RequestItems": {"Keys": {"Keys": [{"pk": {"B": "AA=="}}]}}});
        let code = of(&exchange("BatchGetItem", request), &connection());
        assert!(
            code.contains("client.batch_get_item(") && code.contains("\"pk\": {\"B\": b\"\\x00\"},"),
            "{code}"
        );
        assert!(of(&exchange("ListTables", serde_json::json!({})), &connection()).ends_with("client.list_tables()\n"));
    }
}
