//! One operation: what it takes and what it answers.

use dynadesk_shared::api::events::ALIVE;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// What every operation has.
pub fn begin(path: &str, id: &str, summary: &str) -> Value {
    let mut parameters = Vec::new();
    for part in path.split('{').skip(1).filter_map(|part| part.split_once('}')) {
        let (name, _) = part;
        let description = match name {
            "connection" => "The name of a connection.",
            "table" => "The name of a table.",
            _ => "As an answer of the API names it.",
        };
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": description, "schema": {"type": "string"},
        }));
    }
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "4XX": {"$ref": "#/components/responses/Error"},
            "5XX": {"$ref": "#/components/responses/Error"},
        },
    })
}

/// An operation that is being described.
pub struct Operation<'a> {
    schemas: &'a mut SchemaGenerator,
    value: &'a mut Value,
}

impl<'a> Operation<'a> {
    pub fn new(schemas: &'a mut SchemaGenerator, value: &'a mut Value) -> Self {
        Self { schemas, value }
    }

    /// It needs nobody to be signed in.
    pub fn open(self) -> Self {
        self.value["security"] = json!([]);
        self
    }

    /// The fields of a type, as parameters after the `?`.
    pub fn query<T: JsonSchema>(self) -> Self {
        let form = T::json_schema(self.schemas);
        let fields = form.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let needed = form.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        if let Some(parameters) = self.value["parameters"].as_array_mut() {
            parameters.extend(fields.into_iter().map(|(name, form)| {
                let required = needed.iter().any(|one| *one == name);
                json!({"name": name, "in": "query", "required": required, "schema": without_null(form)})
            }));
        }
        self
    }

    /// A body.
    pub fn takes<T: JsonSchema>(self) -> Self {
        let form = self.schemas.subschema_for::<T>();
        self.value["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": form}}});
        self
    }

    /// What it answers where all is well.
    pub fn answers<T: JsonSchema>(self) -> Self {
        self.answers_with::<T>("200", "Done")
    }

    /// A job that was begun.
    pub fn begins<T: JsonSchema>(self) -> Self {
        self.answers_with::<T>("202", "The job has begun")
    }

    /// A type under a status.
    pub fn answers_with<T: JsonSchema>(self, status: &str, said: &str) -> Self {
        let form = self.schemas.subschema_for::<T>();
        self.value["responses"][status] = json!({"description": said, "content": {"application/json": {"schema": form}}});
        self
    }

    /// A success without a body.
    pub fn without_body(self, status: &str, said: &str) -> Self {
        self.value["responses"][status] = json!({"description": said});
        self
    }

    /// A file or a page of text.
    pub fn sends(self, kinds: &[&str], said: &str) -> Self {
        let content = kinds.iter().map(|kind| ((*kind).to_owned(), json!({"schema": {"type": "string"}})));
        let content: serde_json::Map<_, _> = content.collect();
        self.value["responses"]["200"] = json!({"description": said, "content": content});
        self
    }

    /// Events as they happen; what each of them holds is told by [`Operation::event`].
    pub fn streams(self, said: &str) -> Self {
        let stream = self.sends(&["text/event-stream"], said);
        stream.value["responses"]["200"]["content"]["text/event-stream"]["x-events"][ALIVE] = json!({"type": "object"});
        stream
    }

    /// An event of a stream, with its data as JSON.
    pub fn event<T: JsonSchema>(self, name: &str) -> Self {
        let form = self.schemas.subschema_for::<T>();
        self.value["responses"]["200"]["content"]["text/event-stream"]["x-events"][name] = form.to_value();
        self
    }
}

/// What is not said stands in no URL, so `null` is none of its values.
fn without_null(mut form: Value) -> Value {
    let Some(members) = form.as_object_mut() else { return form };
    if let Some(Value::Array(kinds)) = members.get_mut("type") {
        kinds.retain(|kind| kind != "null");
    }
    if let Some(Value::Array(forms)) = members.get_mut("anyOf") {
        forms.retain(|form| form["type"] != "null");
    }
    if members.get("default").is_some_and(Value::is_null) {
        members.remove("default");
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_not_null() {
        assert_eq!(without_null(json!({"type": ["string", "null"]})), json!({"type": ["string"]}));
        let either = json!({"anyOf": [{"$ref": "#/x"}, {"type": "null"}], "description": "d"});
        assert_eq!(without_null(either), json!({"anyOf": [{"$ref": "#/x"}], "description": "d"}));
        assert_eq!(without_null(json!({"$ref": "#/x"})), json!({"$ref": "#/x"}));
    }
}
