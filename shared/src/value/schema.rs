//! The form of a value for the description of the API: DynamoDB JSON, with numbers as text.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::AttributeValue;

const NUMBER: &str = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$";
const BASE64: &str = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

impl JsonSchema for AttributeValue {
    fn schema_name() -> Cow<'static, str> {
        Cow::Borrowed("AttributeValue")
    }

    fn schema_id() -> Cow<'static, str> {
        Cow::Borrowed(concat!(module_path!(), "::AttributeValue"))
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<Self>();
        let number = json!({"type": "string", "pattern": NUMBER});
        let binary = json!({"type": "string", "contentEncoding": "base64", "pattern": BASE64});
        let one = |name: &str, form: Value| {
            json!({
                "type": "object",
                "properties": {name: form},
                "required": [name],
                "additionalProperties": false,
            })
        };
        let many = |form: Value| json!({"type": "array", "items": form});
        json_schema!({
            "description": "A value as DynamoDB JSON: one descriptor of its type. Numbers are text, so that none becomes a float; they have at most 38 significant digits.",
            "oneOf": [
                one("S", json!({"type": "string"})),
                one("N", number.clone()),
                one("B", binary.clone()),
                one("BOOL", json!({"type": "boolean"})),
                one("NULL", json!({"const": true})),
                one("L", many(value.clone().to_value())),
                one("M", json!({"type": "object", "additionalProperties": value})),
                one("SS", many(json!({"type": "string"}))),
                one("NS", many(number)),
                one("BS", many(binary)),
            ],
        })
    }
}
