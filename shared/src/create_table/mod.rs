//! Creating tables: DynamoDB's limits checked field by field before an engine has to refuse,
//! presets, and requests that were pasted.
//!
//! Fields are named as a form names them: `name`, `partition[0].name`, `sort[0].name`,
//! `gsi[0].name`, `gsi[0].partition[1].name`, `lsi[0].sort[0].name`, `gsi[0].projection`,
//! `billing_mode`, `throughput.read`, `gsi[0].throughput.write`, `on_demand.read`, `stream`,
//! `ttl_attribute`, `tags[3].key`, `table_class`, `deletion_protection`, `encryption`, `attributes[2]`.

mod indexes;
mod keys;
pub mod paste;
pub mod presets;
mod settings;

pub use settings::{STREAM_VIEWS, TABLE_CLASSES};

use crate::api::connections::Capabilities;
use crate::api::error::FieldError;
use crate::api::tables::TableCreate;
use crate::limits;

/// Every fault of a request, each with its field; nothing where an engine with these capabilities
/// should take it.
pub fn validate(wanted: &TableCreate, engine: &Capabilities) -> Vec<FieldError> {
    let mut faults = Faults::default();
    faults.check("name", limits::table_name(&wanted.request.table_name));
    keys::table(&wanted.request, &mut faults);
    indexes::all(&wanted.request, engine, &mut faults);
    keys::definitions(&wanted.request, &mut faults);
    settings::capacity(&wanted.request, engine, &mut faults);
    settings::rest(wanted, engine, &mut faults);
    faults.0
}

/// Gathers faults with their fields.
#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError::new(field, message));
    }

    fn check(&mut self, field: impl Into<String>, result: Result<(), String>) {
        if let Err(message) = result {
            self.add(field, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::connections::Feature;

    fn create(change: impl FnOnce(&mut serde_json::Value)) -> TableCreate {
        let mut request = serde_json::json!({
            "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"},
            ],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        });
        change(&mut request);
        TableCreate {
            request: serde_json::from_value(request).expect("a request"),
            ttl_attribute: None,
        }
    }

    fn fields(wanted: &TableCreate) -> Vec<String> {
        validate(wanted, &Capabilities::default())
            .into_iter()
            .map(|fault| fault.field)
            .collect()
    }

    fn index(name: &str, keys: &[(&str, &str)]) -> serde_json::Value {
        let keys: Vec<_> = keys
            .iter()
            .map(|(name, kind)| serde_json::json!({"AttributeName": name, "KeyType": kind}))
            .collect();
        serde_json::json!({"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}})
    }

    #[test]
    fn a_right_request_has_no_faults() {
        assert_eq!(validate(&create(|_| {}), &Capabilities::default()), vec![]);
        for with_index in [false, true] {
            assert_eq!(validate(&presets::cruddur_messages(with_index), &Capabilities::default()), vec![]);
        }
    }

    #[test]
    fn names_and_keys() {
        assert_eq!(fields(&create(|r| r["TableName"] = "a b".into())), ["name"]);
        assert_eq!(
            fields(&create(|r| r["KeySchema"] = serde_json::json!([]))),
            ["partition[0].name", "attributes[0]", "attributes[1]"]
        );
        assert_eq!(fields(&create(|r| r["KeySchema"][1]["KeyType"] = "SORT".into())), ["sort[0].name"]);
        assert_eq!(
            fields(&create(|r| r["KeySchema"][1]["AttributeName"] = "pk".into())),
            ["sort[0].name", "attributes[1]"]
        );
        assert_eq!(
            fields(&create(|r| r["KeySchema"][1]["AttributeName"] = "when".into())),
            ["sort[0].name", "attributes[1]"]
        );
        assert_eq!(
            fields(&create(|r| r["KeySchema"][1]["KeyType"] = "HASH".into())),
            ["partition[1].name"]
        );
        assert_eq!(
            fields(&create(|r| r["AttributeDefinitions"][1] = r["AttributeDefinitions"][0].clone())),
            ["sort[0].name", "attributes[1]"]
        );
    }

    #[test]
    fn indexes() {
        let gsis = |r: &mut serde_json::Value, count: usize| {
            r["GlobalSecondaryIndexes"] = (0..count).map(|n| index(&format!("gsi-{n}"), &[("sk", "HASH")])).collect();
        };
        assert_eq!(fields(&create(|r| gsis(r, 20))), [""; 0]);
        assert_eq!(fields(&create(|r| gsis(r, 21))), ["gsi[20].name"]);
        let lsi = |r: &mut serde_json::Value, index| r["LocalSecondaryIndexes"] = serde_json::json!([index]);
        assert_eq!(
            fields(&create(|r| lsi(r, index("by", &[("pk", "HASH"), ("sk", "RANGE")])))),
            ["lsi[0].name"]
        );
        assert_eq!(
            fields(&create(|r| lsi(r, index("by-sk", &[("sk", "HASH"), ("pk", "RANGE")])))),
            ["lsi[0].partition[0].name"]
        );
        assert_eq!(
            fields(&create(|r| lsi(r, index("by-sk", &[("pk", "HASH")])))),
            ["lsi[0].sort[0].name"]
        );
        let twice = create(|r| {
            gsis(r, 1);
            lsi(r, index("gsi-0", &[("pk", "HASH"), ("sk", "RANGE")]));
        });
        assert_eq!(fields(&twice), ["lsi[0].name"]);
        let included = create(|r| {
            gsis(r, 1);
            r["GlobalSecondaryIndexes"][0]["Projection"] = serde_json::json!({"ProjectionType": "INCLUDE"});
        });
        assert_eq!(fields(&included), ["gsi[0].projection"]);
    }

    #[test]
    fn several_attributes_on_a_side_are_a_capability() {
        let wanted = create(|r| r["GlobalSecondaryIndexes"] = serde_json::json!([index("both", &[("pk", "HASH"), ("sk", "HASH")])]));
        assert_eq!(fields(&wanted), [""; 0]);
        let mut engine = Capabilities::default();
        engine.missing.insert(Feature::MultiAttributeKeys, "one only".to_owned());
        let faults = validate(&wanted, &engine);
        assert_eq!(
            (faults[0].field.as_str(), faults[0].message.as_str()),
            ("gsi[0].partition[1].name", "one only")
        );
    }

    #[test]
    fn capacity_and_the_rest() {
        let units = serde_json::json!({"ReadCapacityUnits": 0, "WriteCapacityUnits": 1});
        assert_eq!(fields(&create(|r| r["ProvisionedThroughput"] = units.clone())), ["throughput.read"]);
        assert_eq!(fields(&create(|r| r["BillingMode"] = "PROVISIONED".into())), ["throughput.read"]);
        assert_eq!(
            fields(&create(|r| {
                r["BillingMode"] = "PROVISIONED".into();
                r["ProvisionedThroughput"] = units.clone();
            })),
            ["throughput.read"]
        );
        assert_eq!(fields(&create(|r| r["BillingMode"] = "FREE".into())), ["billing_mode"]);
        assert_eq!(fields(&create(|r| r["TableClass"] = "GOLD".into())), ["table_class"]);
        assert_eq!(
            fields(&create(|r| r["StreamSpecification"] = serde_json::json!({"StreamEnabled": true}))),
            ["stream"]
        );
        let tags = |tags: serde_json::Value| create(|r| r["Tags"] = tags);
        assert_eq!(fields(&tags(serde_json::json!([{"Key": "aws:x", "Value": ""}]))), ["tags[0].key"]);
        let twice = serde_json::json!([{"Key": "a", "Value": ""}, {"Key": "a", "Value": "b".repeat(257)}]);
        assert_eq!(fields(&tags(twice)), ["tags[1].key", "tags[1].value"]);
        let mut ttl = create(|_| {});
        ttl.ttl_attribute = Some("x".repeat(256));
        assert_eq!(fields(&ttl), ["ttl_attribute"]);
    }
}
