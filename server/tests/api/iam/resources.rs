//! What each action is asked of: a policy that allows an action of other things only allows nothing.

use super::{OF_POOL, ROLES, Statement, actions, policy, statements};

/// A thing of each kind, as IAM names it.
fn example(kind: &str) -> String {
    let of_table = |what: &str| format!("arn:aws:dynamodb:eu-central-1:123456789012:table/orders{what}");
    match kind {
        "table" => of_table(""),
        "index" => of_table("/index/by-day"),
        "stream" => of_table("/stream/2026-01-31T12:00:00.000"),
        "backup" => of_table("/backup/01769860800000-0123abcd"),
        "export" => of_table("/export/01769860800000-0123abcd"),
        "import" => of_table("/import/01769860800000-0123abcd"),
        "bucket" => "arn:aws:s3:::YOUR-EXPORTS".to_owned(),
        "object" => "arn:aws:s3:::YOUR-EXPORTS/AWSDynamoDB/1.json.gz".to_owned(),
        "log" => "arn:aws:logs:eu-central-1:123456789012:log-group:/aws-dynamodb/imports:log-stream:one".to_owned(),
        "pool" => "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/YOUR-POOL".to_owned(),
        "all" => "*".to_owned(),
        other => panic!("what is a {other}?"),
    }
}

/// The kinds of things that an action is asked of, as AWS lists them for each service, and as far as we ask.
fn kinds(action: &str) -> &'static [&'static str] {
    let (service, name) = action.split_once(':').unwrap();
    match (service, name) {
        ("dynamodb", "ListTables" | "ListBackups" | "ListExports" | "ListImports") | ("cloudwatch", _) => &["all"],
        // What is read may be an index.
        ("dynamodb", "Query" | "Scan" | "PartiQLSelect") => &["table", "index"],
        ("dynamodb", "DescribeStream" | "GetShardIterator" | "GetRecords") => &["stream"],
        ("dynamodb", "DescribeBackup" | "DeleteBackup") => &["backup"],
        ("dynamodb", "RestoreTableFromBackup") => &["backup", "table"],
        ("dynamodb", "DescribeExport") => &["export"],
        ("dynamodb", "DescribeImport") => &["import"],
        (
            "dynamodb",
            "CreateTable"
            | "UpdateTable"
            | "DeleteTable"
            | "DescribeTable"
            | "DescribeTimeToLive"
            | "UpdateTimeToLive"
            | "DescribeContinuousBackups"
            | "UpdateContinuousBackups"
            | "ListTagsOfResource"
            | "TagResource"
            | "UntagResource"
            | "GetResourcePolicy"
            | "PutResourcePolicy"
            | "DeleteResourcePolicy"
            | "CreateBackup"
            | "RestoreTableToPointInTime"
            | "ImportTable"
            | "ExportTableToPointInTime"
            | "GetItem"
            | "BatchGetItem"
            | "PutItem"
            | "UpdateItem"
            | "DeleteItem"
            | "BatchWriteItem"
            | "ConditionCheckItem"
            | "PartiQLInsert"
            | "PartiQLUpdate"
            | "PartiQLDelete",
        ) => &["table"],
        ("s3", "ListBucket") => &["bucket"],
        ("s3", "AbortMultipartUpload" | "PutObject" | "PutObjectAcl" | "GetObject") => &["object"],
        ("logs", _) => &["log"],
        ("cognito-idp", _) => &["pool"],
        _ => panic!("say what {action} is asked of"),
    }
}

/// A policy as somebody narrows it to one table: what it has for indexes, streams and backups is then what counts,
/// where the `*` of all tables covers what is below them too.
fn narrowed(resource: &str, table: &str) -> String {
    resource.replacen("table/*", &format!("table/{table}"), 1)
}

fn covers(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text
            .strip_prefix(before)
            .is_some_and(|rest| (0..=rest.len()).any(|at| rest.is_char_boundary(at) && covers(after, &rest[at..]))),
    }
}

/// The kinds of an action that none of the statements that allow it covers.
fn uncovered(allowed: &[Statement], action: &str, table: &str) -> Vec<&'static str> {
    let of_action = allowed.iter().filter(|statement| statement.actions.iter().any(|one| one == action));
    let resources: Vec<_> = of_action
        .flat_map(|statement| &statement.resources)
        .map(|one| narrowed(one, table))
        .collect();
    let is_covered = |kind: &&str| {
        let asked = example(kind).replace("table/orders", &format!("table/{table}"));
        resources.iter().any(|resource| covers(resource, &asked))
    };
    kinds(action).iter().copied().filter(|kind| !is_covered(kind)).collect()
}

#[test]
fn each_role_may_it_of_what_its_people_ask_it_of() {
    let mut allowed = Vec::new();
    for (file, operations) in ROLES {
        allowed.extend(statements(file));
        for action in operations.split_whitespace().flat_map(actions) {
            assert_eq!(uncovered(&allowed, &action, "orders"), [""; 0], "{action} with {file}");
        }
    }
    for action in actions(OF_POOL) {
        assert_eq!(uncovered(&statements("iam-users.json"), &action, "orders"), [""; 0], "{action}");
    }
    for action in policy("iam-store.json") {
        let left = uncovered(&statements("iam-store.json"), &action, "dynadesk");
        assert_eq!(left, [""; 0], "{action} with iam-store.json");
    }
}

#[test]
fn what_is_left_out_of_a_policy_is_seen() {
    let reads = |resources: &[&str]| {
        vec![Statement {
            actions: vec!["dynamodb:Query".to_owned()],
            resources: resources.iter().map(|one| (*one).to_owned()).collect(),
        }]
    };
    let (tables, indexes) = ("arn:aws:dynamodb:*:*:table/*", "arn:aws:dynamodb:*:*:table/*/index/*");
    assert_eq!(uncovered(&reads(&[tables, indexes]), "dynamodb:Query", "orders"), [""; 0]);
    assert_eq!(uncovered(&reads(&[tables]), "dynamodb:Query", "orders"), ["index"]);
    assert_eq!(uncovered(&reads(&[indexes]), "dynamodb:Query", "orders"), ["table"]);
    assert_eq!(uncovered(&[], "dynamodb:ListTables", "orders"), ["all"]);
    assert!(covers("a*c*", "abcd") && !covers("a*c", "abcd") && covers("*", "*"));
}
