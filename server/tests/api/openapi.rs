//! The description of the API: every route is in it once, and it is whole in itself. That answers are as it
//! says is found out by `xtask/api/conform.py`, which asks a running server.

use std::collections::BTreeSet;

use dynadesk_shared::api::paths::{self, fill};
use serde_json::{Value, json};

use crate::routes::ROUTES;
use crate::support::{LOCAL, TestApp, pk_sk_table};

async fn document() -> Value {
    TestApp::new().await.get(paths::OPENAPI).await.json()
}

/// Every operation with its path and its method.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, all)| {
            let all = all.as_object().unwrap().iter();
            all.map(|(method, operation)| (path.clone(), method.clone(), operation))
        })
        .collect()
}

#[tokio::test]
async fn every_route_is_described_once() {
    let document = document().await;
    let all = operations(&document);
    let described: BTreeSet<_> = all.iter().map(|(path, method, _)| format!("{method} {path}")).collect();
    let routes: BTreeSet<_> = ROUTES.iter().map(|route| format!("{} {}", route.method, route.pattern)).collect();
    assert_eq!(described, routes, "describe the route in server/src/api/openapi");
    let ids: BTreeSet<_> = all
        .iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), all.len(), "two routes have one name");
}

#[tokio::test]
async fn each_route_says_what_it_answers_and_how_it_fails() {
    let document = document().await;
    for (path, method, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap();
        let good = answers.keys().filter(|status| status.starts_with('2') || status.as_str() == "303");
        assert_eq!(good.count(), 1, "{method} {path}");
        assert_eq!(answers["4XX"]["$ref"], "#/components/responses/Error", "{method} {path}");
        let parts: Vec<_> = path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        let named = operation["parameters"].as_array().unwrap().iter();
        let named: Vec<_> = named
            .filter(|one| one["in"] == "path")
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(named, parts, "{method} {path}");
    }
    let error = &document["components"]["schemas"]["ErrorBody"];
    assert_eq!(error["properties"]["code"]["type"], "string", "{error}");
}

#[tokio::test]
async fn what_it_refers_to_is_there_and_numbers_of_items_are_text() {
    let document = document().await;
    let mut references = Vec::new();
    find(&document, &mut references);
    assert!(references.len() > 100, "{}", references.len());
    for reference in references {
        let place = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(place).is_some(), "{reference}");
    }
    let value = &document["components"]["schemas"]["AttributeValue"];
    let number = value["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["required"][0] == "N")
        .unwrap();
    assert_eq!(number["properties"]["N"]["type"], "string");
    // What the server refuses, the description does not allow.
    let scan = &document["components"]["schemas"]["ScanRequest"];
    assert_eq!(scan["additionalProperties"], false, "{scan}");
    // Comments of the source have links, which are none here.
    assert!(!document.to_string().contains("`]"));
}

fn find(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "$ref" => references.push(text.clone()),
                    other => find(other, references),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|one| find(one, references)),
        _ => {}
    }
}

/// What asking a server at random has found.
#[tokio::test]
async fn what_can_be_no_id_and_no_cursor_is_said_to_be_none() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let create = |pk: &str| json!({"create": {"item": {"pk": {"S": pk}, "sk": {"S": "1"}}}});
    let written: Value = app
        .post(
            &fill(paths::ITEMS_WRITE, &[LOCAL, "notes"]),
            &json!({"changes": [create("a"), create("b")]}),
        )
        .await
        .json();
    let group = fill(paths::GROUP, &[LOCAL, written["group"].as_str().unwrap()]);
    assert_eq!(app.get(&group).await.status, 200);
    for bad in ["", "x", "%00"] {
        app.get(&format!("{group}?after={bad}")).await.refused(400, "cursor_invalid");
    }
    let long = "x".repeat(3000);
    for pattern in [paths::WRITE, paths::GROUP] {
        app.get(&fill(pattern, &[LOCAL, &long])).await.refused(400, "invalid_path");
    }
    for pattern in [paths::SAVED_ONE, paths::RUN] {
        app.delete(&fill(pattern, &[LOCAL, &long]), &json!({}))
            .await
            .refused(400, "invalid_path");
    }
    // What is no number is not kept as one.
    let run = json!({"parti_ql": {"text": "SELECT * FROM notes WHERE pk = ?", "parameters": [{"N": "many"}]}});
    app.post(&fill(paths::RUNS, &[LOCAL]), &json!({"run": run}))
        .await
        .refused(400, "invalid_run");
    app.post(&fill(paths::SAVED, &[LOCAL]), &json!({"name": "x", "run": run}))
        .await
        .refused(400, "invalid_run");
}
