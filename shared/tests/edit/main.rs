//! Any change of any item becomes a write that does exactly that change, and only on the image that
//! was loaded. The expressions are carried out here by a small engine of the test's own.

mod generated;

use std::collections::BTreeMap;

use dynadesk_shared::edit::{self, Plan, differences, request_preview};
use dynadesk_shared::filter::compile::Expression;
use dynadesk_shared::value::same_item;
use dynadesk_shared::{AttributeValue, Item, KeyAttribute, KeySchema, ScalarType};
use generated::{disturbed, items, values};
use proptest::prelude::*;

fn schema() -> KeySchema {
    KeySchema {
        partition: vec![KeyAttribute {
            name: "pk".into(),
            kind: ScalarType::S,
        }],
        sort: vec![],
    }
}

fn item(json: &str) -> Item {
    let mut item: Item = serde_json::from_str(json).expect("DynamoDB JSON");
    item.entry("pk".into()).or_insert(AttributeValue::S("a".into()));
    item
}

/// The name behind each placeholder of a path, and the indexes.
#[derive(Clone, Debug)]
enum At {
    Name(String),
    Index(usize),
}

fn path(text: &str, names: &BTreeMap<String, String>) -> Vec<At> {
    let mut steps = Vec::new();
    for part in text.split('.') {
        let mut pieces = part.split('[');
        let name = pieces.next().expect("a name");
        steps.push(At::Name(names[name].clone()));
        for index in pieces {
            steps.push(At::Index(index.trim_end_matches(']').parse().expect("an index")));
        }
    }
    steps
}

fn find<'a>(value: &'a mut AttributeValue, steps: &[At]) -> &'a mut AttributeValue {
    let Some((first, rest)) = steps.split_first() else { return value };
    let inner = match (value, first) {
        (AttributeValue::M(members), At::Name(name)) => members.get_mut(name).expect("the member is there"),
        (AttributeValue::L(list), At::Index(index)) => list.get_mut(*index).expect("the element is there"),
        other => panic!("no way from {other:?}"),
    };
    find(inner, rest)
}

fn carry_out(base: &Item, update: &Expression) -> Item {
    let mut root = AttributeValue::M(base.clone());
    let (set, remove) = match update.text.split_once("REMOVE ") {
        Some((set, remove)) => (set.trim(), remove),
        None => (update.text.as_str(), ""),
    };
    for action in set.trim_start_matches("SET ").split(", ").filter(|text| !text.is_empty()) {
        let (place, value) = action.split_once(" = ").expect("an assignment");
        let steps = path(place, &update.names);
        let (last, parents) = steps.split_last().expect("a path");
        let value = update.values[value].clone();
        match (find(&mut root, parents), last) {
            (AttributeValue::M(members), At::Name(name)) => drop(members.insert(name.clone(), value)),
            (AttributeValue::L(list), At::Index(index)) if *index < list.len() => list[*index] = value,
            (AttributeValue::L(list), At::Index(index)) => {
                assert_eq!(*index, list.len(), "elements come at the end, in order");
                list.push(value);
            }
            other => panic!("no place {other:?}"),
        }
    }
    // One after the other, as the least careful engine does it.
    for place in remove.split(", ").filter(|text| !text.is_empty()) {
        let steps = path(place, &update.names);
        let (last, parents) = steps.split_last().expect("a path");
        match (find(&mut root, parents), last) {
            (AttributeValue::M(members), At::Name(name)) => assert!(members.remove(name).is_some()),
            (AttributeValue::L(list), At::Index(index)) => drop(list.remove(*index)),
            other => panic!("no place {other:?}"),
        }
    }
    let AttributeValue::M(item) = root else { unreachable!() };
    item
}

/// Whether a condition of ours holds for an item.
fn holds(item: &Item, text: &str, names: &BTreeMap<String, String>, values: &BTreeMap<String, AttributeValue>) -> bool {
    text.split(" AND ").all(|term| {
        if let Some(name) = term.strip_prefix("attribute_not_exists(") {
            return !item.contains_key(&names[name.trim_end_matches(')')]);
        }
        if let Some(name) = term.strip_prefix("attribute_exists(") {
            return item.contains_key(&names[name.trim_end_matches(')')]);
        }
        let (name, value) = term.split_once(" = ").expect("a comparison");
        item.get(&names[name]).is_some_and(|found| found.same_as(&values[value]))
    })
}

fn in_limits(text: &str) {
    assert!(text.len() <= 4096, "{}", text.len());
    let operators = text.matches(" = ").count() + text.matches(" AND ").count() + text.matches("attribute_").count();
    assert!(operators <= 300, "{operators}");
}

/// The item that a plan leaves, after checks of everything that is promised of it.
fn outcome(base: &Item, wanted: &Item, plan: &Plan) -> Item {
    match plan {
        Plan::Nothing => base.clone(),
        Plan::Update {
            update, condition, whole, ..
        } => {
            in_limits(condition);
            assert!(update.text.len() <= 4096);
            assert!(holds(base, condition, &update.names, &update.values));
            for name in update.names.keys().chain(update.values.keys()) {
                let used = |text: &str| {
                    text.split(|c: char| !(c.is_alphanumeric() || "#:".contains(c)))
                        .any(|word| word == name)
                };
                assert!(used(&update.text) || used(condition), "{name} is not used");
            }
            for name in base.keys().filter(|name| *name != "pk") {
                let mut changed = base.clone();
                changed.insert(name.clone(), AttributeValue::S("somebody else's".into()));
                let seen = !holds(&changed, condition, &update.names, &update.values);
                let same = base.get(name).zip(wanted.get(name)).is_some_and(|(a, b)| a.same_as(b));
                assert!(seen || (!whole && same), "{name} may change unseen");
            }
            assert!(
                !holds(&Item::new(), condition, &update.names, &update.values),
                "no item comes from nothing"
            );
            carry_out(base, update)
        }
        Plan::Put { item, condition, .. } => {
            in_limits(&condition.text);
            assert!(holds(base, &condition.text, &condition.names, &condition.values));
            item.clone()
        }
        Plan::Move {
            loaded,
            item,
            free,
            from,
            to,
            ..
        } => {
            assert_ne!(from, to);
            assert!(holds(base, &loaded.text, &loaded.names, &loaded.values));
            assert!(holds(&Item::new(), &free.text, &free.names, &free.values) && !holds(item, &free.text, &free.names, &free.values));
            item.clone()
        }
        Plan::Delete { .. } => panic!("an edit deletes nothing"),
    }
}

fn expressions(base: &str, changed: &str) -> (String, String) {
    let (base, changed) = (item(base), item(changed));
    match edit::update(&base, &changed, &schema()).expect("keys") {
        Plan::Update { update, condition, .. } => (named(&update.text, &update.names), named(&condition, &update.names)),
        other => panic!("{other:?}"),
    }
}

fn named(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    for (place, name) in names.iter().rev() {
        text = text.replace(place, name);
    }
    text
}

#[test]
fn only_what_changed_is_written_under_the_whole_loaded_image() {
    let base =
        r#"{"a": {"S": "x"}, "m": {"M": {"k": {"N": "1"}, "l": {"L": [{"S": "0"}, {"S": "1"}, {"S": "2"}]}}}, "gone": {"NULL": true}}"#;
    let changed = r#"{"a": {"S": "x"}, "m": {"M": {"k": {"N": "2"}, "l": {"L": [{"S": "1"}]}}}, "new": {"SS": ["n"]}}"#;
    let (update, condition) = expressions(base, changed);
    assert_eq!(update, "SET m.k = :v0, new = :v1 REMOVE m.l[2], m.l[0], gone");
    assert_eq!(condition, "gone = :v2 AND m = :v3 AND attribute_not_exists(new) AND a = :v4");
}

#[test]
fn an_item_of_nothing_but_its_key_must_still_be_there() {
    let (update, condition) = expressions("{}", r#"{"n": {"N": "1"}}"#);
    assert_eq!(update, "SET n = :v0");
    assert_eq!(condition, "attribute_exists(pk) AND attribute_not_exists(n)");
    let Plan::Delete { condition, .. } = edit::delete(&item("{}"), &schema()).expect("keys") else {
        panic!()
    };
    assert_eq!(condition.text, "attribute_exists(#n0)");
}

#[test]
fn what_is_the_same_to_dynamodb_writes_nothing() {
    let base = item(r#"{"n": {"N": "1"}, "s": {"NS": ["1", "2"]}}"#);
    let respelled = item(r#"{"n": {"N": "1.0"}, "s": {"NS": ["2.0", "1"]}}"#);
    for plan in [
        edit::update(&base, &respelled, &schema()),
        edit::replace(&base, &respelled, &schema()),
    ] {
        assert_eq!(plan, Ok(Plan::Nothing));
    }
}

#[test]
fn another_key_is_one_transaction_that_keeps_untouched_spellings() {
    let base = item(r#"{"n": {"N": "1.50"}, "m": {"M": {"n": {"N": "2.0"}, "x": {"N": "1"}}}}"#);
    let moved = item(r#"{"pk": {"S": "b"}, "n": {"N": "1.5"}, "m": {"M": {"n": {"N": "2"}, "x": {"N": "7"}}}}"#);
    let plan = edit::update(&base, &moved, &schema()).expect("keys");
    assert_eq!(plan.actions(), 2);
    let Plan::Move { item: put, .. } = &plan else { panic!("{plan:?}") };
    assert_eq!(
        *put,
        item(r#"{"pk": {"S": "b"}, "n": {"N": "1.50"}, "m": {"M": {"n": {"N": "2.0"}, "x": {"N": "7"}}}}"#)
    );
    let request = request_preview(&plan, "t").expect("a request");
    assert_eq!(request.operation, "TransactWriteItems");
    assert_eq!(request.request["TransactItems"][0]["Delete"]["Key"]["pk"]["S"], "a");
    assert_eq!(
        request.request["TransactItems"][1]["Put"]["ConditionExpression"],
        "attribute_not_exists(#n0)"
    );
}

#[test]
fn more_than_an_expression_holds_is_written_coarser_and_in_the_end_whole() {
    let wide = |value: &str, count: usize| {
        let members: Vec<_> = (0..count).map(|at| format!(r#""k{at}": {{"S": "{value}"}}"#)).collect();
        members.join(", ")
    };
    let map = |value: &str| {
        item(&format!(
            r#"{{"m": {{"M": {{{}}}}}, "small": {{"M": {{"a": {{"S": "{value}"}}}}}}}}"#,
            wide(value, 400)
        ))
    };
    let Plan::Update { update, .. } = edit::update(&map("x"), &map("y"), &schema()).expect("keys") else {
        panic!()
    };
    assert_eq!(named(&update.text, &update.names), "SET m = :v0, small.a = :v1");

    let flat = |value: &str| item(&format!("{{{}}}", wide(value, 1000)));
    let plan = edit::update(&flat("x"), &flat("y"), &schema()).expect("keys");
    assert!(matches!(&plan, Plan::Put { whole: false, .. }), "1,000 attributes need a put");
    outcome(&flat("x"), &flat("y"), &plan);

    let mut one = flat("x");
    one.insert("k777".into(), AttributeValue::S("y".into()));
    let plan = edit::update(&flat("x"), &one, &schema()).expect("keys");
    let Plan::Update {
        update, condition, whole, ..
    } = &plan
    else {
        panic!()
    };
    assert!(!whole, "not every attribute can be compared");
    assert!(named(condition, &update.names).starts_with("k777 = :v1 AND "));
    assert_eq!(outcome(&flat("x"), &one, &plan), one);
}

#[test]
fn deep_paths_go_down_to_what_dynamodb_takes() {
    let deep = |value: &str, levels: usize| {
        let open = r#"{"L": ["#.repeat(levels);
        item(&format!(r#"{{"d": {open}{{"S": "{value}"}}{}}}"#, "]}".repeat(levels)))
    };
    for levels in [1, 31, 32, 40] {
        let plan = edit::update(&deep("x", levels), &deep("y", levels), &schema()).expect("keys");
        let Plan::Update { update, .. } = &plan else { panic!() };
        assert!(update.text.matches('[').count() < 32);
        assert_eq!(outcome(&deep("x", levels), &deep("y", levels), &plan), deep("y", levels));
    }
}

#[test]
fn a_create_needs_a_free_key_and_a_missing_key_is_named() {
    let plan = edit::create(&item("{}"), &schema()).expect("keys");
    let request = request_preview(&plan, "t").expect("a request");
    assert_eq!(
        (request.operation.as_str(), &request.request["ConditionExpression"]),
        ("PutItem", &"attribute_not_exists(#n0)".into())
    );
    assert!(
        edit::create(&Item::new(), &schema())
            .expect_err("no key")
            .contains("\"pk\" is missing")
    );
    let other = item(r#"{"pk": {"S": "b"}}"#);
    assert!(edit::replace(&item("{}"), &other, &schema()).expect_err("key").contains("same key"));
}

fn check(base: &Item, wanted: &Item) {
    let plan = edit::update(base, wanted, &schema()).expect("keys");
    let written = outcome(base, wanted, &plan);
    assert!(same_item(&written, wanted), "{plan:?}\n{written:?}\n{wanted:?}");
    assert!(differences(&written, wanted).is_empty());
    assert_eq!(plan == Plan::Nothing, same_item(base, wanted));
    for (name, value) in base {
        if wanted.get(name).is_some_and(|other| other.same_as(value)) {
            assert_eq!(written.get(name), Some(value), "an untouched value keeps its bytes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn any_item_becomes_any_other(base in items(), wanted in items()) {
        check(&base, &wanted);
    }

    #[test]
    fn any_change_inside_is_written(base in items(), choices in prop::collection::vec((any::<u8>(), values()), 1..24)) {
        let AttributeValue::M(mut wanted) = disturbed(&AttributeValue::M(base.clone()), &mut choices.into_iter()) else { unreachable!() };
        wanted.insert("pk".into(), AttributeValue::S("a".into()));
        check(&base, &wanted);
        let back = edit::update(&wanted, &base, &schema()).expect("keys");
        prop_assert!(same_item(&outcome(&wanted, &base, &back), &base));
    }
}
