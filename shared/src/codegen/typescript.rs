//! TypeScript with version 3 of the SDK.

use crate::api::connections::ConnectionView;
use crate::api::exchange::Exchange;

use super::literal::Style;
use super::quote;
use super::service::Service;

const STYLE: Style = Style {
    text: quote::typescript,
    name,
    bytes: |bytes| format!("Uint8Array.from([{}])", quote::numbers(bytes)),
    instant: |seconds| format!("new Date({seconds} * 1000)"),
    yes: "true",
    no: "false",
    null: "null",
    indent: "  ",
};

/// A property's name, quoted where it is no identifier. `__proto__` alone means something else
/// unless it is computed.
fn name(text: &str) -> String {
    let mut letters = text.chars();
    let plain =
        letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_') && letters.all(|c| c.is_ascii_alphanumeric() || c == '_');
    match text {
        "__proto__" => "[\"__proto__\"]".to_owned(),
        _ if plain => text.to_owned(),
        _ => quote::typescript(text),
    }
}

pub fn of(exchange: &Exchange, connection: &ConnectionView) -> String {
    let command = format!("{}Command", exchange.operation);
    let service = Service::of(&exchange.operation);
    let (client, package) = service.typescript();
    let mut imports = format!("import {{ {client}, {command} }} from \"{package}\";\n");
    let mut options: Vec<String> = Vec::new();
    let endpoint = service.endpoint(connection.endpoint.as_ref());
    for (option, value) in [("region", connection.region.as_ref()), ("endpoint", endpoint)] {
        options.extend(value.map(|value| format!("{option}: {}", quote::typescript(value))));
    }
    if let Some(profile) = &connection.profile {
        imports.push_str("import { fromIni } from \"@aws-sdk/credential-providers\";\n");
        options.push(format!("credentials: fromIni({{ profile: {} }})", quote::typescript(profile)));
    }
    let options = if options.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{ {} }}", options.join(", "))
    };
    let members = exchange.request.as_object().cloned().unwrap_or_default();
    let members = STYLE.members(&members, 1, ": ", name);
    let members = if members.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\n{members}}}")
    };
    format!("{imports}\nconst client = new {client}({options});\n\nconst response = await client.send(new {command}({members}));\n")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{connection, query};
    use super::*;

    #[test]
    fn a_query_is_a_command_with_typed_values() {
        let code = of(&query(), &connection());
        for part in [
            "import { DynamoDBClient, QueryCommand }",
            "credentials: fromIni({ profile: \"it's \\\"me\\\"\" })",
            "new QueryCommand({\n",
            "\n  TableName: \"orders\",\n",
            "\"#n0\": \"a\\\"b'c\\\\${d}\\n\",",
            "\":v0\": {S: \"\\\"; drop()\\u{202e}\\u{0}'\"},",
            "\":v2\": {B: Uint8Array.from([0, 255, 34])},",
            "\":v7\": {NS: [\"1.50\"]},",
            "\":v8\": {BS: [Uint8Array.from([1]), Uint8Array.from([])]},",
            "  ScanIndexForward: false,\n",
        ] {
            if !code.contains(part) {
                panic!("{part}\nis not in\n{code}");
            }
        }
        assert_eq!(name("__proto__"), "[\"__proto__\"]");
    }
}
