//! DynamoDB's rules for backups, restores, exports and imports, and the requests that carry them out:
//! checked at the field before anything is sent, shown exactly as they are sent.

mod requests;

use crate::api::backups::{
    BackupCreate, BackupsPages, ExportStart, ExportWhat, ImportStart, RecoverySetting, RecoveryUpdate, RecoveryView, Restore, RestoreFrom,
};
use crate::api::error::FieldError;
use crate::key::KeyAttribute;
use crate::limits;

pub use requests::{create, delete, export, import, recovery, restore};

/// How far point-in-time recovery may go back, in days.
pub const DAYS: std::ops::RangeInclusive<u32> = 1..=35;
/// What one incremental export may cover, in seconds: fifteen minutes to a day.
pub const INCREMENT: std::ops::RangeInclusive<i64> = 900..=86_400;

/// The most pages of one list that are read at once.
pub const MOST_PAGES: u32 = 40;

pub fn check_pages(wanted: &BackupsPages) -> Vec<FieldError> {
    let all = [
        ("backups", wanted.backups),
        ("exports", wanted.exports),
        ("imports", wanted.imports),
    ];
    let wrong = all.into_iter().filter(|(_, pages)| !(1..=MOST_PAGES).contains(pages));
    wrong
        .map(|(list, _)| FieldError::new(list, format!("1 to {MOST_PAGES} pages of a list are read at once")))
        .collect()
}

pub fn check_recovery(wanted: &RecoveryUpdate) -> Vec<FieldError> {
    match wanted.days {
        Some(days) if !DAYS.contains(&days) => vec![FieldError::new("days", "the recovery period is 1 to 35 days")],
        Some(_) if !wanted.on => vec![FieldError::new("days", "there is no recovery period while recovery is off")],
        _ => Vec::new(),
    }
}

/// Whether a change loses times that the table could return to: for good, since they are not kept again.
pub fn loses_times(now: &RecoverySetting, wanted: &RecoveryUpdate) -> bool {
    now.on && (!wanted.on || wanted.days.unwrap_or(*DAYS.end()) < now.days)
}

pub fn check_create(wanted: &BackupCreate) -> Vec<FieldError> {
    limits::backup_name(&wanted.name)
        .err()
        .map(|why| FieldError::new("name", why))
        .into_iter()
        .collect()
}

/// `recovery` is what the table's own says; a time outside of it is a fault.
pub fn check_restore(wanted: &Restore, source: &str, recovery: Option<&RecoveryView>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if let Err(why) = limits::table_name(&wanted.target) {
        faults.push(FieldError::new("target", why));
    } else if wanted.target == source {
        faults.push(FieldError::new("target", "a restore makes a new table: give it another name"));
    }
    match &wanted.from {
        RestoreFrom::Backup(arn) if arn.is_empty() => faults.push(FieldError::new("from", "choose a backup")),
        RestoreFrom::Backup(_) => {}
        RestoreFrom::Time(at) => faults.extend(check_time("from", *at, recovery)),
        RestoreFrom::LatestTime => faults.extend(check_on("from", recovery)),
    }
    if let Some(mode) = wanted.billing.as_deref().filter(|mode| !is_billing(mode)) {
        faults.push(FieldError::new(
            "billing",
            format!("the capacity mode is PROVISIONED or PAY_PER_REQUEST, not {mode:?}"),
        ));
    }
    faults
}

pub fn check_export(wanted: &ExportStart, recovery: Option<&RecoveryView>) -> Vec<FieldError> {
    let mut faults = check_place(&wanted.bucket, wanted.prefix.as_deref());
    if !matches!(wanted.format.as_str(), "DYNAMODB_JSON" | "ION") {
        faults.push(FieldError::new("format", "the format of an export is DYNAMODB_JSON or ION"));
    }
    match wanted.what {
        ExportWhat::Full { at: None } => faults.extend(check_on("at", recovery)),
        ExportWhat::Full { at: Some(at) } => faults.extend(check_time("at", at, recovery)),
        ExportWhat::Incremental { from, until, .. } => {
            let covers = until.saturating_sub(from);
            if covers < *INCREMENT.start() {
                faults.push(FieldError::new("until", "an incremental export covers at least 15 minutes"));
            } else if covers > *INCREMENT.end() {
                faults.push(FieldError::new("until", "an incremental export covers at most 24 hours"));
            }
            faults.extend(check_time("from", from, recovery));
            faults.extend(check_time("until", until, recovery));
        }
    }
    faults
}

pub fn check_import(wanted: &ImportStart) -> Vec<FieldError> {
    let mut faults = check_place(&wanted.bucket, wanted.prefix.as_deref());
    if !matches!(wanted.format.as_str(), "CSV" | "DYNAMODB_JSON" | "ION") {
        faults.push(FieldError::new("format", "the format of an import is CSV, DYNAMODB_JSON or ION"));
    }
    if !matches!(wanted.compression.as_str(), "NONE" | "GZIP" | "ZSTD") {
        faults.push(FieldError::new("compression", "the compression is NONE, GZIP or ZSTD"));
    }
    if wanted.format != "CSV" && (wanted.delimiter.is_some() || !wanted.header.is_empty()) {
        faults.push(FieldError::new("delimiter", "a delimiter and a header belong to CSV"));
    }
    if let Some(delimiter) = wanted.delimiter.as_deref().filter(|text| !is_delimiter(text)) {
        faults.push(FieldError::new(
            "delimiter",
            format!("the delimiter is one of , ; : | tab or space, not {delimiter:?}"),
        ));
    }
    let names: std::collections::BTreeSet<&String> = wanted.header.iter().collect();
    if names.len() != wanted.header.len() || wanted.header.iter().any(String::is_empty) {
        faults.push(FieldError::new("header", "each column has a name of its own"));
    }
    if let Err(why) = limits::table_name(&wanted.target) {
        faults.push(FieldError::new("target", why));
    }
    let mut key = |field, attribute: &KeyAttribute| {
        if let Err(why) = limits::key_attribute_name(&attribute.name) {
            faults.push(FieldError::new(field, why));
        }
    };
    key("partition", &wanted.partition);
    if let Some(sort) = &wanted.sort {
        key("sort", sort);
        if sort.name == wanted.partition.name {
            faults.push(FieldError::new("sort", "the sort key is another attribute than the partition key"));
        }
    }
    faults
}

/// The times that a table can be brought back to, for a person, with a fault where `at` is none.
fn check_time(field: &str, at: i64, recovery: Option<&RecoveryView>) -> Option<FieldError> {
    if let Some(off) = check_on(field, recovery) {
        return Some(off);
    }
    let recovery = recovery?;
    let shown = |at: i64| crate::time::to_iso_naive(at.saturating_mul(1_000_000))[..19].replace('T', " ");
    match (recovery.earliest, recovery.latest) {
        (Some(earliest), _) if at < earliest => Some(FieldError::new(
            field,
            format!("the earliest restorable time is {} UTC", shown(earliest)),
        )),
        (_, Some(latest)) if at > latest => Some(FieldError::new(
            field,
            format!("the latest restorable time is {} UTC", shown(latest)),
        )),
        _ => None,
    }
}

fn check_on(field: &str, recovery: Option<&RecoveryView>) -> Option<FieldError> {
    match recovery {
        Some(recovery) if recovery.on => None,
        _ => Some(FieldError::new(field, "point-in-time recovery is off: turn it on first")),
    }
}

fn check_place(bucket: &str, prefix: Option<&str>) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if let Err(why) = limits::bucket_name(bucket) {
        faults.push(FieldError::new("bucket", why));
    }
    if prefix.is_some_and(|prefix| prefix.len() > 1024) {
        faults.push(FieldError::new("prefix", "a prefix has at most 1,024 bytes"));
    }
    faults
}

fn is_billing(mode: &str) -> bool {
    matches!(mode, "PROVISIONED" | "PAY_PER_REQUEST")
}

fn is_delimiter(text: &str) -> bool {
    matches!(text, "," | ";" | ":" | "|" | "\t" | " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::ScalarType;

    fn fields(faults: &[FieldError]) -> Vec<&str> {
        faults.iter().map(|fault| fault.field.as_str()).collect()
    }

    fn recovery() -> RecoveryView {
        RecoveryView {
            on: true,
            days: 35,
            earliest: Some(1_000_000),
            latest: Some(2_000_000),
        }
    }

    #[test]
    fn a_restore_stays_in_its_window_and_out_of_its_source() {
        let mut wanted = Restore {
            target: "notes-2".to_owned(),
            from: RestoreFrom::Time(1_500_000),
            billing: None,
            without_indexes: false,
            confirm: None,
        };
        assert_eq!(check_restore(&wanted, "notes", Some(&recovery())), []);
        assert_eq!(fields(&check_restore(&wanted, "notes-2", Some(&recovery()))), ["target"]);
        for at in [999_999, 2_000_001] {
            wanted.from = RestoreFrom::Time(at);
            let faults = check_restore(&wanted, "notes", Some(&recovery()));
            assert!(faults[0].message.contains("1970-01-"), "{}", faults[0].message);
        }
        let off = RecoveryView { on: false, ..recovery() };
        wanted.from = RestoreFrom::LatestTime;
        assert_eq!(fields(&check_restore(&wanted, "notes", Some(&off))), ["from"]);
        wanted.from = RestoreFrom::Backup("arn".to_owned());
        wanted.billing = Some("FREE".to_owned());
        assert_eq!(fields(&check_restore(&wanted, "notes", None)), ["billing"]);
    }

    #[test]
    fn an_increment_has_its_bounds() {
        let what = |from, until| ExportStart {
            bucket: "my-bucket".to_owned(),
            prefix: None,
            format: "ION".to_owned(),
            what: ExportWhat::Incremental {
                from,
                until,
                new_images_only: false,
            },
            confirm: None,
        };
        assert_eq!(check_export(&what(1_000_000, 1_000_900), Some(&recovery())), []);
        assert_eq!(fields(&check_export(&what(1_000_000, 1_000_899), Some(&recovery()))), ["until"]);
        assert_eq!(fields(&check_export(&what(1_000_000, 1_086_401), Some(&recovery()))), ["until"]);
        let mut bad = what(1_000_000, 1_000_900);
        bad.bucket = "My_Bucket".to_owned();
        bad.format = "XML".to_owned();
        assert_eq!(fields(&check_export(&bad, Some(&recovery()))), ["bucket", "format"]);
    }

    #[test]
    fn an_import_names_each_fault() {
        let key = |name: &str| KeyAttribute {
            name: name.to_owned(),
            kind: ScalarType::S,
        };
        let mut wanted = ImportStart {
            bucket: "my-bucket".to_owned(),
            prefix: Some("in/".to_owned()),
            format: "CSV".to_owned(),
            compression: "GZIP".to_owned(),
            delimiter: Some(";".to_owned()),
            header: vec!["pk".to_owned(), "sk".to_owned()],
            target: "imported".to_owned(),
            partition: key("pk"),
            sort: Some(key("sk")),
            confirm: None,
        };
        assert_eq!(check_import(&wanted), []);
        wanted.format = "ION".to_owned();
        wanted.compression = "RAR".to_owned();
        wanted.header.push("pk".to_owned());
        wanted.delimiter = Some("ab".to_owned());
        wanted.sort = Some(key("pk"));
        wanted.target = "x".to_owned();
        let faults = check_import(&wanted);
        assert_eq!(
            fields(&faults),
            ["compression", "delimiter", "delimiter", "header", "target", "sort"]
        );
    }

    #[test]
    fn a_period_is_one_to_thirty_five_days() {
        let days = |on, days| fields(&check_recovery(&update(on, days))).len();
        assert_eq!(
            (days(true, Some(1)), days(true, Some(35)), days(true, None), days(false, None)),
            (0, 0, 0, 0)
        );
        assert_eq!((days(true, Some(0)), days(true, Some(36)), days(false, Some(7))), (1, 1, 1));
    }
    fn update(on: bool, days: Option<u32>) -> RecoveryUpdate {
        RecoveryUpdate {
            on,
            days,
            seen: RecoverySetting { on: true, days: 7 },
            confirm: None,
        }
    }

    #[test]
    fn turned_off_or_shorter_loses_times() {
        let loses = |was, on, days| loses_times(&RecoverySetting { on: was, days: 7 }, &update(on, days));
        assert!(loses(true, false, None) && loses(true, true, Some(6)));
        assert!(!loses(true, true, Some(7)) && !loses(true, true, None) && !loses(false, true, Some(1)) && !loses(false, false, None));
    }
}
