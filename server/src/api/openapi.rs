//! The description of the API: OpenAPI 3.1, made of the types that cross the wire. Each noun has its
//! routes in a room of its own; a test fails for a route of the router that stands in none.

mod backups;
mod conversations;
mod history;
mod identity;
mod items;
mod itself;
mod jobs;
mod operation;
mod patterns;
mod sessions;
mod streams;
mod tables;
mod text;

use std::sync::LazyLock;

use axum::Json;
use dynadesk_shared::api::error::ErrorBody;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::extract::Asker;
use crate::access::COOKIE;
use operation::Operation;

static DOCUMENT: LazyLock<Value> = LazyLock::new(document);

/// `GET /api/openapi.json`
pub async fn get(_: Asker) -> Json<&'static Value> {
    Json(&DOCUMENT)
}

/// What is described so far.
struct Description {
    schemas: schemars::SchemaGenerator,
    /// The operations of each path, by their methods.
    paths: Map<String, Value>,
}

impl Description {
    /// A route with a name of its own and what it does, in a sentence.
    fn add(&mut self, method: &str, path: &'static str, id: &str, summary: &str) -> Operation<'_> {
        let operations = self.paths.entry(path).or_insert_with(|| json!({}));
        operations[method] = operation::begin(path, id, summary);
        Operation::new(&mut self.schemas, &mut operations[method])
    }
}

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut api = Description {
        schemas: settings.into_generator(),
        paths: Map::new(),
    };
    for describe in [
        itself::describe,
        sessions::describe,
        tables::describe,
        backups::describe,
        items::describe,
        history::describe,
        patterns::describe,
        conversations::describe,
        streams::describe,
        identity::describe,
        jobs::describe,
    ] {
        describe(&mut api);
    }
    let error = api.schemas.subschema_for::<ErrorBody>();
    let Description { mut schemas, paths } = api;
    let mut whole = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Dynadesk",
            "version": crate::VERSION,
            "description": "An admin console for DynamoDB. Where people sign in, everything but a few routes needs a session: 401 `sign_in_needed`. A role that is too weak is 403 `not_allowed`; a connection on which there is none is 404 `connection_not_found`. A write to a read-only connection is 403 `connection_read_only`, one to locked production 403 `connection_locked`. Items are DynamoDB JSON, and their numbers are text.",
        },
        "security": [{}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "responses": {
                "Error": {
                    "description": "What went wrong: `code` is stable and made for machines.",
                    "content": {"application/json": {"schema": error}},
                },
            },
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        },
    });
    text::plain(&mut whole);
    whole
}
