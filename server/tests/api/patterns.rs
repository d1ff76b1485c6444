//! Access patterns in the store: saved, changed under the version that was seen, renamed, imported all
//! or nothing, measured, deleted; on a read-only connection too, and said where the store is off.

use std::collections::BTreeMap;

use dynadesk_server::config::StoreConfig;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::patterns::{Measured, PatternList, PatternSave, PatternView, Seen};
use dynadesk_shared::patterns::{Pattern, cruddur};
use serde_json::json;

use crate::support::ministack::Ministack;
use crate::support::{LOCAL, TestApp};

const TABLE: &str = "cruddur-messages";

fn path(pattern: &str) -> String {
    paths::fill(pattern, &[LOCAL, TABLE])
}

fn new(pattern: &Pattern) -> PatternSave {
    PatternSave {
        pattern: pattern.clone(),
        replaces: None,
    }
}

fn over(view: &PatternView, pattern: Pattern) -> PatternSave {
    PatternSave {
        pattern,
        replaces: Some(Seen {
            id: view.id.clone(),
            version: view.version.clone(),
        }),
    }
}

async fn list(app: &TestApp) -> PatternList {
    app.get(&path(paths::PATTERNS)).await.json()
}

#[tokio::test]
async fn embedded_and_read_only() {
    let app = TestApp::with(|config| config.connections[0].read_only = true).await;
    story(&app).await;
}

#[tokio::test]
async fn in_a_store_on_ministack() {
    let peer = Ministack::start().await;
    let app = crate::store_story::shared(&peer.url).await;
    story(&app).await;
}

async fn story(app: &TestApp) {
    assert_eq!(list(app).await, PatternList::default());
    let all = cruddur::patterns(true);
    let first: PatternView = app.post(&path(paths::PATTERNS), &new(&all[0])).await.json();
    assert_eq!(first.pattern, all[0]);
    // A name is taken whatever its case.
    let mut shouted = all[0].clone();
    shouted.name = format!(" {} ", shouted.name.to_uppercase());
    let taken = app.post(&path(paths::PATTERNS), &new(&shouted)).await.refused(409, "name_taken");
    assert_eq!(taken.fields[0].field, "name");
    // Two operators change the same one: the second is told.
    let mut mine = all[0].clone();
    mine.limit = Some(50);
    let saved: PatternView = app.post(&path(paths::PATTERNS), &over(&first, mine.clone())).await.json();
    assert_ne!(saved.version, first.version);
    let stale = over(&first, all[0].clone());
    app.post(&path(paths::PATTERNS), &stale).await.refused(409, "pattern_changed");
    assert_eq!(list(app).await.patterns, std::slice::from_ref(&saved));
    // Renamed, under the same condition.
    mine.name = "Conversations".into();
    app.post(&path(paths::PATTERNS), &over(&first, mine.clone()))
        .await
        .refused(409, "pattern_changed");
    let renamed: PatternView = app.post(&path(paths::PATTERNS), &over(&saved, mine)).await.json();
    assert_eq!(list(app).await.patterns, std::slice::from_ref(&renamed));
    import(app, &renamed).await;
    measure(app).await;
    let one = paths::fill(paths::PATTERN, &[LOCAL, TABLE, &renamed.id]);
    app.delete(&one, &json!({"version": "old"})).await.refused(409, "pattern_changed");
    let now = list(app).await.patterns.into_iter().find(|view| view.id == renamed.id).unwrap();
    app.delete(&one, &json!({"version": now.version})).await.json::<()>();
    app.delete(&one, &json!({"version": now.version}))
        .await
        .refused(409, "pattern_changed");
    assert!(list(app).await.patterns.iter().all(|view| view.id != renamed.id));
    let bad = json!({"pattern": {"name": "", "operation": "Query"}});
    let refused = app.post(&path(paths::PATTERNS), &bad).await.refused(400, "invalid_pattern");
    let fields: Vec<&str> = refused.fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "key"]);
    // Another table has its own.
    let other: PatternList = app.get(&paths::fill(paths::PATTERNS, &[LOCAL, "other"])).await.json();
    assert_eq!(other, PatternList::default());
}

async fn import(app: &TestApp, there: &PatternView) {
    let all = cruddur::patterns(false);
    let mut changed = there.pattern.clone();
    changed.description = "from a file".into();
    let wrong = Seen {
        id: there.id.clone(),
        version: "older".into(),
    };
    let stale = PatternSave {
        pattern: changed.clone(),
        replaces: Some(wrong),
    };
    // One that changed since the preview keeps all of them out.
    let body = json!({"patterns": [new(&all[1]), stale]});
    app.post(&path(paths::PATTERNS_IMPORT), &body).await.refused(409, "pattern_changed");
    assert_eq!(list(app).await.patterns.len(), 1);
    let body = json!({"patterns": [new(&all[1]), new(&all[1])]});
    app.post(&path(paths::PATTERNS_IMPORT), &body).await.refused(400, "invalid_pattern");
    let body = json!({"patterns": [new(&all[1]), new(&all[2]), over(there, changed.clone())]});
    let after: PatternList = app.post(&path(paths::PATTERNS_IMPORT), &body).await.json();
    let names: Vec<&str> = after.patterns.iter().map(|view| view.pattern.name.as_str()).collect();
    assert_eq!(names, ["Conversations", cruddur::READ, cruddur::SEND]);
    assert_eq!(after.patterns[0].pattern, changed);
}

async fn measure(app: &TestApp) {
    let body = json!({"name": cruddur::READ.to_uppercase(), "measured": {"units": 1.5, "requests": 1, "scanned": 20, "matched": 20}});
    let kept: Measured = app.post(&path(paths::PATTERNS_MEASURED), &body).await.json();
    assert!(kept.at.is_some());
    let all = list(app).await;
    assert_eq!(all.measured, BTreeMap::from([(cruddur::READ.to_lowercase(), kept)]));
    let bad = json!({"name": "a", "measured": {"units": -1.0, "requests": 1}});
    app.post(&path(paths::PATTERNS_MEASURED), &bad)
        .await
        .refused(400, "invalid_pattern");
}

#[tokio::test]
async fn what_a_run_cost_goes_with_its_pattern() {
    let app = TestApp::new().await;
    let mut pattern = cruddur::patterns(true).swap_remove(0);
    let first: PatternView = app.post(&path(paths::PATTERNS), &new(&pattern)).await.json();
    let body = json!({"name": pattern.name, "measured": {"units": 2.5, "requests": 1}});
    let kept: Measured = app.post(&path(paths::PATTERNS_MEASURED), &body).await.json();
    pattern.name = "Renamed".into();
    let renamed: PatternView = app.post(&path(paths::PATTERNS), &over(&first, pattern.clone())).await.json();
    assert_eq!(list(&app).await.measured, BTreeMap::from([("renamed".to_owned(), kept)]));
    let one = paths::fill(paths::PATTERN, &[LOCAL, TABLE, &renamed.id]);
    app.delete(&one, &json!({"version": renamed.version})).await.json::<()>();
    assert_eq!(list(&app).await, PatternList::default());
}

#[tokio::test]
async fn of_several_new_names_a_pattern_gets_one() {
    let app = TestApp::new().await;
    let pattern = cruddur::patterns(true).swap_remove(0);
    let first: PatternView = app.post(&path(paths::PATTERNS), &new(&pattern)).await.json();
    let named = |name: &str| {
        over(
            &first,
            Pattern {
                name: name.to_owned(),
                ..pattern.clone()
            },
        )
    };
    let (path, asked) = (path(paths::PATTERNS), ["one", "two", "three"].map(named));
    let answers = tokio::join!(app.post(&path, &asked[0]), app.post(&path, &asked[1]), app.post(&path, &asked[2]));
    let mut statuses = [answers.0.status, answers.1.status, answers.2.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409]);
    let left = list(&app).await.patterns;
    assert_eq!(left.len(), 1, "{left:?}");
    // A name that is taken keeps both.
    let other = Pattern {
        name: "four".to_owned(),
        ..pattern.clone()
    };
    app.post(&path, &new(&other)).await.json::<PatternView>();
    app.post(&path, &over(&left[0], other)).await.refused(409, "name_taken");
    assert_eq!(list(&app).await.patterns.len(), 2);
}

#[tokio::test]
async fn a_store_that_is_off_says_so() {
    let app = TestApp::with(|config| {
        config.connections[0].read_only = true;
        config.store = Some(StoreConfig {
            connection: LOCAL.to_owned(),
            table: "dynadesk".to_owned(),
        });
    })
    .await;
    let off = app.get(&path(paths::PATTERNS)).await.refused(503, "store_unavailable");
    assert!(off.message.contains("read-only"), "{}", off.message);
}
