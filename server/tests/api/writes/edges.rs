//! Where changes meet others, limits, refusals and a restart.

use dynadesk_server::config::Place;
use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::connections::Feature;
use dynadesk_shared::api::history::WriteState;
use dynadesk_shared::api::writes::{Change, ItemsWrite, Outcome};
use dynadesk_shared::value::same_item;
use serde_json::{Value, json};

use super::{Bench, conflict, edited, endpoint, every_type, item, set, written};
use crate::support::TestApp;
use crate::support::ministack::Ministack;

#[tokio::test]
async fn of_two_writers_one_wins_and_the_other_is_told() {
    for bench in [Bench::embedded().await, Bench::ministack().await] {
        let start = item(1, json!({"n": {"N": "0"}}));
        bench.done(Change::Create { item: start.clone() }).await;
        for round in 0..12 {
            let base = bench.get(&start).await.unwrap();
            let change = |who: &str| edited(&base, set(&format!("{who}{round}"), json!({"BOOL": true})));
            let (a, b, c) = tokio::join!(bench.one(change("a")), bench.one(change("b")), bench.one(change("c")));
            let won: Vec<_> = [a, b, c].into_iter().filter(|one| matches!(one, Outcome::Written { .. })).collect();
            let now = bench.get(&start).await.unwrap();
            assert!(!won.is_empty());
            // An update sets only its own attribute, so even where two got through nothing is lost.
            assert_eq!(now.len(), base.len() + won.len());
            for outcome in won {
                let Outcome::Written { item: Some(item), .. } = outcome else {
                    panic!()
                };
                assert!(item.keys().all(|name| now.contains_key(name)));
            }
        }
        // The same attribute: exactly one wins.
        for round in 0..12 {
            let base = bench.get(&start).await.unwrap();
            let change = |who: &str| edited(&base, set("n", json!({"S": format!("{who}{round}")})));
            let outcomes = tokio::join!(bench.one(change("a")), bench.one(change("b")));
            let won = [&outcomes.0, &outcomes.1]
                .into_iter()
                .filter(|one| matches!(one, Outcome::Written { .. }))
                .count();
            assert_eq!(won, 1, "{outcomes:?}");
        }
    }
}

#[tokio::test]
async fn everything_is_checked_before_anything_is_written() {
    let bench = Bench::embedded().await;
    let url = bench.url("tables/edits/items/write");
    let good = json!({"create": {"item": item(1, json!({}))}});
    let refused = async |changes: Vec<Value>, together: bool| {
        let body = json!({"changes": changes, "together": together});
        let error = bench.app.post(&url, &body).await.refused(400, "invalid_changes");
        assert!(error.message.starts_with("nothing was written: "), "{}", error.message);
        let fields: Vec<_> = error
            .fields
            .into_iter()
            .map(|field| format!("{}: {}", field.field, field.message))
            .collect();
        fields.join("\n")
    };
    let bad = json!({"create": {"item": {"pk": {"S": "p"}, "n.x": {"N": "1x"}, "state": {"N": "1"}, "s": {"SS": ["a", "a"]}}}});
    assert_eq!(
        refused(vec![good.clone(), bad], false).await,
        "changes[1].item.sk: key attribute \"sk\" is missing\n\
         changes[1].item.state: index key \"state\" must be S, this is N\n\
         changes[1].item.\"n.x\": \"1x\" is not a number\n\
         changes[1].item.s: a set holds the same member twice"
    );
    let respelled = json!({"delete": {"base": {"pk": {"S": "p"}, "sk": {"N": "1.0"}}}});
    assert_eq!(
        refused(vec![good.clone(), respelled], false).await,
        "changes[1]: its key p / 1.0 stands in changes[0] already"
    );
    let large = item(2, json!({"x": {"S": "x".repeat(420_000)}}));
    let edit = json!({"edit": {"base": {"pk": {"S": "p"}}, "item": large}});
    let told = refused(vec![edit], false).await;
    assert!(told.contains("changes[0].base: key attribute \"sk\" is missing") && told.contains("changes[0].item: the item has"));
    let other = json!({"replace": {"base": item(1, json!({})), "item": item(2, json!({}))}});
    assert!(refused(vec![other], false).await.starts_with("changes[0]: "));
    assert!(refused(vec![], false).await.starts_with("changes: one request changes 1 to 1000"));
    let many = (0..101).map(|sk| json!({"create": {"item": item(sk, json!({}))}})).collect();
    assert!(refused(many, true).await.contains("at most 100 actions"));
    assert_eq!(bench.get(&item(1, json!({}))).await, None, "the good ones were not written either");

    let missing = bench.url("tables/nothing/items/write");
    bench
        .app
        .post(&missing, &json!({"changes": [good]}))
        .await
        .refused(404, "table_not_found");
}

#[tokio::test]
async fn an_engine_without_transactions_says_so_before_it_writes() {
    let peer = Ministack::start().await;
    let app = TestApp::with(|config| config.connections.push(endpoint(&peer.url, vec![Feature::Transactions]))).await;
    let bench = Bench::on(app, "peer", Some(peer)).await;
    let base = item(1, json!({"a": {"N": "1"}}));
    bench.done(Change::Create { item: base.clone() }).await;
    bench.done(edited(&base, set("a", json!({"N": "2"})))).await;
    let base = item(1, json!({"a": {"N": "2"}}));
    let moved = edited(&base, |item| drop(item.insert("sk".into(), AttributeValue::N("9".into()))));
    for (change, together, field) in [
        (moved, false, "changes[0]"),
        (edited(&base, set("a", json!({"N": "3"}))), true, "together"),
    ] {
        let asked = ItemsWrite {
            changes: vec![change],
            together,
            ..ItemsWrite::default()
        };
        let error = bench
            .app
            .post(&bench.url("tables/edits/items/write"), &asked)
            .await
            .refused(400, "unsupported_by_engine");
        assert_eq!(error.fields[0].field, field);
    }
    assert_eq!(bench.get(&base).await, Some(base));
}

#[tokio::test]
async fn an_item_with_more_attributes_than_a_condition_holds_is_read_and_compared_whole() {
    for bench in [Bench::embedded().await, Bench::ministack().await] {
        let mut base = item(1, json!({}));
        base.extend((0..1000).map(|at| (format!("attribute-{at}"), AttributeValue::N(at.to_string()))));
        bench.done(Change::Create { item: base.clone() }).await;
        let change = edited(&base, set("attribute-999", json!({"S": "new"})));
        let now = written(bench.one(change.clone()).await);
        assert_eq!(now.len(), base.len());
        // A change of an attribute that the condition has no room for is seen all the same.
        let mut elsewhere = now.clone();
        elsewhere.insert("attribute-998".into(), AttributeValue::Null);
        bench.put_elsewhere(&elsewhere).await;
        let stale = edited(&now, set("attribute-0", json!({"S": "mine"})));
        assert!(same_item(&conflict(bench.one(stale).await).unwrap(), &elsewhere));
        // All of them at once are one put.
        let all = edited(&elsewhere, |item| {
            for (name, value) in item.iter_mut().filter(|(name, _)| name.starts_with("attribute")) {
                *value = AttributeValue::S(name.clone());
            }
        });
        let answer = bench.write(vec![all], false).await;
        assert_eq!(answer.exchanges[0].operation, "PutItem");
        assert_eq!(
            written(answer.outcomes[0].clone())["attribute-5"],
            AttributeValue::S("attribute-5".into())
        );
    }
}

#[tokio::test]
async fn a_write_can_be_undone_after_a_restart() {
    let data = tempfile::TempDir::new().unwrap();
    let start = async || {
        TestApp::with(|config| {
            config.data_dir = data.path().to_owned();
            config.connections[0].place = Place::Embedded {
                file: Some(data.path().join("embedded.db")),
            };
        })
        .await
    };
    let bench = Bench::on(start().await, "local", None).await;
    let base = every_type(1);
    bench.done(Change::Create { item: base.clone() }).await;
    let base = bench.get(&base).await.unwrap();
    let id = bench.done(edited(&base, set("s", json!({"S": "changed"})))).await;
    drop(bench);

    let bench = Bench {
        app: start().await,
        connection: "local",
        _peer: None,
    };
    let kept = bench.kept(&id).await;
    assert_eq!((kept.summary.state, kept.before.as_ref()), (WriteState::Done, Some(&base)));
    written(bench.undo(&id).await);
    assert_eq!(bench.get(&base).await, Some(base));
}
