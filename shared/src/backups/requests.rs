//! The requests in DynamoDB's JSON form. The server sends the same members through its SDK, which adds
//! a client token of its own to exports and imports.

use serde_json::{Map, Value, json};

use crate::api::backups::{BackupCreate, ExportStart, ExportWhat, ImportStart, RecoveryUpdate, Restore, RestoreFrom};
use crate::api::exchange::Exchange;

/// Before it is sent, an exchange has no answer and took no time.
fn planned(operation: &str, request: Map<String, Value>) -> Exchange {
    Exchange {
        operation: operation.to_owned(),
        request: Value::Object(request),
        index: None,
        consumed: None,
        split: None,
        took_ms: 0,
    }
}

fn members(members: &[(&str, Value)]) -> Map<String, Value> {
    members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

pub fn recovery(table: &str, wanted: &RecoveryUpdate) -> Exchange {
    let mut specification = members(&[("PointInTimeRecoveryEnabled", json!(wanted.on))]);
    if let Some(days) = wanted.days {
        specification.insert("RecoveryPeriodInDays".to_owned(), json!(days));
    }
    let request = [
        ("TableName", json!(table)),
        ("PointInTimeRecoverySpecification", Value::Object(specification)),
    ];
    planned("UpdateContinuousBackups", members(&request))
}

pub fn create(table: &str, wanted: &BackupCreate) -> Exchange {
    planned(
        "CreateBackup",
        members(&[("TableName", json!(table)), ("BackupName", json!(wanted.name))]),
    )
}

pub fn delete(arn: &str) -> Exchange {
    planned("DeleteBackup", members(&[("BackupArn", json!(arn))]))
}

pub fn restore(table: &str, wanted: &Restore) -> Exchange {
    let (operation, mut request) = match &wanted.from {
        RestoreFrom::Backup(arn) => ("RestoreTableFromBackup", members(&[("BackupArn", json!(arn))])),
        RestoreFrom::Time(at) => (
            "RestoreTableToPointInTime",
            members(&[("SourceTableName", json!(table)), ("RestoreDateTime", json!(at))]),
        ),
        RestoreFrom::LatestTime => (
            "RestoreTableToPointInTime",
            members(&[("SourceTableName", json!(table)), ("UseLatestRestorableTime", json!(true))]),
        ),
    };
    request.insert("TargetTableName".to_owned(), json!(wanted.target));
    if let Some(mode) = &wanted.billing {
        request.insert("BillingModeOverride".to_owned(), json!(mode));
    }
    if wanted.without_indexes {
        request.insert("GlobalSecondaryIndexOverride".to_owned(), json!([]));
        request.insert("LocalSecondaryIndexOverride".to_owned(), json!([]));
    }
    planned(operation, request)
}

pub fn export(table_arn: &str, wanted: &ExportStart) -> Exchange {
    let mut request = members(&[
        ("TableArn", json!(table_arn)),
        ("S3Bucket", json!(wanted.bucket)),
        ("ExportFormat", json!(wanted.format)),
    ]);
    if let Some(prefix) = &wanted.prefix {
        request.insert("S3Prefix".to_owned(), json!(prefix));
    }
    match wanted.what {
        ExportWhat::Full { at } => {
            request.insert("ExportType".to_owned(), json!("FULL_EXPORT"));
            if let Some(at) = at {
                request.insert("ExportTime".to_owned(), json!(at));
            }
        }
        ExportWhat::Incremental {
            from,
            until,
            new_images_only,
        } => {
            let images = if new_images_only { "NEW_IMAGE" } else { "NEW_AND_OLD_IMAGES" };
            request.insert("ExportType".to_owned(), json!("INCREMENTAL_EXPORT"));
            let specification = json!({"ExportFromTime": from, "ExportToTime": until, "ExportViewType": images});
            request.insert("IncrementalExportSpecification".to_owned(), specification);
        }
    }
    planned("ExportTableToPointInTime", request)
}

pub fn import(wanted: &ImportStart) -> Exchange {
    let mut source = members(&[("S3Bucket", json!(wanted.bucket))]);
    if let Some(prefix) = &wanted.prefix {
        source.insert("S3KeyPrefix".to_owned(), json!(prefix));
    }
    let keys = [(Some(&wanted.partition), "HASH"), (wanted.sort.as_ref(), "RANGE")];
    let keys = || keys.into_iter().filter_map(|(key, side)| Some((key?, side)));
    let schema: Vec<_> = keys()
        .map(|(key, side)| json!({"AttributeName": key.name, "KeyType": side}))
        .collect();
    let types: Vec<_> = keys()
        .map(|(key, _)| json!({"AttributeName": key.name, "AttributeType": key.kind.name()}))
        .collect();
    let table = json!({
        "TableName": wanted.target, "KeySchema": schema, "AttributeDefinitions": types, "BillingMode": "PAY_PER_REQUEST",
    });
    let mut request = members(&[
        ("S3BucketSource", Value::Object(source)),
        ("InputFormat", json!(wanted.format)),
        ("InputCompressionType", json!(wanted.compression)),
        ("TableCreationParameters", table),
    ]);
    let mut csv = Map::new();
    if let Some(delimiter) = &wanted.delimiter {
        csv.insert("Delimiter".to_owned(), json!(delimiter));
    }
    if !wanted.header.is_empty() {
        csv.insert("HeaderList".to_owned(), json!(wanted.header));
    }
    if !csv.is_empty() {
        request.insert("InputFormatOptions".to_owned(), json!({"Csv": csv}));
    }
    planned("ImportTable", request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{KeyAttribute, ScalarType};

    #[test]
    fn requests_are_dynamodbs_own() {
        let restore = |from, without_indexes| {
            let wanted = Restore {
                target: "b".to_owned(),
                from,
                billing: Some("PAY_PER_REQUEST".to_owned()),
                without_indexes,
                confirm: None,
            };
            super::restore("a", &wanted)
        };
        let at = restore(RestoreFrom::Time(7), true);
        assert_eq!(at.operation, "RestoreTableToPointInTime");
        assert_eq!(
            at.request,
            json!({
                "SourceTableName": "a", "TargetTableName": "b", "RestoreDateTime": 7, "BillingModeOverride": "PAY_PER_REQUEST",
                "GlobalSecondaryIndexOverride": [], "LocalSecondaryIndexOverride": [],
            })
        );
        assert_eq!(restore(RestoreFrom::LatestTime, false).request["UseLatestRestorableTime"], true);
        assert_eq!(
            restore(RestoreFrom::Backup("arn".into()), false).operation,
            "RestoreTableFromBackup"
        );
        let off = recovery(
            "a",
            &RecoveryUpdate {
                on: false,
                days: None,
                seen: crate::api::backups::RecoverySetting { on: true, days: 35 },
                confirm: None,
            },
        );
        assert_eq!(
            off.request["PointInTimeRecoverySpecification"],
            json!({"PointInTimeRecoveryEnabled": false})
        );
    }

    #[test]
    fn an_import_brings_its_table() {
        let wanted = ImportStart {
            bucket: "bucket".to_owned(),
            prefix: None,
            format: "CSV".to_owned(),
            compression: "NONE".to_owned(),
            delimiter: Some("\t".to_owned()),
            header: Vec::new(),
            target: "new".to_owned(),
            partition: KeyAttribute {
                name: "pk".to_owned(),
                kind: ScalarType::N,
            },
            sort: None,
            confirm: None,
        };
        let request = import(&wanted).request;
        assert_eq!(request["InputFormatOptions"], json!({"Csv": {"Delimiter": "\t"}}));
        assert_eq!(
            request["TableCreationParameters"]["AttributeDefinitions"],
            json!([{"AttributeName": "pk", "AttributeType": "N"}])
        );
    }
}
