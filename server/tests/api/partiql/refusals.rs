//! What is not run: writes where nobody may write, mistakes, and what an engine does not know.

use super::*;

/// Spellings that a search for words would take for something harmless.
const HOSTILE: &[&str] = &[
    "DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "delete from notes where pk = 'p' and sk = '0'",
    "\n\t DeLeTe\nFROM notes WHERE pk = 'p' AND sk = '0'",
    "/* SELECT */ DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "-- SELECT\nDELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "-- SELECT\rDELETE FROM notes WHERE pk = 'p' AND sk = '0'\nSELECT * FROM notes; DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "SELECT * FROM notes; DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "; DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "SELECT * FROM notes DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "SELECT\u{0}* FROM notes",
    "\u{0}DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "\u{feff}DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "\u{a0}DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "ＤELETE FROM notes WHERE pk = 'p' AND sk = '0'",
    "UPDATE notes SET n = 1 WHERE pk = 'p' AND sk = '0'",
    "FROM notes WHERE pk = 'p' AND sk = '0' SET n = 1",
    "INSERT INTO notes VALUE {'pk': 'p', 'sk': 'new'}",
    "REPLACE INTO notes <<{'pk': 'p', 'sk': 'new'}>>",
    "UPSERT INTO notes VALUE {'pk': 'p', 'sk': 'new'}",
    "EXISTS(DELETE FROM notes WHERE pk = 'p' AND sk = '0')",
    "SELECT * FROM (DELETE FROM notes WHERE pk = 'p' AND sk = '0')",
    "\"SELECT\" * FROM notes",
    "DROP TABLE notes",
    "`SELECT`; DELETE FROM notes",
];

#[tokio::test]
async fn a_read_only_connection_reads_and_no_spelling_writes() {
    let app = TestApp::new().await;
    notes(&app, 3).await;
    let before = content(&app).await;
    let locked = TestApp::with(|config| config.connections[0].read_only = true).await;
    for mode in ["single", "batch", "transaction"] {
        for text in HOSTILE {
            let answer = locked.post(RUN, &many(mode, &[text])).await;
            let error: Value = serde_json::from_slice(&answer.body).unwrap();
            match (answer.status, error["code"].as_str().unwrap()) {
                (403, "connection_read_only") => {}
                (400, "invalid_statement") => assert!(error["message"].as_str().unwrap().contains("line "), "{text:?}: {error}"),
                other => panic!("{mode} {text:?}: {other:?} {error}"),
            }
            // Where writing is allowed, only what was understood as a write may change anything.
            if answer.status == 400 {
                app.post(RUN, &many(mode, &[text])).await.refused(400, "invalid_statement");
                assert_eq!(content(&app).await, before, "{text:?}");
            }
        }
    }
    let mixed = many("transaction", &["SELECT * FROM notes WHERE pk = 'p' AND sk = '0'", HOSTILE[0]]);
    locked.post(RUN, &mixed).await.refused(400, "invalid_statement");
    // Reads go through to the engine, which has no such table here.
    let read = "-- DELETE\nSELECT * FROM notes WHERE pk = 'DELETE FROM notes'";
    locked.post(RUN, &one(read)).await.refused(404, "table_not_found");
}

#[tokio::test]
async fn production_asks_first_and_says_what_would_be_written() {
    let app = TestApp::with(|config| config.connections[0].production = true).await;
    notes(&app, 2).await;
    let texts = [
        "UPDATE notes SET n = 9 REMOVE x WHERE pk = 'p' AND sk = '0'",
        "DELETE FROM notes WHERE pk = 'p' AND sk = '1'",
    ];
    let mut asked = many("transaction", &texts);
    let error = app.post(RUN, &asked).await.refused(409, "confirmation_needed");
    assert_eq!(error.fields[0].field, "statements[0].text");
    assert!(
        error.message.contains("UPDATE notes: SET n, REMOVE x where pk = 'p' AND sk = '0'"),
        "{}",
        error.message
    );
    assert!(error.fields[1].message.starts_with("DELETE from notes"));
    assert_eq!(content(&app).await.len(), 2, "reading needs no word");
    asked["confirmed"] = true.into();
    app.post(RUN, &asked).await.refused(409, "confirmation_needed");
    asked["confirm"] = "Notes".into();
    app.post(RUN, &asked).await.refused(400, "confirmation_mismatch");
    assert_eq!(content(&app).await.len(), 2, "what deletes goes by name");
    asked["confirm"] = "notes".into();
    app.post(RUN, &asked).await.json::<PartiQlResult>();
    let left = content(&app).await;
    assert_eq!((left.len(), serde_json::to_value(&left[0]["n"]).unwrap()), (1, json!({"N": "9"})));
}

#[tokio::test]
async fn mistakes_are_named_before_anything_is_sent() {
    let app = TestApp::new().await;
    notes(&app, 1).await;
    let place = app.post(RUN, &one("SELECT *\nFORM notes")).await.refused(400, "invalid_statement");
    assert_eq!(place.fields[0].field, "statements[0].text");
    assert!(
        place.fields[0].message.starts_with("line 2, column 1: FROM is expected"),
        "{place:?}"
    );
    let second = many("batch", &["INSERT INTO notes VALUE {'pk': 'x', 'sk': 'y'}", "INSERT notes"]);
    let error = app.post(RUN, &second).await.refused(400, "invalid_statement");
    assert_eq!(error.fields[0].field, "statements[1].text");
    let few = json!({"limit": 1, "statements": [{"text": "SELECT * FROM notes WHERE pk = ? AND sk = ?", "parameters": [{"S": "a"}]}]});
    let error = app.post(RUN, &few).await.refused(400, "invalid_statement");
    assert_eq!(error.fields[0].field, "statements[0].parameters");
    assert!(error.fields[0].message.contains("2 ?, and 1"));
    let wrong = json!({"limit": 1, "statements": [{"text": "SELECT * FROM notes WHERE pk = ?", "parameters": [{"N": "1x"}]}]});
    assert_eq!(
        app.post(RUN, &wrong).await.refused(400, "invalid_statement").fields[0].field,
        "statements[0].parameters[0]"
    );
    for (mode, texts) in [
        (
            "batch",
            vec![
                "SELECT * FROM notes WHERE pk = 'p'",
                "DELETE FROM notes WHERE pk = 'p' AND sk = '0'",
            ],
        ),
        ("batch", vec!["EXISTS(SELECT * FROM notes WHERE pk = 'p' AND sk = '0')"]),
        ("single", vec!["EXISTS(SELECT * FROM notes WHERE pk = 'p' AND sk = '0')"]),
        ("single", vec!["SELECT * FROM notes; SELECT * FROM notes"]),
        ("single", vec![""]),
    ] {
        app.post(RUN, &many(mode, &texts)).await.refused(400, "invalid_statement");
    }
    let read = "SELECT * FROM notes WHERE pk = 'p' AND sk = '0'";
    for (mode, count) in [("single", 0), ("single", 2), ("batch", 26), ("transaction", 101)] {
        app.post(RUN, &many(mode, &vec![read; count]))
            .await
            .refused(400, "invalid_statements");
    }
    let mut no_limit = one(read);
    no_limit["limit"] = 0.into();
    app.post(RUN, &no_limit).await.refused(400, "invalid_limit");
    assert_eq!(content(&app).await.len(), 1, "nothing was written");
}

#[tokio::test]
async fn an_engine_without_partiql_says_so() {
    let app = TestApp::with(|config| {
        config.connections[0].place = Place::Endpoint {
            url: "http://127.0.0.1:9".to_owned(),
            region: "us-east-1".to_owned(),
            keys: Keys::default(),
            source: "test".to_owned(),
            lacks: vec![dynadesk_shared::api::connections::Feature::PartiQl],
        };
    })
    .await;
    let error = app
        .post(RUN, &one("SELECT * FROM notes"))
        .await
        .refused(400, "unsupported_by_engine");
    assert!(error.message.contains("PartiQL"), "{}", error.message);
}
