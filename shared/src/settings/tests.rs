use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::api::settings::SettingsRequest;

fn view(change: impl FnOnce(&mut Value)) -> SettingsView {
    let mut view = json!({
        "table": "orders", "status": "ACTIVE", "arn": "arn:aws:dynamodb:eu-west-1:1:table/orders", "item_count": 3,
        "key": {"partition": [{"name": "pk", "type": "S"}], "sort": []},
        "attributes": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
        "capacity": {"mode": "PROVISIONED", "table": units(5, 5), "indexes": {"by-at": units(2, 2)}},
        "on_demand_maximum": {}, "warm_throughput": {},
        "indexes": [{
            "name": "by-at", "kind": "GSI", "key": {"partition": [{"name": "at", "type": "N"}], "sort": []},
            "projection": "ALL", "status": "ACTIVE", "item_count": 3, "size_bytes": 1,
        }],
        "deletion_protection": false, "table_class": "STANDARD", "tags": {"team": "desk", "aws:stack": "x"},
        "encryption": {"kind": "aws_owned"}, "spent": {"decreases_today": 0},
        "exchange": {"operation": "DescribeTable", "request": {}, "took_ms": 0},
    });
    change(&mut view);
    serde_json::from_value(view).expect("a view")
}

fn units(read: u64, write: u64) -> Value {
    json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write})
}

fn change(value: Value) -> SettingsChange {
    serde_json::from_value(value).expect("a change")
}

fn fields(view: &SettingsView, wanted: &SettingsChange) -> Vec<String> {
    let faults = validate(view, wanted, &Capabilities::default());
    faults.into_iter().map(|fault| fault.field).collect()
}

fn sent(view: &SettingsView, wanted: &SettingsChange) -> Vec<Value> {
    assert_eq!(fields(view, wanted), [""; 0]);
    requests(view, wanted).iter().map(SettingsRequest::json).collect()
}

fn index(name: &str, keys: &[(&str, &str, &str)]) -> SettingsChange {
    let schema: Vec<_> = keys
        .iter()
        .map(|(name, _, role)| json!({"AttributeName": name, "KeyType": role}))
        .collect();
    let types: Vec<_> = keys
        .iter()
        .map(|(name, kind, _)| json!({"AttributeName": name, "AttributeType": kind}))
        .collect();
    change(json!({"add_index": {
        "index": {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": "ALL"}, "ProvisionedThroughput": units(1, 1)},
        "attributes": types,
    }}))
}

#[test]
fn only_units_that_differ_are_sent() {
    let view = view(|_| {});
    let wanted = change(json!({"capacity": {"mode": "PROVISIONED", "table": units(5, 6), "indexes": {"by-at": units(2, 2)}}}));
    assert_eq!(
        sent(&view, &wanted),
        [json!({"TableName": "orders", "ProvisionedThroughput": units(5, 6)})]
    );
    let wanted = change(json!({"capacity": {"mode": "PROVISIONED", "table": units(5, 5), "indexes": {"by-at": units(3, 2)}}}));
    let update = json!([{"Update": {"IndexName": "by-at", "ProvisionedThroughput": units(3, 2)}}]);
    assert_eq!(
        sent(&view, &wanted),
        [json!({"TableName": "orders", "GlobalSecondaryIndexUpdates": update})]
    );
    let same = change(json!({"capacity": view.capacity}));
    assert_eq!(fields(&view, &same), ["change"]);
    let seen = facet(&view, &wanted);
    assert!(is_in_effect(&view, &same, &seen) && !is_in_effect(&view, &wanted, &seen));
}

#[test]
fn a_switch_of_mode_says_every_unit() {
    let provisioned = view(|_| {});
    let demand = change(json!({"capacity": {"mode": "PAY_PER_REQUEST"}}));
    assert_eq!(
        sent(&provisioned, &demand),
        [json!({"TableName": "orders", "BillingMode": "PAY_PER_REQUEST"})]
    );
    let on_demand = view(|view| view["capacity"] = json!({"mode": "PAY_PER_REQUEST"}));
    let back = json!({"mode": "PROVISIONED", "table": units(5, 5)});
    assert_eq!(fields(&on_demand, &change(json!({"capacity": back}))), ["indexes.by-at.read"]);
    let wanted = change(json!({"capacity": {"mode": "PROVISIONED", "table": units(5, 5), "indexes": {"by-at": units(1, 1)}}}));
    assert_eq!(
        sent(&on_demand, &wanted)[0]["GlobalSecondaryIndexUpdates"][0]["Update"]["IndexName"],
        "by-at"
    );
    let zero = change(json!({"capacity": {"mode": "PROVISIONED", "table": units(0, 5), "indexes": {"other": units(1, 1)}}}));
    assert_eq!(
        fields(&provisioned, &zero),
        ["table.read", "indexes.other.read", "indexes.by-at.read"]
    );
}

#[test]
fn an_engine_without_units_for_an_index_takes_the_tables() {
    let mut engine = Capabilities::default();
    engine.missing.insert(Feature::IndexCapacity, "keeps none".to_owned());
    let on_demand = view(|view| view["capacity"] = json!({"mode": "PAY_PER_REQUEST"}));
    let wanted = change(json!({"capacity": {"mode": "PROVISIONED", "table": units(5, 5)}}));
    assert_eq!(validate(&on_demand, &wanted, &engine), []);
    let more = change(json!({"capacity": {"mode": "PROVISIONED", "table": units(5, 5), "indexes": {"by-at": units(9, 9)}}}));
    let faults = validate(&view(|_| {}), &more, &engine);
    assert_eq!(
        (faults[0].field.as_str(), faults[0].message.as_str()),
        ("indexes.by-at.read", "keeps none")
    );
}

#[test]
fn a_maximum_that_goes_is_said_with_minus_one() {
    let with = view(|view| {
        view["capacity"] = json!({"mode": "PAY_PER_REQUEST"});
        view["on_demand_maximum"] = json!({"table": {"MaxReadRequestUnits": 10}});
    });
    let wanted =
        change(json!({"on_demand_maximum": {"table": {"MaxWriteRequestUnits": 4}, "indexes": {"by-at": {"MaxReadRequestUnits": 7}}}}));
    let request = &sent(&with, &wanted)[0];
    assert_eq!(
        request["OnDemandThroughput"],
        json!({"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": 4})
    );
    assert_eq!(
        request["GlobalSecondaryIndexUpdates"],
        json!([{"Update": {"IndexName": "by-at", "OnDemandThroughput": {"MaxReadRequestUnits": 7}}}])
    );
    assert_eq!(fields(&view(|_| {}), &wanted), ["change"]);
    let zero = change(json!({"on_demand_maximum": {"table": {"MaxReadRequestUnits": 0}}}));
    assert_eq!(fields(&with, &zero), ["table.read"]);
}

#[test]
fn warm_throughput_only_grows() {
    let warm = |read: u64, write: u64| json!({"ReadUnitsPerSecond": read, "WriteUnitsPerSecond": write});
    let view = view(|view| view["warm_throughput"] = json!({"table": warm(12_000, 4_000), "indexes": {"by-at": warm(12_000, 4_000)}}));
    let wanted = |table: Value, index: Value| change(json!({"warm_throughput": {"table": table, "indexes": {"by-at": index}}}));
    let less = wanted(warm(11_999, 4_000), warm(12_000, 4_000));
    assert_eq!(fields(&view, &less), ["table.read"]);
    let more = wanted(warm(12_000, 4_000), warm(15_000, 4_000));
    let update = json!([{"Update": {"IndexName": "by-at", "WarmThroughput": warm(15_000, 4_000)}}]);
    assert_eq!(
        sent(&view, &more),
        [json!({"TableName": "orders", "GlobalSecondaryIndexUpdates": update})]
    );
}

#[test]
fn an_index_is_added_with_all_its_attributes() {
    let view = view(|_| {});
    let wanted = index("by-both", &[("at", "N", "HASH"), ("city", "S", "HASH"), ("pk", "S", "RANGE")]);
    let request = &sent(&view, &wanted)[0];
    assert_eq!(request["AttributeDefinitions"].as_array().map(Vec::len), Some(3));
    assert_eq!(request["GlobalSecondaryIndexUpdates"][0]["Create"]["IndexName"], "by-both");
    assert_eq!(diff(&view, &wanted)[0].after.as_deref(), Some("by at + city, sorted by pk, ALL"));
    assert_eq!(fields(&view, &index("by-at", &[("at", "N", "HASH")])), ["name"]);
    // DynamoDB would keep the number that it knows, and say nothing.
    assert_eq!(fields(&view, &index("by-time", &[("at", "S", "HASH")])), ["partition[0].name"]);
    assert_eq!(fields(&view, &index("a", &[("at", "N", "RANGE")])), ["name", "partition[0].name"]);
    let five: Vec<_> = ["a", "b", "c", "d", "e"].map(|name| (name, "S", "HASH")).to_vec();
    assert_eq!(fields(&view, &index("five", &five)), ["partition[4].name"]);
}

#[test]
fn one_index_at_a_time() {
    let creating = |filling: bool| {
        view(|view| {
            view["status"] = "UPDATING".into();
            view["indexes"][0]["status"] = "CREATING".into();
            view["indexes"][0]["backfilling"] = filling.into();
        })
    };
    let remove = SettingsChange::RemoveIndex("by-at".to_owned());
    assert_eq!(fields(&creating(false), &remove), ["change"]);
    assert_eq!(
        fields(&creating(true), &remove),
        [""; 0],
        "an index that is being filled can be given up"
    );
    assert_eq!(fields(&creating(true), &SettingsChange::DeletionProtection(true)), ["change"]);
    assert_eq!(
        fields(
            &creating(true),
            &SettingsChange::Tags(BTreeMap::from([("aws:stack".into(), "x".into())]))
        ),
        [""; 0]
    );
    assert_eq!(fields(&view(|_| {}), &SettingsChange::RemoveIndex("none".to_owned())), ["name"]);
}

#[test]
fn another_view_is_another_stream() {
    let with = view(|view| view["stream"] = json!({"view": "NEW_IMAGE", "arn": "arn:1"}));
    let requests = sent(&with, &SettingsChange::Stream(Some("KEYS_ONLY".to_owned())));
    assert_eq!(requests[0]["StreamSpecification"], json!({"StreamEnabled": false}));
    assert_eq!(
        requests[1]["StreamSpecification"],
        json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"})
    );
    assert_eq!(sent(&with, &SettingsChange::Stream(None)).len(), 1);
    assert_eq!(fields(&with, &SettingsChange::Stream(Some("ALL".to_owned()))), ["stream"]);
    assert_eq!(fields(&with, &SettingsChange::Stream(Some("NEW_IMAGE".to_owned()))), ["change"]);
}

#[test]
fn tags_are_a_difference() {
    let view = view(|_| {});
    let tags =
        |all: &[(&str, &str)]| SettingsChange::Tags(all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect());
    let requests = sent(&view, &tags(&[("aws:stack", "x"), ("cost", "7")]));
    assert_eq!(requests[0]["Tags"], json!([{"Key": "cost", "Value": "7"}]));
    assert_eq!(requests[1]["TagKeys"], json!(["team"]));
    assert_eq!(fields(&view, &tags(&[("team", "desk")])), ["tags.aws:stack"]);
    assert_eq!(fields(&view, &tags(&[("aws:stack", "x"), ("AWS:x", "")])), ["tags.AWS:x"]);
    assert_eq!(fields(&view, &tags(&[("aws:stack", "x"), ("a", "<b>")])), ["tags.a"]);
    let many: Vec<_> = (0..51).map(|at| (format!("k{at}"), String::new())).collect();
    let many: BTreeMap<_, _> = many.into_iter().chain([("aws:stack".to_owned(), "x".to_owned())]).collect();
    assert_eq!(fields(&view, &SettingsChange::Tags(many.clone())), ["change"]);
    let mut full = view.clone();
    full.tags = many.clone().into_iter().skip(2).collect();
    let mut others = full.tags.clone();
    others.remove("k9");
    others.insert("new".to_owned(), String::new());
    assert!(requests_first_untag(&full, &SettingsChange::Tags(others)), "room is made first");
}

fn requests_first_untag(view: &SettingsView, wanted: &SettingsChange) -> bool {
    matches!(requests(view, wanted).first(), Some(SettingsRequest::Untag(_)))
}

#[test]
fn encryption_and_policy() {
    let view = view(|view| view["resource_policy"] = json!({"policy": "{}", "revision": "r1"}));
    let own = change(json!({"encryption": {"kind": "kms", "key": "alias/orders"}}));
    assert_eq!(
        sent(&view, &own)[0]["SSESpecification"],
        json!({"Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": "alias/orders"})
    );
    assert_eq!(fields(&view, &change(json!({"encryption": {"kind": "kms"}}))), ["key"]);
    let gone = SettingsChange::ResourcePolicy(None);
    assert_eq!(sent(&view, &gone)[0]["ExpectedRevisionId"], "r1");
    assert_eq!(fields(&view, &SettingsChange::ResourcePolicy(Some("[]".to_owned()))), ["policy"]);
    let mut without = view.clone();
    without.resource_policy = None;
    let policy = r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:Query", "Resource": "*"}}"#;
    let put = SettingsChange::ResourcePolicy(Some(policy.to_owned()));
    assert_eq!(sent(&without, &put)[0]["ExpectedRevisionId"], "NO_POLICY");
    without.unread.insert("resource_policy".to_owned(), "denied".to_owned());
    assert_eq!(fields(&without, &put), ["change"], "what was not read is not replaced");
}

#[test]
fn what_is_lost_is_asked_for_by_name() {
    let view = view(|view| view["stream"] = json!({"view": "NEW_IMAGE"}));
    let name = |wanted: &SettingsChange, production| name_to_confirm(&view, wanted, production);
    assert_eq!(
        name(&SettingsChange::RemoveIndex("by-at".to_owned()), false).as_deref(),
        Some("by-at")
    );
    assert_eq!(name(&SettingsChange::Stream(None), false).as_deref(), Some("orders"));
    assert_eq!(name(&SettingsChange::DeletionProtection(true), false), None);
    assert_eq!(name(&SettingsChange::DeletionProtection(true), true).as_deref(), Some("orders"));
}

#[test]
fn what_moves_by_itself_is_no_part_of_what_was_seen() {
    let before = view(|_| {});
    let after = view(|view| {
        view["item_count"] = 9.into();
        view["indexes"][0]["item_count"] = 9.into();
        view["status"] = "UPDATING".into();
    });
    let wanted = SettingsChange::RemoveIndex("by-at".to_owned());
    assert_eq!(facet(&before, &wanted), facet(&after, &wanted));
}

#[test]
fn another_key_is_in_effect_when_the_table_has_another_key() {
    let first = view(|view| view["encryption"] = json!({"kind": "kms", "key": "arn:aws:kms:eu-west-1:1:key/a"}));
    let wanted = change(json!({"encryption": {"kind": "kms", "key": "alias/orders"}}));
    let seen = facet(&first, &wanted);
    assert!(!is_in_effect(&first, &wanted, &seen));
    let second = view(|view| view["encryption"] = json!({"kind": "kms", "key": "arn:aws:kms:eu-west-1:1:key/b"}));
    assert!(is_in_effect(&second, &wanted, &seen));
    let owned = change(json!({"encryption": {"kind": "aws_owned"}}));
    assert!(!is_in_effect(&second, &owned, &seen) && is_in_effect(&view(|_| {}), &owned, &seen));
}

#[test]
fn a_table_is_settled_when_nothing_of_it_moves() {
    assert!(is_settled(&view(|_| {})));
    for moves in [
        view(|view| view["status"] = json!("UPDATING")),
        view(|view| view["indexes"][0]["status"] = json!("DELETING")),
        view(|view| view["under_way"] = json!({"encryption": "UPDATING"})),
    ] {
        assert!(!is_settled(&moves));
    }
}
