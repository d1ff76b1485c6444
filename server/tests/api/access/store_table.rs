//! Dynadesk's own table on a connection that people use: whoever could write it could become anybody.

use axum::http::Method;
use dynadesk_server::config::StoreConfig;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::tables::TableNames;
use serde_json::json;

use super::passwords::{sign_in, with};
use crate::support::{LOCAL, pk_sk_table};

#[tokio::test]
async fn the_stores_own_table_is_out_of_reach() {
    use dynadesk_shared::access::{Grant, Role};
    let app = super::passwords::desk_with(&[("ada", Grant::everywhere(Role::Admin))], |config| {
        config.connections[0].production = false;
        config.store = Some(StoreConfig {
            connection: LOCAL.to_owned(),
            table: "dynadesk".to_owned(),
        });
    })
    .await;
    let ada = sign_in(&app, "ada").await;
    let ask = async |method: Method, path: &str, body: serde_json::Value| {
        with(&app, &ada, method, path, axum::body::Body::from(body.to_string())).await
    };
    // It is there, and it is not listed.
    let described = app.state.connections.get(LOCAL).unwrap().engine.describe_table("dynadesk").await;
    assert!(described.is_ok());
    let names = ask(Method::GET, &fill(paths::TABLES, &[LOCAL]), json!({}))
        .await
        .json::<TableNames>()
        .names;
    assert!(names.is_empty(), "{names:?}");
    for (method, path) in [
        (Method::GET, paths::TABLE),
        (Method::DELETE, paths::TABLE),
        (Method::POST, paths::ITEMS_SCAN),
        (Method::POST, paths::ITEMS_WRITE),
        (Method::POST, paths::SEED),
        (Method::GET, paths::STREAM_EVENTS),
    ] {
        ask(method, &fill(path, &[LOCAL, "dynadesk"]), json!({}))
            .await
            .refused(403, "store_table");
    }
    let statement =
        |text: &str| json!({"mode": "single", "statements": [{"text": text, "parameters": []}], "limit": 10, "confirmed": true});
    let arn = "arn:aws:dynamodb:eu-central-1:123456789012:table/dynadesk";
    for text in [
        format!("SELECT * FROM \"{arn}\""),
        format!("SELECT * FROM \"{arn}\".\"by-table\" WHERE pk = 'SESSIONS'"),
        format!("DELETE FROM \"{arn}\" WHERE pk = 'AUDIT' AND sk = 'x'"),
        format!("SELECT * FROM \"{arn}/stream/2026\""),
    ] {
        let error = ask(Method::POST, &fill(paths::PARTIQL, &[LOCAL]), statement(&text))
            .await
            .refused(400, "invalid_statement");
        assert!(error.message.contains("table name"), "{}", error.message);
    }
    for text in [
        "SELECT * FROM dynadesk",
        "INSERT INTO \"dynadesk\" VALUE {'pk': 'SESSIONS', 'sk': 'x'}",
    ] {
        ask(Method::POST, &fill(paths::PARTIQL, &[LOCAL]), statement(text))
            .await
            .refused(403, "store_table");
    }
    let create = json!({"request": pk_sk_table("dynadesk")});
    ask(Method::POST, &fill(paths::TABLES, &[LOCAL]), create)
        .await
        .refused(403, "store_table");
}

#[tokio::test]
async fn another_spelling_of_its_place_leads_to_it_no_more() {
    use dynadesk_server::config::connection::ConnectionConfig;
    use dynadesk_shared::access::{Grant, Role};
    let served = crate::support::served::Served::start(None).await;
    let app = super::passwords::desk_with(&[("ada", Grant::everywhere(Role::Admin))], |config| {
        config.connections[0].production = false;
        served.connect(config);
        let mut other: ConnectionConfig = config.connections.last().unwrap().clone();
        other.name = "other".to_owned();
        if let dynadesk_server::config::Place::Endpoint { url, .. } = &mut other.place {
            *url = url.replace("127.0.0.1", "localhost");
        }
        config.connections.push(other);
    })
    .await;
    let ada = sign_in(&app, "ada").await;
    for connection in [crate::support::served::SHARED, "other"] {
        let scan = fill(paths::ITEMS_SCAN, &[connection, "dynadesk"]);
        with(&app, &ada, Method::POST, &scan, axum::body::Body::from("{}"))
            .await
            .refused(403, "store_table");
    }
    // The embedded engine surely has another table of that name.
    let create = json!({"request": pk_sk_table("dynadesk")});
    let made = with(
        &app,
        &ada,
        Method::POST,
        &fill(paths::TABLES, &[LOCAL]),
        axum::body::Body::from(create.to_string()),
    )
    .await;
    assert_eq!(made.status, 200, "{}", made.text());
}
