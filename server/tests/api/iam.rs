//! The policies in `deploy/`: everything that the server asks of AWS is in that of the weakest role that asks
//! for it, nothing else is, and that of viewers has nothing that writes. Which role asks for what is said here.

mod resources;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Every operation of the SDK's clients that we have, by the name of its method. A new version of the SDK
/// may have more; what is called of them and is not here is found by `what_is_called_is_known`.
const OPERATIONS: &str = "batch_execute_statement batch_get_item batch_write_item create_backup create_global_table create_table \
    delete_backup delete_item delete_resource_policy delete_table describe_backup describe_continuous_backups \
    describe_contributor_insights describe_endpoints describe_export describe_global_table describe_global_table_settings \
    describe_import describe_kinesis_streaming_destination describe_limits describe_table describe_table_replica_auto_scaling \
    describe_time_to_live disable_kinesis_streaming_destination enable_kinesis_streaming_destination execute_statement \
    execute_transaction export_table_to_point_in_time get_item get_resource_policy import_table list_backups \
    list_contributor_insights list_exports list_global_tables list_imports list_tables list_tags_of_resource put_item \
    put_resource_policy query restore_table_from_backup restore_table_to_point_in_time scan tag_resource transact_get_items \
    transact_write_items untag_resource update_continuous_backups update_contributor_insights update_global_table \
    update_global_table_settings update_item update_kinesis_streaming_destination update_table \
    update_table_replica_auto_scaling update_time_to_live \
    describe_stream get_records get_shard_iterator list_streams \
    get_metric_data get_metric_statistics list_metrics \
    list_users admin_get_user describe_user_pool";

/// What an operation needs beside, or instead of, the action of its own name.
fn actions(operation: &str) -> Vec<String> {
    let dynamodb = |names: &[&str]| names.iter().map(|name| format!("dynamodb:{name}")).collect::<Vec<_>>();
    let own = camel(operation);
    match operation {
        "execute_statement" | "batch_execute_statement" | "execute_transaction" => {
            dynamodb(&["PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete"])
        }
        "transact_write_items" => dynamodb(&["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"]),
        "transact_get_items" => dynamodb(&["GetItem"]),
        // The table that comes of it is written with the rights of who asked.
        "restore_table_from_backup" | "restore_table_to_point_in_time" => dynamodb(&[
            &own,
            "Scan",
            "Query",
            "GetItem",
            "PutItem",
            "UpdateItem",
            "DeleteItem",
            "BatchWriteItem",
        ]),
        "export_table_to_point_in_time" => [dynamodb(&[&own]), words("s3:AbortMultipartUpload s3:PutObject s3:PutObjectAcl")].concat(),
        "import_table" => [
            dynamodb(&[&own]),
            words("s3:GetObject s3:ListBucket logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogGroups"),
            words("logs:DescribeLogStreams logs:PutLogEvents logs:PutRetentionPolicy"),
        ]
        .concat(),
        "get_metric_data" | "get_metric_statistics" | "list_metrics" => vec![format!("cloudwatch:{own}")],
        "list_users" | "admin_get_user" | "describe_user_pool" => vec![format!("cognito-idp:{own}")],
        _ => dynamodb(&[&own]),
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn camel(name: &str) -> String {
    let part = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('_').map(part).collect()
}

/// The sources that have a client of the SDK, without white space, and without their tests.
fn sources() -> BTreeMap<PathBuf, String> {
    fn walk(path: &Path, found: &mut BTreeMap<PathBuf, String>) {
        if path.is_dir() {
            for entry in std::fs::read_dir(path).unwrap() {
                walk(&entry.unwrap().path(), found);
            }
        } else {
            let text = std::fs::read_to_string(path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            found.insert(path.to_owned(), text.split_whitespace().collect());
        }
    }
    let mut found = BTreeMap::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    walk(&root.join("engine"), &mut found);
    walk(&root.join("identity/pool.rs"), &mut found);
    found
}

/// The operations that the sources call, by the file of the first call.
fn called() -> BTreeMap<&'static str, PathBuf> {
    let mut called = BTreeMap::new();
    for (path, text) in sources() {
        for operation in OPERATIONS.split_whitespace() {
            if text.contains(&format!(".{operation}()")) {
                called.entry(operation).or_insert_with(|| path.clone());
            }
        }
    }
    called
}

/// What a statement of a policy allows, and of what.
struct Statement {
    actions: Vec<String>,
    resources: Vec<String>,
}

fn statements(name: &str) -> Vec<Statement> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    let policy: serde_json::Value = serde_json::from_str(&text).unwrap();
    let words = |value: &serde_json::Value| match value {
        serde_json::Value::String(one) => vec![one.clone()],
        several => several
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap().to_owned())
            .collect(),
    };
    let read = |statement: &serde_json::Value| {
        assert_eq!(statement["Effect"], "Allow", "{name}");
        Statement {
            actions: words(&statement["Action"]),
            resources: words(&statement["Resource"]),
        }
    };
    policy["Statement"].as_array().unwrap().iter().map(read).collect()
}

fn policy(name: &str) -> BTreeSet<String> {
    let actions: BTreeSet<_> = statements(name).into_iter().flat_map(|statement| statement.actions).collect();
    assert!(
        actions.iter().all(|action| !action.contains('*')),
        "{name} says which actions, and not all of them"
    );
    actions
}

fn all() -> BTreeSet<String> {
    let names = ["iam-viewer.json", "iam-operator.json", "iam-admin.json", "iam-users.json"];
    names.into_iter().flat_map(policy).collect()
}

#[test]
fn the_scan_sees_what_is_there() {
    let called = called();
    for (operation, file) in [
        ("scan", "items/read.rs"),
        ("transact_write_items", "items/transact.rs"),
        ("get_records", "streams.rs"),
        ("get_metric_data", "cloudwatch.rs"),
        ("list_users", "identity/pool.rs"),
    ] {
        assert!(
            called.get(operation).is_some_and(|path| path.ends_with(file)),
            "{operation}: {called:?}"
        );
    }
    // Each request ends in `send()`: there are no more kinds of them than operations were found.
    assert!(called.len() >= 35, "{called:?}");
}

/// Whatever is called on a client of the SDK is an operation of the list above.
#[test]
fn what_is_called_is_known() {
    for (path, text) in sources() {
        for client in [".client().", ".streams().", "client.", ".cloudwatch."] {
            for part in text.split(client).skip(1) {
                let method: String = part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let is_operation = part[method.len()..].starts_with("()") && method.contains('_');
                let known = OPERATIONS.split_whitespace().any(|operation| operation == method);
                assert!(
                    !is_operation || known || method.starts_with("as_"),
                    "{method} in {}",
                    path.display()
                );
            }
        }
    }
}

/// What people of a role ask for that those of a weaker one do not, by the file of the policy that is added
/// for them. A statement of PartiQL that reads is a viewer's.
const ROLES: [(&str, &str); 3] = [
    (
        "iam-viewer.json",
        "list_tables describe_table describe_time_to_live describe_continuous_backups list_tags_of_resource get_resource_policy \
         get_item batch_get_item query scan describe_stream get_shard_iterator get_records list_backups describe_backup \
         list_exports describe_export list_imports describe_import get_metric_data",
    ),
    (
        "iam-operator.json",
        "put_item update_item delete_item batch_write_item transact_write_items execute_statement batch_execute_statement \
         execute_transaction",
    ),
    (
        "iam-admin.json",
        "create_table update_table delete_table update_time_to_live tag_resource untag_resource put_resource_policy \
         delete_resource_policy create_backup delete_backup restore_table_from_backup restore_table_to_point_in_time \
         update_continuous_backups export_table_to_point_in_time import_table",
    ),
];
const READS_BY_STATEMENT: &str = "dynamodb:PartiQLSelect";
/// Asked with credentials of their own.
const OF_POOL: &str = "list_users";

#[test]
fn every_call_has_a_role() {
    let mut listed: Vec<&str> = ROLES.iter().flat_map(|(_, operations)| operations.split_whitespace()).collect();
    listed.push(OF_POOL);
    listed.sort_unstable();
    let called: Vec<&str> = called().into_keys().collect();
    assert_eq!(called, listed, "say in ROLES who asks for what is new");
}

#[test]
fn each_role_may_what_its_people_ask_for_with_its_policy_and_the_weaker_ones() {
    let mut allowed = BTreeSet::new();
    for (file, operations) in ROLES {
        allowed.extend(policy(file));
        for action in operations.split_whitespace().flat_map(actions) {
            assert!(allowed.contains(&action), "{file} and those before it do not have {action}");
        }
        assert!(
            allowed.contains(READS_BY_STATEMENT),
            "{file} and those before it do not read by statements"
        );
    }
    for action in actions(OF_POOL) {
        assert!(policy("iam-users.json").contains(&action), "{action}");
    }
}

#[test]
fn no_policy_has_what_only_stronger_roles_ask_for() {
    for (file, operations) in ROLES {
        let mut needed: BTreeSet<String> = operations.split_whitespace().flat_map(actions).collect();
        needed.insert(READS_BY_STATEMENT.to_owned());
        let idle: Vec<String> = policy(file).into_iter().filter(|action| !needed.contains(action)).collect();
        assert_eq!(idle, [""; 0], "{file}");
    }
}

#[test]
fn no_policy_has_what_nothing_calls() {
    let needed: BTreeSet<String> = called().into_keys().flat_map(actions).collect();
    let idle: Vec<String> = all().into_iter().filter(|action| !needed.contains(action)).collect();
    assert_eq!(idle, [""; 0]);
}

#[test]
fn viewers_write_nothing_and_operators_change_no_table() {
    let reads = ["List", "Describe", "Get", "BatchGet", "Query", "Scan", "PartiQLSelect"];
    for action in policy("iam-viewer.json") {
        let name = action.split_once(':').unwrap().1;
        assert!(reads.iter().any(|read| name.starts_with(read)), "{action} is not only reading");
    }
    for action in policy("iam-operator.json") {
        let name = action.split_once(':').unwrap().1;
        assert!(name.ends_with("Item") || name.starts_with("PartiQL"), "{action} is not about items");
    }
}

#[test]
fn a_rule_of_the_check_itself_holds() {
    assert_eq!(camel("update_time_to_live"), "UpdateTimeToLive");
    assert!(actions("batch_execute_statement").contains(&"dynamodb:PartiQLDelete".to_owned()));
}
