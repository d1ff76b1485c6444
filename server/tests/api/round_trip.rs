//! The published proof: items of every type and shape are loaded through the API, one attribute is
//! edited and saved, and every other byte is what it was. docs/ENGINES.md says what is proven.

use std::time::Instant;

use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::writes::{Change, ItemsWrite, ItemsWritten, Outcome};
use dynadesk_shared::{AttributeValue, Item};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::json;

use crate::support::TestApp;
use crate::writes::Bench;

const ITEMS: usize = 10_000;
/// Changes of one request.
const AT_ONCE: usize = 500;

#[tokio::test]
async fn ten_thousand_items_on_the_embedded_engine() {
    prove(&Bench::embedded().await).await;
}

#[tokio::test]
async fn ten_thousand_items_on_ministack() {
    prove(&Bench::ministack().await).await;
}

async fn prove(bench: &Bench) {
    let (app, connection) = (&bench.app, bench.connection);
    let table = format!("/api/c/{connection}/tables/trips");
    let create = json!({"request": {
        "TableName": "trips", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "k/#", "AttributeType": "B"}, {"AttributeName": "\u{1f511}", "AttributeType": "N"}],
        "KeySchema": [{"AttributeName": "k/#", "KeyType": "HASH"}, {"AttributeName": "\u{1f511}", "KeyType": "RANGE"}],
    }});
    app.post(&format!("/api/c/{connection}/tables"), &create)
        .await
        .json::<serde_json::Value>();
    let mut random = StdRng::seed_from_u64(0x0D0A_DE5C);
    let engine = app.state.connections.get(connection).unwrap().engine.clone();
    let made: Vec<Item> = (0..ITEMS).map(|number| an_item(&mut random, number)).collect();
    for some in made.chunks(25) {
        let mut left = some.to_vec();
        while !left.is_empty() {
            left = engine.batch_put("trips", &left).await.unwrap().unprocessed;
        }
    }

    let began = Instant::now();
    let loaded = load(app, &table).await;
    assert_eq!(loaded.len(), ITEMS);
    let wanted: Vec<Item> = loaded.iter().map(|item| edited(&mut random, item)).collect();
    for (bases, items) in loaded.chunks(AT_ONCE).zip(wanted.chunks(AT_ONCE)) {
        let changes = bases.iter().cloned().zip(items.iter().cloned());
        let asked = ItemsWrite {
            changes: changes.map(|(base, item)| Change::Edit { base, item }).collect(),
            ..ItemsWrite::default()
        };
        let written: ItemsWritten = app.post(&format!("{table}/items/write"), &asked).await.json();
        for ((outcome, base), item) in written.outcomes.iter().zip(bases).zip(items) {
            assert!(matches!(outcome, Outcome::Written { .. }), "{outcome:?}\n{base:?}\n{item:?}");
        }
        // Each was a small update of its own, never the whole item again.
        for exchange in &written.exchanges {
            assert_eq!(exchange.operation, "UpdateItem");
            let text = exchange.request["UpdateExpression"].as_str().unwrap();
            assert_eq!(text.matches('=').count() + text.matches("REMOVE").count(), 1, "{text}");
        }
    }
    let now = load(app, &table).await;
    assert_eq!(now.len(), ITEMS);
    let by_key: std::collections::HashMap<String, &Item> = now.iter().map(|item| (key(item), item)).collect();
    for (item, base) in wanted.iter().zip(&loaded) {
        let now = by_key[&key(item)];
        let name = &touched(base, item);
        for (attribute, value) in base.iter().filter(|(attribute, _)| *attribute != name) {
            assert_eq!(now.get(attribute), Some(value), "{attribute:?} of {base:?}");
        }
        match (item.get(name), now.get(name)) {
            (Some(wanted), Some(now)) => assert!(wanted.same_as(now), "{name:?}: {now:?} is not {wanted:?}"),
            (wanted, now) => assert_eq!(wanted, now, "{name:?}"),
        }
        assert_eq!(now.len(), item.len());
    }
    println!(
        "{ITEMS} items on {connection}: loaded, edited, saved and read in {:?}",
        began.elapsed()
    );
}

fn key(item: &Item) -> String {
    format!("{:?} {:?}", item["k/#"], item["\u{1f511}"])
}

fn touched(base: &Item, item: &Item) -> String {
    let mut names = base.keys().chain(item.keys());
    names.find(|name| base.get(*name) != item.get(*name)).cloned().unwrap()
}

async fn load(app: &TestApp, table: &str) -> Vec<Item> {
    let (mut items, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut scan = json!({"limit": 1000, "consistent": true});
        if let Some(cursor) = cursor {
            scan["cursor"] = cursor.into();
        }
        let page: ItemsPage = app.post(&format!("{table}/items/scan"), &scan).await.json();
        items.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return items,
        }
    }
}

/// One attribute changed, inside where it can be, or added or removed.
fn edited(random: &mut StdRng, base: &Item) -> Item {
    let mut item = base.clone();
    let names: Vec<String> = base
        .keys()
        .filter(|name| !matches!(name.as_str(), "k/#" | "\u{1f511}"))
        .cloned()
        .collect();
    match (random.random_range(0..6), names.choose(random)) {
        (0, Some(name)) => drop(item.remove(name)),
        (1, _) | (_, None) => drop(item.insert("added, \"by\" [0].hand".to_owned(), AttributeValue::S("new".to_owned()))),
        (_, Some(name)) => {
            let value = &base[name];
            item.insert(name.clone(), changed(value));
        }
    }
    item
}

/// A value that is another to DynamoDB, changed in one place only.
fn changed(value: &AttributeValue) -> AttributeValue {
    match value {
        AttributeValue::L(list) if !list.is_empty() => {
            let mut list = list.clone();
            if let Some(last) = list.last_mut() {
                *last = changed(last);
            }
            AttributeValue::L(list)
        }
        AttributeValue::M(members) if !members.is_empty() => {
            let mut members = members.clone();
            if let Some(last) = members.values_mut().next_back() {
                *last = changed(last);
            }
            AttributeValue::M(members)
        }
        AttributeValue::S(text) => AttributeValue::S(format!("{text}!")),
        AttributeValue::Bool(flag) => AttributeValue::Bool(!flag),
        _ => AttributeValue::S("edited <b>\u{0}".to_owned()),
    }
}

fn an_item(random: &mut StdRng, number: usize) -> Item {
    let mut key = number.to_be_bytes().to_vec();
    key.extend((0..random.random_range(0..8)).map(|_| random.random::<u8>()));
    let mut item = Item::from([
        ("k/#".to_owned(), AttributeValue::B(key)),
        ("\u{1f511}".to_owned(), AttributeValue::N(a_number(random))),
    ]);
    for _ in 0..random.random_range(0..9) {
        item.insert(a_name(random), a_value(random, 3));
    }
    if number.is_multiple_of(100) {
        item.insert("deep".to_owned(), deep(random));
    }
    item
}

/// As deep as DynamoDB nests: the innermost value is the 32nd.
fn deep(random: &mut StdRng) -> AttributeValue {
    let mut value = a_value(random, 0);
    for _ in 0..DEEPEST {
        value = match random.random() {
            true => AttributeValue::L(vec![value]),
            false => AttributeValue::M([(a_name(random), value)].into()),
        };
    }
    value
}

/// Lists and maps around the innermost value.
const DEEPEST: usize = 31;

fn a_name(random: &mut StdRng) -> String {
    const NAMES: [&str; 16] = [
        "name",
        "size",
        "SET",
        "a.b",
        "a[0]",
        "#n0",
        ":v0",
        "it's \"quoted\"",
        "comma, = %",
        "<script>alert(1)</script>",
        "\u{0}",
        "\u{1f331}",
        "Grüße",
        " ",
        "back\\slash",
        "line\nbreak",
    ];
    match random.random_range(0..4) {
        0 => format!("attribute-{}", random.random_range(0..50)),
        _ => (*NAMES.choose(random).unwrap()).to_owned(),
    }
}

fn a_number(random: &mut StdRng) -> String {
    const EDGES: [&str; 12] = [
        "0",
        "-0",
        "1.0",
        "1E+125",
        "-1E-130",
        "9.9999999999999999999999999999999999999E+125",
        "99999999999999999999999999999999999999",
        "-12345678901234567890123456789012345.678",
        "0.1",
        "100",
        "1e2",
        "9007199254740993",
    ];
    match random.random_range(0..3) {
        0 => (*EDGES.choose(random).unwrap()).to_owned(),
        1 => random.random::<i64>().to_string(),
        _ => {
            let digits: String = (0..random.random_range(1..=38))
                .map(|_| char::from(b'0' + random.random_range(0..10)))
                .collect();
            format!(
                "{}{digits}e{}",
                if random.random() { "-" } else { "" },
                random.random_range(-90..80)
            )
        }
    }
}

fn a_text(random: &mut StdRng) -> String {
    const TEXTS: [&str; 10] = [
        "",
        " ",
        "plain",
        "\u{0}",
        "\u{1f469}\u{200d}\u{1f680}",
        "{\"json\": [1.0]}",
        "<img src=x onerror=alert(1)>",
        "a,b\tc\r\nd",
        "ünï\u{301}",
        "\u{10ffff}\u{feff}",
    ];
    match random.random_range(0..4) {
        0 => (0..random.random_range(0..200)).map(|_| random.random::<char>()).collect(),
        _ => (*TEXTS.choose(random).unwrap()).to_owned(),
    }
}

fn bytes(random: &mut StdRng) -> Vec<u8> {
    (0..random.random_range(0..24)).map(|_| random.random()).collect()
}

fn a_value(random: &mut StdRng, deeper: usize) -> AttributeValue {
    let count = random.random_range(1..4);
    match random.random_range(0..if deeper > 0 { 13 } else { 9 }) {
        0 | 8 => AttributeValue::S(a_text(random)),
        1 => AttributeValue::N(a_number(random)),
        2 => AttributeValue::B(bytes(random)),
        3 => AttributeValue::Bool(random.random()),
        4 => AttributeValue::Null,
        5 => {
            let mut set: Vec<String> = (0..count).map(|_| a_text(random)).collect();
            set.sort();
            set.dedup();
            AttributeValue::Ss(set)
        }
        6 => {
            let mut set: Vec<String> = (0..count).map(|_| a_number(random)).collect();
            set.sort_by(|a, b| dynadesk_shared::value::number::compare(a, b));
            set.dedup_by(|a, b| dynadesk_shared::value::number::equal(a, b));
            AttributeValue::Ns(set)
        }
        7 => {
            let mut set: Vec<Vec<u8>> = (0..count).map(|_| bytes(random)).collect();
            set.sort();
            set.dedup();
            AttributeValue::Bs(set)
        }
        9 | 10 => AttributeValue::L((1..count).map(|_| a_value(random, deeper - 1)).collect()),
        _ => AttributeValue::M((1..count).map(|_| (a_name(random), a_value(random, deeper - 1))).collect()),
    }
}
