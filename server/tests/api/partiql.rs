//! `POST /api/c/{connection}/partiql`.

mod refusals;

use dynadesk_server::config::Place;
use dynadesk_server::config::connection::Keys;
use dynadesk_shared::Item;
use dynadesk_shared::api::history::{Undone, WriteKind, WriteState, WritesPage};
use dynadesk_shared::api::partiql::{PartiQlResult, StatementResult};
use dynadesk_shared::api::writes::Outcome;
use dynadesk_shared::value::same_item;
use serde_json::{Value, json};

use crate::engine_story::at;
use crate::support::ministack::Ministack;
use crate::support::{TestApp, pk_sk_table, seed::write_items};

const RUN: &str = "/api/c/local/partiql";

fn one(text: &str) -> Value {
    json!({"statements": [{"text": text}], "limit": 100})
}

fn many(mode: &str, texts: &[&str]) -> Value {
    let statements: Vec<_> = texts.iter().map(|text| json!({"text": text})).collect();
    json!({"statements": statements, "limit": 100, "mode": mode})
}

fn items(result: &PartiQlResult) -> &[Item] {
    match &result.results[0] {
        StatementResult::Done { items } => items,
        other => panic!("{other:?}"),
    }
}

async fn notes(app: &TestApp, count: usize) {
    app.create_table(pk_sk_table("notes")).await;
    let rows: Vec<Item> = (0..count)
        .map(|n| serde_json::from_value(json!({"pk": {"S": "p"}, "sk": {"S": n.to_string()}, "n": {"N": n.to_string()}})).unwrap())
        .collect();
    write_items(app, "notes", &rows).await;
}

async fn content(app: &TestApp) -> Vec<Item> {
    let result: PartiQlResult = app.post(RUN, &one("SELECT * FROM notes")).await.json();
    items(&result).to_vec()
}

#[tokio::test]
async fn embedded() {
    let app = TestApp::new().await;
    story(&app, "local").await;
    pages(&app, "local").await;
}

#[tokio::test]
async fn ministack() {
    let peer = Ministack::start().await;
    let app = at(&peer.url).await;
    story(&app, "peer").await;
    let missing = "EXISTS(SELECT * FROM notes WHERE pk = 'p' AND sk = 'types' AND x IS MISSING)";
    let there = missing.replace("x IS", "s IS");
    let set = "UPDATE notes SET y = 1 WHERE pk = 'b' AND sk = '1'";
    let run = "/api/c/peer/partiql";
    let held: PartiQlResult = app.post(run, &many("transaction", &[missing, set])).await.json();
    assert!(
        held.results.iter().all(|one| matches!(one, StatementResult::Done { .. })),
        "{held:?}"
    );
    let failed: PartiQlResult = app.post(run, &many("transaction", &[there.as_str(), set])).await.json();
    assert!(matches!(failed.results[0], StatementResult::Refused { .. }), "{failed:?}");
}

/// Insert all ten types, read them back, page, change, delete, batch, transact.
async fn story(app: &TestApp, connection: &str) {
    let run = format!("/api/c/{connection}/partiql");
    app.post(&format!("/api/c/{connection}/tables"), &json!({"request": pk_sk_table("notes")}))
        .await
        .json::<Value>();
    let item: Item = serde_json::from_value(json!({
        "pk": {"S": "p"}, "sk": {"S": "types"},
        "s": {"S": "Grüße '👋' \"x\" -- ; \u{1}\n"}, "empty": {"S": ""}, "n": {"N": "12345678901234567890123456789012345678"},
        "small": {"N": "-1E-130"}, "b": {"B": "AP+A"}, "yes": {"BOOL": true}, "nothing": {"NULL": true},
        "l": {"L": [{"N": "1"}, {"L": []}, {"M": {}}]}, "m": {"M": {"a.b": {"M": {"c": {"S": "d"}}}}},
        "ss": {"SS": ["b", "a"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": ["AQ==", "AgM="]},
    }))
    .unwrap();
    let names: Vec<_> = item.keys().map(|name| format!("'{name}': ?")).collect();
    let insert = json!({"limit": 1, "statements": [{
        "text": format!("INSERT INTO notes VALUE {{{}}} -- all ten", names.join(", ")),
        "parameters": item.values().collect::<Vec<_>>(),
    }]});
    let result: PartiQlResult = app.post(&run, &insert).await.json();
    assert!(items(&result).is_empty());
    assert_eq!(result.exchange.operation, "ExecuteStatement");
    assert!(!result.exchange.request["Statement"].as_str().unwrap().contains("--"));
    let twice = app.post(&run, &insert).await.refused(409, "condition_failed");
    assert_eq!(twice.engine_code.as_deref(), Some("DuplicateItemException"));
    let select = json!({"limit": 10, "consistent": true, "statements": [{
        "text": "SELECT * FROM notes WHERE pk = ? AND sk = 'types'", "parameters": [{"S": "p"}],
    }]});
    let result: PartiQlResult = app.post(&run, &select).await.json();
    assert_eq!(items(&result).len(), 1);
    assert!(same_item(&items(&result)[0], &item), "{:?}", items(&result)[0]);
    assert_eq!(result.exchange.request["Limit"], 10);
    assert!(result.exchange.consumed.is_some_and(|units| units > 0.0));

    let literals =
        "INSERT INTO \"notes\" VALUE {'pk': 'q', 'sk': '1', 'n': -1.50, 't': true, 'z': null, 'l': [1, 'a'], 'm': {'k': <<'x'>>}}";
    app.post(&run, &one(literals)).await.json::<PartiQlResult>();
    let update = json!({"limit": 1, "statements": [{
        "text": "UPDATE notes SET n = n + ? SET m.k2 = 'y' REMOVE t WHERE pk = 'q' AND sk = '1' RETURNING ALL NEW *",
        "parameters": [{"N": "2"}],
    }]});
    let result: PartiQlResult = app.post(&run, &update).await.json();
    let after: Item = serde_json::from_value(json!({
        "pk": {"S": "q"}, "sk": {"S": "1"}, "n": {"N": "0.5"}, "z": {"NULL": true}, "l": {"L": [{"N": "1"}, {"S": "a"}]},
        "m": {"M": {"k": {"SS": ["x"]}, "k2": {"S": "y"}}},
    }))
    .unwrap();
    assert!(same_item(&items(&result)[0], &after), "{:?}", items(&result)[0]);
    let condition = "UPDATE notes SET n = 9 WHERE pk = 'q' AND sk = '1' AND n > 100";
    let refused = app.post(&run, &one(condition)).await.refused(409, "condition_failed");
    assert_eq!(refused.engine_code.as_deref(), Some("ConditionalCheckFailedException"));
    let result: PartiQlResult = app
        .post(&run, &one("DELETE FROM notes WHERE pk = 'q' AND sk = '1' RETURNING ALL OLD *"))
        .await
        .json();
    assert!(same_item(&items(&result)[0], &after));

    // A batch: each on its own, so that the second fails and the others stand.
    let inserts = many(
        "batch",
        &[
            "INSERT INTO notes VALUE {'pk': 'b', 'sk': '1'}",
            "INSERT INTO notes VALUE {'pk': 'p', 'sk': 'types'}",
            "INSERT INTO notes VALUE {'pk': 'b', 'sk': '2'}",
        ],
    );
    let result: PartiQlResult = app.post(&run, &inserts).await.json();
    assert_eq!(result.exchange.operation, "BatchExecuteStatement");
    let done = |one: &StatementResult| matches!(one, StatementResult::Done { .. });
    assert_eq!(result.results.iter().map(done).collect::<Vec<_>>(), [true, false, true]);
    assert!(
        matches!(&result.results[1], StatementResult::Refused { code, .. } if code == "condition_failed"),
        "{:?}",
        result.results
    );
    let reads = many(
        "batch",
        &[
            "SELECT * FROM notes WHERE pk = 'b' AND sk = '2'",
            "SELECT * FROM notes WHERE pk = 'b' AND sk = 'no'",
        ],
    );
    let result: PartiQlResult = app.post(&run, &reads).await.json();
    let found: Vec<_> = result
        .results
        .iter()
        .map(|one| matches!(one, StatementResult::Done { items } if items.len() == 1))
        .collect();
    assert_eq!(found, [true, false]);

    // A transaction: all or none.
    let failing = many(
        "transaction",
        &[
            "INSERT INTO notes VALUE {'pk': 't', 'sk': '1'}",
            "UPDATE notes SET x = 1 WHERE pk = 'b' AND sk = '1' AND y = 2",
        ],
    );
    let result: PartiQlResult = app.post(&run, &failing).await.json();
    assert_eq!(result.results[0], StatementResult::NotRun);
    assert!(
        matches!(&result.results[1], StatementResult::Refused { code, engine_code: Some(theirs), .. }
            if code == "condition_failed" && theirs.starts_with("ConditionalCheckFailed")),
        "{:?}",
        result.results
    );
    let gone = one("SELECT * FROM notes WHERE pk = 't'");
    assert!(
        items(&app.post(&run, &gone).await.json()).is_empty(),
        "nothing of a failed transaction stands"
    );
    let passing = many(
        "transaction",
        &[
            "INSERT INTO notes VALUE {'pk': 't', 'sk': '1'}",
            "DELETE FROM notes WHERE pk = 'b' AND sk = '2'",
        ],
    );
    let result: PartiQlResult = app.post(&run, &passing).await.json();
    assert!(result.results.iter().all(done), "{:?}", result.results);
    assert_eq!(result.exchange.operation, "ExecuteTransaction");
    assert_eq!(items(&app.post(&run, &gone).await.json()).len(), 1);

    undo(app, connection).await;
    app.post(&run, &one("SELECT * FROM nothing_here"))
        .await
        .refused(404, "table_not_found");
    let insert = "INSERT INTO nothing_here VALUE {'pk': 'a'}";
    app.post(&run, &one(insert)).await.refused(404, "table_not_found");
}

/// What statements wrote is in the history with both images, and can be taken back.
async fn undo(app: &TestApp, connection: &str) {
    let run = format!("/api/c/{connection}/partiql");
    let writes = format!("/api/c/{connection}/writes");
    let here = one("SELECT * FROM notes WHERE pk = 'u' AND sk = '1'");
    for (text, changed) in [
        (
            "INSERT INTO notes VALUE {'pk': 'u', 'sk': '1', 'n': 1, 'gone': 'x'}",
            vec!["gone", "n", "pk", "sk"],
        ),
        (
            "UPDATE notes SET n = n + 1 REMOVE gone WHERE pk = 'u' AND sk = '1'",
            vec!["gone", "n"],
        ),
        ("DELETE FROM notes WHERE pk = 'u' AND sk = '1'", vec!["n", "pk", "sk"]),
    ] {
        let before: PartiQlResult = app.post(&run, &here).await.json();
        let result: PartiQlResult = app.post(&run, &one(text)).await.json();
        assert_eq!(result.unkept, None);
        let list: WritesPage = app.get(&writes).await.json();
        let newest = &list.writes[0];
        assert_eq!((newest.kind, newest.state), (WriteKind::PartiQl, WriteState::Done), "{text}");
        assert_eq!(
            (newest.table.as_str(), &newest.changed),
            ("notes", &changed.iter().map(|one| (*one).to_owned()).collect())
        );
        let path = format!("{writes}/{}/undo", newest.id);
        let undone: Undone = app.post(&path, &json!({})).await.json();
        assert!(matches!(undone.outcome, Outcome::Written { .. }), "{text}: {undone:?}");
        let after: PartiQlResult = app.post(&run, &here).await.json();
        assert_eq!(items(&after), items(&before), "{text}");
        app.post(&run, &one(text)).await.json::<PartiQlResult>();
    }
    let refused = one("UPDATE notes SET n = 1 WHERE pk = 'b' AND sk = '1' AND n = 77");
    app.post(&run, &refused).await.refused(409, "condition_failed");
    let list: WritesPage = app.get(&writes).await.json();
    assert_eq!(list.writes[0].state, WriteState::Failed);
}

/// ministack knows no Limit for PartiQL, so the pages are tested where there are some.
async fn pages(app: &TestApp, connection: &str) {
    let run = format!("/api/c/{connection}/partiql");
    for n in 0..23 {
        let text = format!("INSERT INTO notes VALUE {{'pk': 'page', 'sk': '{n:02}'}}");
        app.post(&run, &one(&text)).await.json::<PartiQlResult>();
    }
    let mut asked = json!({"statements": [{"text": "SELECT sk FROM notes WHERE pk = 'page'"}], "limit": 10});
    let (mut all, mut pages) = (Vec::new(), 0);
    loop {
        let result: PartiQlResult = app.post(&run, &asked).await.json();
        assert!(items(&result).len() <= 10);
        all.extend(items(&result).iter().map(|item| item["sk"].as_s().unwrap().to_owned()));
        pages += 1;
        let Some(next) = result.next else { break };
        asked["cursor"] = next.into();
    }
    assert!(pages >= 3, "{pages}");
    assert_eq!(all, (0..23).map(|n| format!("{n:02}")).collect::<Vec<_>>());
    asked["statements"][0]["text"] = "SELECT sk FROM notes WHERE pk = 'b'".into();
    app.post(&run, &asked).await.refused(400, "cursor_mismatch");
}
