//! Routes whose URL does not say which table they are about: it stands in the body, in the history or in a
//! job, or there is none. What each of them tells and does is asked by name in a test of its own, and that
//! there is such a test is checked here.

use std::path::Path;

use super::{Keeper, Open, ROUTES, Users};

/// Name and method of a route, and the file and name of its test.
const TESTS: &[(&str, &str, &str)] = &[
    ("OPENAPI", "get", "openapi.rs every_route_is_described_once"),
    ("UNLOCK", "post", "access/unlocks.rs unlocking_opens_no_table_of_others"),
    ("UNLOCK", "delete", "access/unlocks.rs unlocking_opens_no_table_of_others"),
    (
        "CONNECTIONS",
        "get",
        "access/grants.rs a_connection_that_nothing_was_given_of_is_not_there",
    ),
    (
        "CONNECTION_HEALTH",
        "get",
        "access/others.rs what_a_connection_says_of_itself_names_no_table",
    ),
    (
        "TABLES",
        "get",
        "access/grants.rs a_table_of_others_is_neither_listed_nor_read_nor_guessed",
    ),
    (
        "TABLES",
        "post",
        "access/grants.rs a_table_of_others_is_neither_listed_nor_read_nor_guessed",
    ),
    (
        "DROPS",
        "get",
        "access/others.rs who_wants_a_table_dropped_is_told_to_those_who_see_it",
    ),
    (
        "IMPORTS",
        "post",
        "access/others.rs no_table_of_others_is_made_from_a_backup_or_a_bucket",
    ),
    (
        "RESTORE",
        "post",
        "access/others.rs no_table_of_others_is_made_from_a_backup_or_a_bucket",
    ),
    ("WRITES", "get", "access/grants.rs history_and_jobs_tell_nothing_of_other_tables"),
    ("WRITE", "get", "access/grants.rs history_and_jobs_tell_nothing_of_other_tables"),
    (
        "WRITE_UNDO",
        "post",
        "access/grants.rs history_and_jobs_tell_nothing_of_other_tables",
    ),
    ("GROUP", "get", "access/grants.rs a_group_tells_nothing_of_its_rows_on_other_tables"),
    (
        "GROUP_UNDO",
        "post",
        "access/others.rs a_group_is_undone_by_who_may_write_all_of_its_tables",
    ),
    ("RUNS", "get", "access/others.rs what_somebody_asked_and_prefers_is_theirs"),
    ("RUNS", "post", "access/others.rs what_somebody_asked_and_prefers_is_theirs"),
    ("RUN", "delete", "access/others.rs what_somebody_asked_and_prefers_is_theirs"),
    ("PREFERENCES", "get", "access/others.rs what_somebody_asked_and_prefers_is_theirs"),
    ("PREFERENCES", "put", "access/others.rs what_somebody_asked_and_prefers_is_theirs"),
    (
        "SAVED",
        "get",
        "access/others.rs queries_of_other_tables_are_not_seen_replaced_or_deleted",
    ),
    (
        "SAVED",
        "post",
        "access/others.rs queries_of_other_tables_are_not_seen_replaced_or_deleted",
    ),
    (
        "SAVED_ONE",
        "delete",
        "access/others.rs queries_of_other_tables_are_not_seen_replaced_or_deleted",
    ),
    (
        "STORE",
        "get",
        "access/grants.rs where_the_store_is_is_told_to_those_who_look_after_it",
    ),
    ("PARTIQL", "post", "access/grants.rs a_statement_reaches_no_further_than_a_url"),
    ("IDENTITY", "get", "access/others.rs who_may_not_see_the_users_sees_none"),
    ("IDENTITY_NAMES", "post", "access/others.rs who_may_not_see_the_users_sees_none"),
    ("JOBS", "get", "access/grants.rs history_and_jobs_tell_nothing_of_other_tables"),
    ("JOB", "get", "access/grants.rs history_and_jobs_tell_nothing_of_other_tables"),
    (
        "JOB_EVENTS",
        "get",
        "access/grants.rs history_and_jobs_tell_nothing_of_other_tables",
    ),
    (
        "JOB_CANCEL",
        "post",
        "access/grants.rs history_and_jobs_tell_nothing_of_other_tables",
    ),
    (
        "JOB_RESUME",
        "post",
        "access/grants.rs history_and_jobs_tell_nothing_of_other_tables",
    ),
];

#[test]
fn what_no_url_says_has_a_test() {
    for route in ROUTES {
        // Of these the walks ask all there is.
        let walked = matches!(route.rule, Open | Keeper | Users(_)) || route.pattern.contains("{table}");
        let named = TESTS.iter().any(|(name, method, _)| (*name, *method) == (route.name, route.method));
        assert!(
            walked || named,
            "{} {}: its URL names no table. Test what it tells and does to somebody who may see another one, and name the test here",
            route.name,
            route.method
        );
    }
}

#[test]
fn each_test_that_is_named_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api");
    for (route, method, test) in TESTS {
        assert!(
            ROUTES.iter().any(|one| (one.name, one.method) == (*route, *method)),
            "there is no route {route} {method}"
        );
        let (file, name) = test.split_once(' ').unwrap();
        let source = std::fs::read_to_string(folder.join(file)).unwrap();
        let is_test = source
            .split("::test]")
            .skip(1)
            .any(|after| after.trim_start().starts_with(&format!("async fn {name}(")));
        let is_plain = source.contains(&format!("#[test]\nfn {name}("));
        assert!(is_test || is_plain, "{file} has no test {name}");
    }
}
