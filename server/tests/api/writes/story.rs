//! The story of changes: edit, create, replace, delete, another key, together, and undo.

use dynadesk_shared::api::history::{WriteKind, WriteState, WritesPage};
use dynadesk_shared::api::writes::{Change, Outcome};
use dynadesk_shared::value::same_item;
use dynadesk_shared::{AttributeValue, Item};
use serde_json::json;

use super::{Bench, conflict, edited, every_type, item, set, written};

#[tokio::test]
async fn the_story_on_the_embedded_engine() {
    story(&Bench::embedded().await).await;
}

#[tokio::test]
async fn the_story_on_ministack() {
    story(&Bench::ministack().await).await;
}

async fn story(bench: &Bench) {
    edit_and_conflict(bench).await;
    every_attribute_is_compared(bench).await;
    create_replace_delete(bench).await;
    another_key(bench).await;
    together(bench).await;
    undo(bench).await;
}

async fn edit_and_conflict(bench: &Bench) {
    let base = every_type(1);
    bench.done(Change::Create { item: base.clone() }).await;
    let base = bench.get(&base).await.unwrap();
    assert!(same_item(&base, &every_type(1)));
    assert_eq!(bench.one(edited(&base, |_| {})).await, Outcome::Unchanged);
    assert_eq!(bench.write(vec![edited(&base, |_| {})], true).await.outcomes, [Outcome::Unchanged]);

    // Paths, an added and a removed attribute, list elements that go and come.
    let mut wanted = base.clone();
    let members = |item: &mut Item, name: &str| match item.remove(name) {
        Some(AttributeValue::M(members)) => members,
        other => panic!("{other:?}"),
    };
    let mut m = members(&mut wanted, "m");
    let mut inner = members(&mut m, "a.b");
    inner.insert("c d".into(), AttributeValue::Bool(false));
    m.insert("a.b".into(), AttributeValue::M(inner));
    wanted.insert("m".into(), AttributeValue::M(m));
    wanted.insert("l".into(), serde_json::from_value(json!({"L": [{"L": []}, {"S": "x"}]})).unwrap());
    wanted.insert(
        "el".into(),
        serde_json::from_value(json!({"L": [{"NULL": true}, {"N": "7"}]})).unwrap(),
    );
    wanted.insert("new \"one\"".into(), AttributeValue::Ns(vec!["3".into()]));
    wanted.remove("SET");
    let answer = bench
        .write(
            vec![Change::Edit {
                base: base.clone(),
                item: wanted.clone(),
            }],
            false,
        )
        .await;
    assert_eq!(answer.exchanges.len(), 1);
    assert_eq!(answer.exchanges[0].operation, "UpdateItem");
    let sent = answer.exchanges[0].request["UpdateExpression"].as_str().unwrap();
    assert!(sent.contains("REMOVE") && sent.len() < 120, "{sent}");
    let now = written(answer.outcomes[0].clone());
    assert!(same_item(&now, &wanted), "{now:?}");
    assert_eq!(bench.get(&base).await, Some(now.clone()));
    for (name, value) in &base {
        if wanted.get(name) == Some(value) {
            assert_eq!(now.get(name), Some(value), "{name} keeps its bytes");
        }
    }

    // Whoever has the old image is refused, whatever attribute it would change, and sees theirs.
    let theirs = conflict(bench.one(edited(&base, set("other", json!({"S": "mine"})))).await);
    assert_eq!(theirs, Some(now.clone()));
    let mut added = now.clone();
    added.insert("somebody's".into(), AttributeValue::Null);
    bench.put_elsewhere(&added).await;
    let theirs = conflict(bench.one(edited(&now, set("s", json!({"S": "mine"})))).await);
    assert!(same_item(&theirs.unwrap(), &added), "an attribute that nobody knew of is seen");
    let change = Change::Delete { base: now.clone() };
    assert!(same_item(&conflict(bench.one(change).await).unwrap(), &added));
}

/// The condition alone, without the read before it: each attribute of every type is in it.
async fn every_attribute_is_compared(bench: &Bench) {
    let connection = bench.app.state.connections.get(bench.connection).unwrap();
    let view = connection.engine.describe_table_only("edits").await.unwrap();
    let base = every_type(2);
    for (name, value) in base.iter().filter(|(name, _)| !["pk", "sk"].contains(&name.as_str())) {
        let mut other = base.clone();
        let near = match value {
            AttributeValue::S(text) => AttributeValue::S(format!("{text} ")),
            AttributeValue::L(list) => AttributeValue::L(list.iter().cloned().chain([AttributeValue::Null]).collect()),
            AttributeValue::M(members) => {
                let mut members = members.clone();
                members.insert("x".into(), AttributeValue::Null);
                AttributeValue::M(members)
            }
            AttributeValue::Ss(set) => AttributeValue::Ss(set[1..].to_vec()),
            AttributeValue::Ns(set) => AttributeValue::Ns(set[1..].to_vec()),
            AttributeValue::Bs(set) => AttributeValue::Bs(set[1..].to_vec()),
            _ => AttributeValue::S("of another type".into()),
        };
        other.insert(name.clone(), near);
        for (stored, holds) in [(&base, true), (&other, false)] {
            bench.put_elsewhere(stored).await;
            let mut wanted = base.clone();
            wanted.insert("touched".into(), AttributeValue::Bool(true));
            let plan = dynadesk_shared::edit::update(&base, &wanted, &view.key).unwrap();
            assert!(plan.whole());
            let sent = connection.engine.write("edits", &plan).await.unwrap();
            assert_eq!(sent.result.is_ok(), holds, "{name}: {:?}", sent.result);
        }
    }
    bench.put_elsewhere(&base).await;
    bench.done(Change::Delete { base }).await;
}

async fn create_replace_delete(bench: &Bench) {
    let first = item(10, json!({"a": {"S": "1"}}));
    bench.done(Change::Create { item: first.clone() }).await;
    // The same item again is refused too: it is there.
    for again in [first.clone(), item(10, json!({"b": {"S": "2"}}))] {
        assert_eq!(conflict(bench.one(Change::Create { item: again }).await), Some(first.clone()));
    }
    let second = item(10, json!({"b": {"S": "2"}}));
    let replace = Change::Replace {
        base: first.clone(),
        item: second.clone(),
    };
    assert_eq!(written(bench.one(replace.clone()).await), second);
    assert_eq!(conflict(bench.one(replace).await), Some(second.clone()));
    let id = bench.done(Change::Delete { base: second.clone() }).await;
    assert_eq!(bench.get(&second).await, None);
    let kept = bench.kept(&id).await;
    assert_eq!((kept.before, kept.after), (Some(second.clone()), None));
    assert_eq!(
        conflict(bench.one(Change::Delete { base: second.clone() }).await),
        None,
        "it is gone"
    );
    assert_eq!(conflict(bench.one(edited(&second, set("c", json!({"N": "1"})))).await), None);
    assert_eq!(bench.get(&second).await, None, "an edit makes no item");
}

async fn another_key(bench: &Bench) {
    let old = every_type(20);
    bench.done(Change::Create { item: old.clone() }).await;
    let move_to = |sk: u32| edited(&old, |item| drop(item.insert("sk".into(), AttributeValue::N(sk.to_string()))));
    let taken = item(21, json!({"mine": {"BOOL": false}}));
    bench.done(Change::Create { item: taken.clone() }).await;
    assert_eq!(conflict(bench.one(move_to(21)).await), Some(taken.clone()), "the new key is taken");
    assert!(bench.get(&old).await.is_some(), "nothing was deleted");
    let answer = bench.write(vec![move_to(22)], false).await;
    assert_eq!(answer.exchanges[0].operation, "TransactWriteItems");
    let moved = written(answer.outcomes[0].clone());
    assert!(same_item(&bench.get(&moved).await.unwrap(), &moved));
    assert_eq!(bench.get(&old).await, None);
    assert_eq!(conflict(bench.one(move_to(23)).await), None, "the old item is gone");
    // Another spelling of the same key is no other key.
    let respelled = edited(&moved, |item| drop(item.insert("sk".into(), AttributeValue::N("22.0".into()))));
    assert_eq!(bench.one(respelled).await, Outcome::Unchanged);
}

async fn together(bench: &Bench) {
    let items: Vec<Item> = (30..36).map(|sk| item(sk, json!({"v": {"N": "1"}}))).collect();
    let create = |item: &Item| Change::Create { item: item.clone() };
    let answer = bench.write(items.iter().map(create).collect(), true).await;
    assert!(
        answer.outcomes.iter().all(|one| matches!(one, Outcome::Written { .. })),
        "{answer:?}"
    );
    assert_eq!(answer.exchanges.len(), 1);
    let changed = |item: &Item| edited(item, set("v", json!({"N": "2"})));
    let moved = edited(&items[3], |item| drop(item.insert("sk".into(), AttributeValue::N("39".into()))));
    let blocker = item(39, json!({}));
    bench.put_elsewhere(&blocker).await;
    let changes = vec![
        changed(&items[0]),
        edited(&items[1], |_| {}),
        moved,
        Change::Delete { base: items[2].clone() },
    ];
    let answer = bench.write(changes.clone(), true).await;
    assert_eq!(
        answer.outcomes,
        [
            Outcome::NotWritten,
            Outcome::NotWritten,
            Outcome::Conflict {
                theirs: Some(blocker.clone())
            },
            Outcome::NotWritten
        ]
    );
    assert_eq!(bench.get(&items[0]).await.as_ref(), Some(&items[0]), "all or nothing");
    // What is lost before anything is sent.
    bench.put_elsewhere(&item(32, json!({"v": {"N": "99"}}))).await;
    let answer = bench.write(changes.clone(), true).await;
    assert!(matches!(answer.outcomes[3], Outcome::Conflict { theirs: Some(_) }));
    assert_eq!(answer.exchanges, []);
    // Alone, each has a result of its own.
    let answer = bench.write(changes, false).await;
    let told: Vec<_> = answer
        .outcomes
        .iter()
        .map(|one| serde_json::to_value(one).unwrap()["outcome"].clone())
        .collect();
    assert_eq!(told, ["written", "unchanged", "conflict", "conflict"]);
}

async fn undo(bench: &Bench) {
    let first = every_type(50);
    let create = bench.done(Change::Create { item: first.clone() }).await;
    let first = bench.get(&first).await.unwrap();
    let edit = bench.done(edited(&first, set("s", json!({"S": "later"})))).await;
    let second = bench.get(&first).await.unwrap();

    assert_eq!(conflict(bench.undo(&create).await), Some(second.clone()), "it was edited since");
    assert!(same_item(&written(bench.undo(&edit).await), &first));
    assert_eq!(bench.kept(&edit).await.summary.state, WriteState::Undone);
    bench
        .app
        .post(&bench.url(&format!("writes/{edit}/undo")), &json!({}))
        .await
        .refused(409, "write_undone");

    // An undo is a write too, and can be undone.
    let page: WritesPage = bench.app.get(&bench.url("writes?table=edits")).await.json();
    let newest = &page.writes[0];
    assert_eq!(
        (newest.kind, newest.state, &newest.changed[..]),
        (WriteKind::Undo, WriteState::Done, &["s".to_owned()][..])
    );
    assert!(same_item(&written(bench.undo(&newest.id).await), &second));

    let moved = edited(&second, |item| drop(item.insert("sk".into(), AttributeValue::N("51".into()))));
    let moved = bench.done(moved).await;
    written(bench.undo(&moved).await);
    assert!(same_item(&bench.get(&second).await.unwrap(), &second), "back under the old key");

    let delete = bench.done(Change::Delete { base: second.clone() }).await;
    bench.put_elsewhere(&item(50, json!({}))).await;
    assert_eq!(
        conflict(bench.undo(&delete).await),
        Some(item(50, json!({}))),
        "somebody else took the key"
    );
    bench.done(Change::Delete { base: item(50, json!({})) }).await;
    assert!(same_item(&written(bench.undo(&delete).await), &second));
    bench
        .app
        .post(&bench.url("writes/nothing/undo"), &json!({}))
        .await
        .refused(404, "write_not_found");
}
