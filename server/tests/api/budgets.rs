//! What a person may read of whole tables in an hour.

use axum::http::{HeaderValue, Method};
use dynadesk_server::budgets::ScanBudgets;
use dynadesk_server::config::sign_in::GroupGrant;
use dynadesk_server::config::{Config, Place, StoreConfig};
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::audit::AuditPage;
use dynadesk_shared::api::budgets::{BudgetHour, ScanBudget};
use dynadesk_shared::api::items::ItemsPage;
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::{AttributeValue, Item};
use serde_json::{Value, json};

use crate::access::{SECRET, forwarded};
use crate::support::ministack::Ministack;
use crate::support::{Answer, LOCAL, PEER, TestApp, pk_sk_table};

const TABLE: &str = "notes";
/// 2100-01-01, at the full hour: later than what an engine's own clock would delete.
const NOW: i64 = 4_102_444_800 * 1_000_000;
/// Less than two pages of ten items cost; ministack takes half a unit for any page.
const EMBEDDED: u32 = 8;
const MINISTACK: u32 = 1;
const MINUTE: i64 = 60 * 1_000_000;

/// People come through a proxy; viewers may read so many units of whole tables in an hour, operators 1,000.
fn configure(config: &mut Config, viewer: u32) {
    forwarded(config);
    for connection in &mut config.connections {
        connection.scan_budgets = ScanBudgets {
            viewer: Some(viewer),
            operator: Some(1000),
            admin: None,
        };
    }
}

/// Thirty items of about 4,000 bytes: ten of them cost 5 units.
async fn fill_table(app: &TestApp, connection: &str) {
    let engine = &app.state.connections.get(connection).unwrap().engine;
    engine.create_table(&pk_sk_table(TABLE)).await.unwrap();
    for at in 0..30 {
        let item: Item = [
            ("pk", format!("p{}", at % 2)),
            ("sk", format!("{at:02}")),
            ("text", "x".repeat(4_000)),
        ]
        .map(|(name, text)| (name.to_owned(), AttributeValue::S(text)))
        .into();
        engine.put(TABLE, &item, None).await.unwrap();
    }
    app.state.clock.set(NOW);
}

/// Somebody of a group who asks something of the table.
struct Someone<'a> {
    app: &'a TestApp,
    name: &'static str,
    group: &'static str,
    connection: &'a str,
}

impl Someone<'_> {
    async fn ask(&self, method: Method, path: &str, body: Value) -> Answer {
        let path = fill(path, &[self.connection, TABLE]);
        let body = axum::body::Body::from(body.to_string());
        self.app
            .send(method, &path, body, |all| {
                all.insert("x-forwarded-user", HeaderValue::from_static(self.name));
                all.insert("x-forwarded-groups", HeaderValue::from_static(self.group));
                all.insert("x-dynadesk-proxy-secret", HeaderValue::from_static(SECRET));
            })
            .await
    }

    async fn scans(&self) -> Answer {
        self.ask(Method::POST, paths::ITEMS_SCAN, json!({"limit": 10})).await
    }

    async fn runs(&self, text: &str) -> Answer {
        self.runs_all("single", &[text]).await
    }

    async fn runs_all(&self, mode: &str, texts: &[&str]) -> Answer {
        let statements: Vec<Value> = texts.iter().map(|text| json!({"text": text, "parameters": []})).collect();
        let asked = json!({"mode": mode, "statements": statements, "limit": 10, "confirmed": true});
        self.ask(Method::POST, paths::PARTIQL, asked).await
    }

    async fn hour(&self) -> Option<BudgetHour> {
        self.ask(Method::GET, paths::SCAN_BUDGET, json!({})).await.json::<ScanBudget>().hour
    }
}

/// The whole of it, with a second server on the same store.
async fn a_budget_is_used_up_and_comes_back(one: &TestApp, two: &TestApp, connection: &str, units: u32) {
    let units = u64::from(units);
    let of = |app, name, group| Someone {
        app,
        name,
        group,
        connection,
    };
    let vi = of(one, "vi", "viewers");
    assert_eq!(vi.hour().await.map(|hour| (hour.units, hour.used)), Some((units, 0.0)));
    let page: ItemsPage = vi.scans().await.json();
    let cost = page.exchange.consumed.unwrap();
    assert!(cost > 0.0 && cost < units as f64, "{cost}");
    let hour = vi.hour().await.unwrap();
    assert_eq!((hour.used, hour.seconds_left), (cost, 3600));
    // The page that goes beyond is given, whichever server gives it; the next one is not.
    let elsewhere = of(two, "VI", "viewers");
    elsewhere.runs("SELECT * FROM notes").await.json::<Value>();
    for (server, name) in [(&vi, "one"), (&elsewhere, "two")] {
        let refused = server.scans().await.refused(429, "scan_budget_spent");
        assert!(
            refused.message.contains("as viewer you have read") && refused.message.contains("60 minutes"),
            "{name}: {}",
            refused.message
        );
        assert_eq!(refused.fields[1].field, "resets_at");
        server
            .runs("SELECT * FROM \"notes\" WHERE sk = '01'")
            .await
            .refused(429, "scan_budget_spent");
        for path in [paths::USERS, paths::INTEGRITY] {
            server.ask(Method::POST, path, json!({})).await.refused(429, "scan_budget_spent");
        }
        // Whoever knows the key reads on.
        server.runs("SELECT * FROM notes WHERE pk = 'p1'").await.json::<Value>();
        let query = json!({"limit": 10, "key": {"partition": {"pk": {"S": "p1"}}}});
        assert_eq!(server.ask(Method::POST, paths::ITEMS_QUERY, query).await.status, 200);
    }
    // Others have their own, or none.
    let olga = of(two, "olga", "operators");
    olga.scans().await.json::<ItemsPage>();
    let admin = of(two, "ann", "admins");
    for _ in 0..3 {
        admin.scans().await.json::<ItemsPage>();
    }
    assert_eq!(admin.hour().await, None);
    // A guard that held is in the audit log, also where what it held is only read.
    let log = admin
        .ask(Method::GET, &format!("{}?result=refused&who=vi", paths::AUDIT), json!({}))
        .await;
    let log = log.json::<AuditPage>();
    assert!(!log.rows.is_empty());
    assert!(
        log.rows
            .iter()
            .all(|row| row.entry.code == "scan_budget_spent" && (row.entry.table == TABLE || row.entry.detail == "SELECT notes")),
        "{log:?}"
    );
    // The same person with more to say has read as much as before.
    let promoted = of(one, "vi", "operators").hour().await.unwrap();
    assert!(promoted.units == 1000 && promoted.used >= units as f64, "{promoted:?}");

    for app in [one, two] {
        app.state.clock.set(NOW + 60 * MINUTE);
    }
    assert_eq!(elsewhere.hour().await.unwrap().used, 0.0);
    vi.scans().await.json::<ItemsPage>();
}

#[tokio::test]
async fn two_servers_count_together_on_ministack() {
    let peer = Ministack::start().await;
    let server = async || {
        TestApp::locked(|config| {
            config.connections.push(peer.connection("peer"));
            configure(config, MINISTACK);
            config.store = Some(StoreConfig {
                connection: "peer".to_owned(),
                table: "dynadesk".to_owned(),
            });
        })
        .await
    };
    let (one, two) = (server().await, server().await);
    fill_table(&one, "peer").await;
    two.state.clock.set(NOW);
    a_budget_is_used_up_and_comes_back(&one, &two, "peer", MINISTACK).await;
}

#[tokio::test]
async fn a_budget_is_kept_on_the_embedded_engine() {
    let app = TestApp::locked(|config| configure(config, EMBEDDED)).await;
    fill_table(&app, LOCAL).await;
    let again = app.from(PEER);
    a_budget_is_used_up_and_comes_back(&app, &again, LOCAL, EMBEDDED).await;
}

#[tokio::test]
async fn without_the_store_each_server_counts_for_itself() {
    let app = TestApp::locked(|config| {
        let mut archive = config.connections[0].clone();
        archive.name = "archive".to_owned();
        archive.read_only = true;
        archive.place = Place::Embedded { file: None };
        config.connections.push(archive);
        configure(config, EMBEDDED);
        config.store = Some(StoreConfig {
            connection: "archive".to_owned(),
            table: "dynadesk".to_owned(),
        });
    })
    .await;
    fill_table(&app, LOCAL).await;
    let vi = Someone {
        app: &app,
        name: "vi",
        group: "viewers",
        connection: LOCAL,
    };
    for _ in 0..2 {
        vi.scans().await.json::<ItemsPage>();
    }
    vi.scans().await.refused(429, "scan_budget_spent");
    app.state.clock.set(NOW + 60 * MINUTE);
    vi.scans().await.json::<ItemsPage>();
}

#[tokio::test]
async fn who_may_read_nothing_of_whole_tables_begins_no_job_that_does() {
    let app = TestApp::locked(|config| {
        configure(config, EMBEDDED);
        config.connections[0].scan_budgets.operator = Some(0);
    })
    .await;
    fill_table(&app, LOCAL).await;
    let olga = Someone {
        app: &app,
        name: "olga",
        group: "operators",
        connection: LOCAL,
    };
    olga.scans().await.refused(429, "scan_budget_spent");
    let one = json!({"users": [{"uuid": "u", "display_name": "U", "handle": "u"}], "rows": 1});
    olga.ask(Method::POST, paths::INTEGRITY_REFRESH, one.clone())
        .await
        .refused(429, "scan_budget_spent");
    // Admins have no budget here, and are only told what else is missing.
    let ann = Someone {
        name: "ann",
        group: "admins",
        ..olga
    };
    ann.ask(Method::POST, paths::INTEGRITY_REFRESH, one)
        .await
        .refused(409, "names_not_configured");
}

#[tokio::test]
async fn what_is_asked_at_once_is_not_given_at_once() {
    let app = TestApp::locked(|config| configure(config, EMBEDDED)).await;
    fill_table(&app, LOCAL).await;
    let vi = Someone {
        app: &app,
        name: "vi",
        group: "viewers",
        connection: LOCAL,
    };
    let answers = futures_util::future::join_all((0..12).map(|_| vi.scans())).await;
    let given = answers.iter().filter(|answer| answer.status == 200).count();
    // 5 units a page, and 8 an hour: the second goes beyond, and no third is given.
    assert_eq!(given, 2);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 429));
}

#[tokio::test]
async fn every_table_that_a_batch_reads_is_judged() {
    let app = TestApp::locked(|config| {
        configure(config, 0);
        let grant = |role, table: &str| GroupGrant {
            group: "mixed".to_owned(),
            grant: Grant {
                tables: vec![table.to_owned()],
                ..Grant::everywhere(role)
            },
        };
        // No budget on the one, and nothing to spend on the other.
        config
            .sign_in
            .grants
            .extend([grant(Role::Admin, "free"), grant(Role::Viewer, TABLE)]);
    })
    .await;
    fill_table(&app, LOCAL).await;
    let engine = &app.state.connections.get(LOCAL).unwrap().engine;
    engine.create_table(&pk_sk_table("free")).await.unwrap();
    let max = Someone {
        app: &app,
        name: "max",
        group: "mixed",
        connection: LOCAL,
    };
    let (free, notes) = ("SELECT * FROM free", "SELECT * FROM notes");
    for mode in ["batch", "transaction"] {
        for texts in [[free, notes], [notes, free]] {
            max.runs_all(mode, &texts).await.refused(429, "scan_budget_spent");
        }
        let secret = max.runs_all(mode, &[free, "SELECT * FROM secret"]).await;
        secret.refused(403, "not_allowed");
    }
    // By key, and where there is no budget, it goes on.
    let by_key = "SELECT * FROM notes WHERE pk = 'p1' AND sk = '01'";
    let read: Value = max.runs_all("batch", &[free, by_key]).await.json();
    assert_eq!(read["results"].as_array().unwrap().len(), 2);
}
