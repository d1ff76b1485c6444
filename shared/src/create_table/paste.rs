//! Requests that a person pastes: CreateTable JSON, what `aws dynamodb describe-table` printed, or
//! a NoSQL Workbench model.

use serde_json::{Map, Value};

use crate::api::tables::{CreateTable, TableCreate};
use crate::workbench;

/// Reads any of the three forms; a Workbench model may hold several tables.
pub fn read(text: &str) -> Result<Vec<TableCreate>, String> {
    let value: Value = serde_json::from_str(text).map_err(|cause| format!("this is no JSON: {cause}"))?;
    let Value::Object(fields) = &value else {
        return Err("a request is a JSON object".to_owned());
    };
    if fields.contains_key("DataModel") {
        return workbench::read(&value);
    }
    if let Some(Value::Object(table)) = fields.get("Table") {
        return described(table).map(|create| vec![create]);
    }
    if !fields.contains_key("TableName") {
        return Err("this is neither a CreateTable request (with TableName), nor a described table (with Table), nor a NoSQL Workbench model (with DataModel)".to_owned());
    }
    // Read from the text again, so that a mistake is named with its line and column.
    let request: CreateTable = serde_json::from_str(text).map_err(|cause| format!("this is no CreateTable request: {cause}"))?;
    Ok(vec![TableCreate {
        request,
        ttl_attribute: None,
    }])
}

/// The request that would make the described table again.
fn described(table: &Map<String, Value>) -> Result<TableCreate, String> {
    let mut request = only(
        table,
        &[
            "TableName",
            "AttributeDefinitions",
            "KeySchema",
            "StreamSpecification",
            "DeletionProtectionEnabled",
            "OnDemandThroughput",
        ],
    );
    let mode = table.get("BillingModeSummary").and_then(|summary| summary.get("BillingMode"));
    let mode = mode.and_then(Value::as_str).unwrap_or("PROVISIONED");
    let provisioned = mode == "PROVISIONED";
    request.insert("BillingMode".to_owned(), mode.into());
    if provisioned {
        request.extend(throughput(table));
    }
    if let Some(class) = table.get("TableClassSummary").and_then(|summary| summary.get("TableClass")) {
        request.insert("TableClass".to_owned(), class.clone());
    }
    for name in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        let Some(Value::Array(indexes)) = table.get(name) else { continue };
        let indexes = indexes.iter().filter_map(Value::as_object).map(|index| {
            let mut kept = only(index, &["IndexName", "KeySchema", "Projection", "OnDemandThroughput"]);
            if provisioned && name == "GlobalSecondaryIndexes" {
                kept.extend(throughput(index));
            }
            Value::Object(kept)
        });
        request.insert(name.to_owned(), indexes.collect());
    }
    let request =
        serde_json::from_value(Value::Object(request)).map_err(|cause| format!("the described table is not complete: {cause}"))?;
    Ok(TableCreate {
        request,
        ttl_attribute: None,
    })
}

fn only(fields: &Map<String, Value>, names: &[&str]) -> Map<String, Value> {
    let known = |name: &&&str| fields.get(**name).is_some_and(|value| !value.is_null());
    names
        .iter()
        .filter(known)
        .map(|name| ((*name).to_owned(), fields[*name].clone()))
        .collect()
}

/// Described throughput also tells when it last changed, which no request takes.
fn throughput(fields: &Map<String, Value>) -> Option<(String, Value)> {
    let units = fields.get("ProvisionedThroughput")?.as_object()?;
    let kept = only(units, &["ReadCapacityUnits", "WriteCapacityUnits"]);
    Some(("ProvisionedThroughput".to_owned(), Value::Object(kept)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::create_table::presets;

    #[test]
    fn a_create_request_reads_back() {
        let preset = presets::cruddur_messages(true);
        let text = serde_json::to_string_pretty(&preset.request).expect("JSON");
        assert_eq!(read(&text), Ok(vec![preset]));
    }

    #[test]
    fn a_described_table_becomes_its_request() {
        let preset = presets::cruddur_messages(true);
        let mut table = serde_json::to_value(&preset.request).expect("JSON");
        table["BillingMode"].take();
        table["TableStatus"] = "ACTIVE".into();
        table["ProvisionedThroughput"]["NumberOfDecreasesToday"] = 0.into();
        table["GlobalSecondaryIndexes"][0]["IndexStatus"] = "ACTIVE".into();
        let text = serde_json::json!({"Table": table}).to_string();
        assert_eq!(read(&text), Ok(vec![preset]));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        assert!(read("{").expect_err("no JSON").contains("line 1"));
        assert!(read("[]").expect_err("array").contains("object"));
        assert!(read("{\"a\": 1}").expect_err("neither").contains("TableName"));
        let wrong = "{\"TableName\": \"abc\",\n\"Colour\": 1}";
        assert!(read(wrong).expect_err("unknown").contains("`Colour`"));
        assert!(read(wrong).expect_err("unknown").contains("line 2"));
    }
}
