//! Tables that stand in a body, in the history or in somebody's notes: whoever may something on other tables
//! neither sees nor changes them there.

use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::backups::BackupsView;
use dynadesk_shared::api::connections::ConnectionHealth;
use dynadesk_shared::api::drops::DropList;
use dynadesk_shared::api::history::{GroupUndone, GroupView, RunView, RunsPage, SavedList, SavedView, WritesPage};
use dynadesk_shared::api::identity::{IdentityView, Names};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::store::Preferences;
use dynadesk_shared::api::tables::TableNames;
use serde_json::{Value, json};

use super::grants::{Asker, people, prepared, some};
use super::passwords::{desk, desk_with, sign_in};
use crate::support::seed::ended;
use crate::support::{LOCAL, TestApp, pk_sk_table};

async fn unlocked<'a>(app: &'a TestApp, name: &str) -> Asker<'a> {
    let asker = Asker(app, sign_in(app, name).await);
    let unlocked = asker
        .ask("POST", &fill(paths::UNLOCK, &[LOCAL]), json!({"reason": "ticket 42"}))
        .await;
    assert_eq!(unlocked.status, 200, "{}", unlocked.text());
    asker
}

#[tokio::test]
async fn what_a_connection_says_of_itself_names_no_table() {
    let app = people().await;
    let (_, bo, _) = prepared(&app).await;
    let answer = bo.get(&fill(paths::CONNECTION_HEALTH, &[LOCAL])).await;
    assert!(answer.json::<ConnectionHealth>().reachable);
    assert!(!answer.text().contains("Secrets"), "{}", answer.text());
}

#[tokio::test]
async fn no_table_of_others_is_made_from_a_backup_or_a_bucket() {
    let app = desk(&[
        ("ada", Grant::everywhere(Role::Admin)),
        ("bo", some(Role::Admin, LOCAL, "Orders*")),
        ("eve", some(Role::Admin, "elsewhere", "*")),
    ])
    .await;
    let (ada, _, _) = prepared(&app).await;
    let bo = unlocked(&app, "bo").await;
    let backups = fill(paths::BACKUPS, &[LOCAL, "Orders-1"]);
    let create = json!({"name": "before", "confirm": "Orders-1"});
    let import = |target: &str| {
        json!({
            "bucket": "a-bucket", "format": "DYNAMODB_JSON", "compression": "NONE", "target": target, "confirm": target,
            "partition": {"name": "pk", "type": "S"},
        })
    };
    let restore = |target: &str| json!({"target": target, "from": "latest_time", "confirm": "Orders-1"});
    let (restores, imports) = (fill(paths::RESTORE, &[LOCAL, "Orders-1"]), fill(paths::IMPORTS, &[LOCAL]));
    for (path, body) in [(&restores, restore("Copied")), (&imports, import("Copied"))] {
        bo.ask("POST", path, body).await.refused(403, "not_allowed");
    }
    // A bucket may have what was exported of any table.
    bo.ask("POST", &imports, import("Orders-2")).await.refused(403, "not_allowed");
    // On their own tables only the engine has something to say.
    for (path, body) in [(&restores, restore("Orders-2")), (&backups, create)] {
        let answer = bo.ask("POST", path, body).await;
        assert!(!answer.text().contains("not_allowed"), "{}", answer.text());
    }
    bo.get(&backups).await.json::<BackupsView>();
    let names = ada.get(&fill(paths::TABLES, &[LOCAL])).await.json::<TableNames>().names;
    assert!(!names.contains(&"Copied".to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_group_is_undone_by_who_may_write_all_of_its_tables() {
    let app = people().await;
    let (ada, _, _) = prepared(&app).await;
    let bo = unlocked(&app, "bo").await;
    let insert =
        |table: &str, sk: &str| json!({"text": format!("INSERT INTO \"{table}\" VALUE {{'pk': 'g', 'sk': '{sk}'}}"), "parameters": []});
    // The newest of a group names its table: once Bo's, and once not.
    for tables in [["Secrets", "Orders-1"], ["Orders-1", "Secrets"]] {
        let statements = [insert(tables[0], "1"), insert(tables[1], "2")];
        let batch = json!({"mode": "batch", "statements": statements, "limit": 10, "confirmed": true});
        ada.ask("POST", &fill(paths::PARTIQL, &[LOCAL]), batch).await.json::<Value>();
        let newest = ada.get(&fill(paths::WRITES, &[LOCAL])).await.json::<WritesPage>().writes.remove(0);
        assert_eq!(newest.table, tables[1]);
        let undo = fill(paths::GROUP_UNDO, &[LOCAL, &newest.group]);
        for together in [true, false] {
            let asked = json!({"together": together, "confirm": tables[1]});
            let refused = bo.ask("POST", &undo, asked).await;
            match tables[1] {
                "Secrets" => assert!(matches!(refused.status, 403 | 404), "{}", refused.text()),
                _ => _ = refused.refused(403, "not_allowed"),
            }
        }
        let read = json!({"text": "SELECT * FROM \"Secrets\" WHERE pk = 'g'", "parameters": []});
        let kept = json!({"mode": "single", "statements": [read], "limit": 10});
        let kept = ada.ask("POST", &fill(paths::PARTIQL, &[LOCAL]), kept).await;
        assert!(kept.text().contains("\"g\""), "{}", kept.text());
        let undone = ada.ask("POST", &undo, json!({"together": false, "confirm": tables[1]})).await;
        assert_eq!(undone.status, 200, "{}", undone.text());
        let GroupUndone::Job { job } = undone.json() else {
            panic!("no job")
        };
        let events = ada.get(&fill(paths::JOB_EVENTS, &[&job.id])).await;
        assert_eq!(ended(&events).progress.written, 2);
        // Bo sees that his own row was taken back, and no more.
        let group = fill(paths::GROUP, &[LOCAL, &newest.group]);
        match tables[1] {
            "Secrets" => assert!(bo.get(&group).await.status >= 400),
            _ => assert_eq!(bo.get(&group).await.json::<GroupView>().rows.len(), 1),
        }
    }
}

#[tokio::test]
async fn queries_of_other_tables_are_not_seen_replaced_or_deleted() {
    let app = people().await;
    let (ada, bo, _) = prepared(&app).await;
    let path = fill(paths::SAVED, &[LOCAL]);
    let items = |name: &str, table: &str| json!({"name": name, "run": {"items": {"table": table, "query": "", "title": "All"}}});
    let orders = ada.ask("POST", &path, items("orders", "Orders-1")).await.json::<SavedView>();
    let secrets = ada.ask("POST", &path, items("secrets", "Secrets")).await.json::<SavedView>();
    let statement = json!({"name": "any", "run": {"parti_ql": {"text": "SELECT * FROM Secrets"}}});
    let statement = ada.ask("POST", &path, statement).await.json::<SavedView>();
    let seen = bo.get(&path).await.json::<SavedList>().saved;
    assert_eq!(seen.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["orders"]);
    for hidden in [&secrets.id, &statement.id] {
        let mut replace = items("orders too", "Orders-1");
        replace["replace"] = json!(hidden);
        bo.ask("POST", &path, replace).await.refused(404, "saved_not_found");
        bo.ask("DELETE", &fill(paths::SAVED_ONE, &[LOCAL, hidden]), json!({}))
            .await
            .refused(404, "saved_not_found");
    }
    let gone = bo.ask("DELETE", &fill(paths::SAVED_ONE, &[LOCAL, &orders.id]), json!({})).await;
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(ada.get(&path).await.json::<SavedList>().saved.len(), 2);
}

#[tokio::test]
async fn what_somebody_asked_and_prefers_is_theirs() {
    let app = people().await;
    let (ada, bo, _) = prepared(&app).await;
    let path = fill(paths::RUNS, &[LOCAL]);
    let run = json!({"run": {"items": {"table": "Secrets", "query": "", "title": "All"}}});
    let run = ada.ask("POST", &path, run).await.json::<RunView>();
    assert!(bo.get(&path).await.json::<RunsPage>().runs.is_empty());
    bo.ask("DELETE", &fill(paths::RUN, &[LOCAL, &run.id]), json!({})).await;
    assert_eq!(ada.get(&path).await.json::<RunsPage>().runs, [run]);
    let chosen = json!({"values": {"Secrets": "wide"}});
    ada.ask("PUT", paths::PREFERENCES, chosen).await.json::<Preferences>();
    let forget = json!({"values": {"Secrets": null}});
    assert!(
        bo.ask("PUT", paths::PREFERENCES, forget)
            .await
            .json::<Preferences>()
            .values
            .is_empty()
    );
    assert!(bo.get(paths::PREFERENCES).await.json::<Preferences>().values.is_empty());
    assert_eq!(
        ada.get(paths::PREFERENCES).await.json::<Preferences>().values["Secrets"],
        json!("wide")
    );
}

#[tokio::test]
async fn who_wants_a_table_dropped_is_told_to_those_who_see_it() {
    let people = [("ada", Grant::everywhere(Role::Admin)), ("bo", some(Role::Admin, LOCAL, "Orders*"))];
    let app = desk_with(&people, |config| config.connections[0].second_person = true).await;
    let (ada, bo) = (unlocked(&app, "ada").await, unlocked(&app, "bo").await);
    for table in ["Orders-1", "Secrets"] {
        let create = json!({"request": pk_sk_table(table)});
        assert_eq!(ada.ask("POST", &fill(paths::TABLES, &[LOCAL]), create).await.status, 200);
        let asked = json!({"confirm": table, "reason": "it is a copy"});
        let asked = ada.ask("POST", &fill(paths::DROP, &[LOCAL, table]), asked).await;
        assert_eq!(asked.status, 200, "{}", asked.text());
    }
    let path = fill(paths::DROPS, &[LOCAL]);
    assert_eq!(ada.get(&path).await.json::<DropList>().requests.len(), 2);
    let seen = bo.get(&path).await;
    assert_eq!(seen.json::<DropList>().requests.len(), 1);
    assert!(!seen.text().contains("Secrets"), "{}", seen.text());
}

#[tokio::test]
async fn who_may_not_see_the_users_sees_none() {
    const UUID: &str = "11111111-1111-4111-8111-111111111111";
    let people = [("ada", Grant::everywhere(Role::Admin)), ("bo", some(Role::Admin, LOCAL, "*"))];
    let app = desk_with(&people, |config| {
        let path = config.data_dir.join("people.json");
        let users = json!({"users": [{"uuid": UUID, "display_name": "Ada of the file", "handle": "ada"}]});
        std::fs::write(&path, users.to_string()).unwrap();
        config.identity.users_file = Some(path);
    })
    .await;
    let (ada, bo) = (Asker(&app, sign_in(&app, "ada").await), Asker(&app, sign_in(&app, "bo").await));
    assert!(ada.get(paths::IDENTITY).await.json::<IdentityView>().users_file.is_some());
    assert_eq!(bo.get(paths::IDENTITY).await.json::<IdentityView>(), IdentityView::default());
    let asked = json!({"uuids": [UUID]});
    assert!(
        ada.ask("POST", paths::IDENTITY_NAMES, asked.clone())
            .await
            .text()
            .contains("Ada of the file")
    );
    assert_eq!(bo.ask("POST", paths::IDENTITY_NAMES, asked).await.json::<Names>(), Names::default());
}
