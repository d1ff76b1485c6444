//! The list is walked: unknown connections, read-only connections, locked production, other tables, weaker roles
//! and other web sites are refused everywhere.

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use dynadesk_server::config::sign_in::GroupGrant;
use dynadesk_shared::access::Grant;
use dynadesk_shared::access::Role::{self, Admin, Operator, Viewer};
use dynadesk_shared::api::paths;
use dynadesk_shared::api::session::UnlockRequest;
use serde_json::{Value, json};

use super::{Keeper, OfJob, On, Open, ROUTES, Route, Signed, Statements, Users, Writes, WritesOfJob};
use crate::support::seed::{lines, request, seed, text};
use crate::support::{Answer, LOCAL, TestApp, pk_sk_table};

impl Route {
    /// What is asked of it in these walks, and the role that this takes.
    fn asked(&self) -> Vec<(Value, Option<Role>)> {
        match self.rule {
            Open | Signed => vec![(json!({}), None)],
            On(role) | Writes(role) | OfJob(role) | WritesOfJob(role) | Users(role) => vec![(json!({}), Some(role))],
            Keeper => vec![(json!({}), Some(Admin))],
            Statements => {
                let read = (run("single", &[READS]), Some(Viewer));
                let writes = WRITES.iter().map(|write| (write, Some(Operator)));
                let alone = writes.clone().map(|(write, role)| (run("single", &[*write]), role));
                let batch = writes.clone().map(|(write, role)| (run("batch", &[WRITES[0], *write]), role));
                let transaction = writes.map(|(write, role)| (run("transaction", &[*write]), role));
                std::iter::once(read).chain(alone).chain(batch).chain(transaction).collect()
            }
        }
    }
}

/// A table of its own, so that nothing else of a walk meets the jobs and statements that are about it.
const TABLE: &str = "of-jobs";
const READS: &str = "SELECT * FROM \"of-jobs\"";
const WRITES: [&str; 3] = [
    "INSERT INTO \"of-jobs\" VALUE {'pk': 'new', 'sk': 'new'}",
    "UPDATE \"of-jobs\" SET note = 'changed' WHERE pk = 'a' AND sk = '1'",
    "DELETE FROM \"of-jobs\" WHERE pk = 'a' AND sk = '1'",
];

fn run(mode: &str, statements: &[&str]) -> Value {
    let statements: Vec<_> = statements.iter().map(|text| json!({"text": text, "parameters": []})).collect();
    json!({"mode": mode, "statements": statements, "limit": 10, "confirmed": true, "confirm": TABLE})
}

/// Makes that table with one item in it, and answers the job that wrote it.
async fn job(app: &TestApp) -> String {
    app.create_table(pk_sk_table(TABLE)).await;
    let item = serde_json::from_value(json!({"pk": {"S": "a"}, "sk": {"S": "1"}})).unwrap();
    let job = seed(app, TABLE, &request(text(lines(&[item])))).await;
    assert_eq!(job.progress.written, 1);
    job.id
}

async fn items(app: &TestApp) -> Vec<Value> {
    let answer = app
        .post(&paths::fill(paths::ITEMS_SCAN, &[LOCAL, TABLE]), &json!({"limit": 10}))
        .await;
    answer.json::<Value>()["items"].as_array().unwrap().clone()
}

async fn ask(app: &TestApp, route: &Route, connection: &str, headers: &[(&'static str, &'static str)]) -> Answer {
    let path = match route.pattern.contains("{connection}") {
        true => paths::fill(route.pattern, &[connection, "some-table", "some-one"]),
        false => paths::fill(route.pattern, &["00000000-0000-0000-0000-000000000000"]),
    };
    send(app, route, &path, &json!({}), headers).await
}

async fn send(app: &TestApp, route: &Route, path: &str, body: &Value, headers: &[(&'static str, &'static str)]) -> Answer {
    let method = Method::from_bytes(route.method.to_uppercase().as_bytes()).unwrap();
    app.send(method, path, Body::from(body.to_string()), |all| {
        for (name, value) in headers {
            all.insert(*name, HeaderValue::from_static(value));
        }
    })
    .await
}

#[tokio::test]
async fn an_unknown_connection_is_refused_everywhere() {
    let app = TestApp::new().await;
    for route in ROUTES.iter().filter(|route| route.pattern.contains("{connection}")) {
        ask(&app, route, "nowhere", &[]).await.refused(404, "connection_not_found");
    }
}

#[tokio::test]
async fn a_read_only_connection_is_not_written() {
    let app = TestApp::with(|config| config.connections[0].read_only = true).await;
    for route in ROUTES.iter().filter(|route| matches!(route.rule, Writes(_))) {
        let error = ask(&app, route, "local", &[]).await.refused(403, "connection_read_only");
        assert!(error.message.contains("local"), "{} {}", route.name, error.message);
    }
}

#[tokio::test]
async fn no_route_answers_another_site() {
    let app = TestApp::new().await;
    // A provider of identities sends browsers here from its own site: `state` and a cookie guard these.
    for route in ROUTES.iter().filter(|route| route.pattern.starts_with("/api/")) {
        ask(&app, route, "local", &[("sec-fetch-site", "cross-site")])
            .await
            .refused(403, "cross_site");
    }
}

#[tokio::test]
async fn locked_production_is_not_written() {
    let app = TestApp::locked(|config| config.connections[0].production = true).await;
    let unlock = paths::fill(paths::UNLOCK, &[LOCAL]);
    let reason = UnlockRequest {
        reason: "a test".to_owned(),
    };
    assert_eq!(app.post(&unlock, &reason).await.status, 200);
    let (job, before) = (job(&app).await, items(&app).await);
    assert_eq!(app.delete(&unlock, &json!({})).await.status, 200);
    for route in ROUTES {
        let writes = match route.rule {
            Writes(_) => vec![ask(&app, route, LOCAL, &[]).await],
            WritesOfJob(_) => vec![send(&app, route, &paths::fill(route.pattern, &[&job]), &json!({}), &[]).await],
            Statements => {
                let path = paths::fill(route.pattern, &[LOCAL]);
                let mut answers = Vec::new();
                for (body, _) in route.asked().into_iter().filter(|(_, role)| *role == Some(Operator)) {
                    answers.push(send(&app, route, &path, &body, &[]).await);
                }
                answers
            }
            Open | Signed | On(_) | OfJob(_) | Users(_) | Keeper => Vec::new(),
        };
        for answer in writes {
            let error = answer.refused(403, "connection_locked");
            assert!(error.message.contains(LOCAL), "{} {}", route.name, error.message);
        }
    }
    assert_eq!(items(&app).await, before);
}

#[tokio::test]
async fn who_is_not_signed_in_reaches_nothing() {
    let app = crate::access::by_header().await;
    for route in ROUTES {
        let answer = ask(&app, route, "local", &[]).await;
        match route.rule {
            Open => assert_ne!(answer.status, 401, "{}", route.name),
            _ => {
                answer.refused(401, "sign_in_needed");
            }
        }
    }
}

/// Behind a proxy, with a job, and with streams of events that end at once.
async fn with_job(app: TestApp) -> (TestApp, String) {
    let job = job(&app.as_group("admins")).await;
    app.state.stopping.cancel();
    (app, job)
}

#[tokio::test]
async fn each_route_takes_its_role_and_no_weaker_one() {
    let (app, job) = with_job(TestApp::locked(crate::access::forwarded).await).await;
    let before = items(&app.as_group("admins")).await;
    for role in [None, Some(Viewer), Some(Operator), Some(Admin)] {
        let group = match role {
            None => "nothing",
            Some(Viewer) => "viewers",
            Some(Operator) => "operators",
            Some(Admin) => "admins",
        };
        for route in ROUTES {
            for (body, needs) in route.asked() {
                let headers = crate::access::headers(group);
                let answer = match route.rule {
                    OfJob(_) | WritesOfJob(_) => send(&app, route, &paths::fill(route.pattern, &[&job]), &body, &headers).await,
                    Statements => send(&app, route, &paths::fill(route.pattern, &[LOCAL]), &body, &headers).await,
                    _ => ask(&app, route, LOCAL, &headers).await,
                };
                let said = format!("{} {} as {group}: {} for {body}", route.name, route.method, answer.text());
                let missing = match route.rule {
                    // Who was given nothing cannot tell a connection from none, nor a job.
                    On(_) | Writes(_) | Statements => Some("\"connection_not_found\""),
                    OfJob(_) | WritesOfJob(_) => Some("\"job_not_found\""),
                    Open | Signed | Users(_) | Keeper => None,
                };
                match missing.filter(|_| role.is_none()) {
                    _ if role >= needs => {
                        let refused = answer.status == 401 || (answer.status == 403 && said.contains("\"not_allowed\""));
                        assert!(!refused, "{said}");
                    }
                    Some(code) => assert!(said.contains(code) && answer.status == 404, "{said}"),
                    None => assert!(said.contains("\"not_allowed\"") && answer.status == 403, "{said}"),
                }
            }
        }
        if role < Some(Operator) {
            assert_eq!(items(&app.as_group("admins")).await, before, "{group} wrote");
        }
    }
    assert_ne!(items(&app.as_group("admins")).await, before, "nobody wrote");
}

/// Whoever may everything on some tables reaches no other one by its URL, its jobs or a statement.
#[tokio::test]
async fn an_admin_of_other_tables_reaches_none_of_these() {
    let app = TestApp::locked(|config| {
        crate::access::forwarded(config);
        config.sign_in.grants.push(GroupGrant {
            group: "others".to_owned(),
            grant: Grant {
                role: Admin,
                connections: vec![LOCAL.to_owned()],
                tables: vec!["Other*".to_owned()],
            },
        });
    })
    .await;
    let (app, job) = with_job(app).await;
    let before = items(&app.as_group("admins")).await;
    let headers = crate::access::headers("others");
    for route in ROUTES {
        match route.rule {
            OfJob(_) | WritesOfJob(_) => {
                let path = paths::fill(route.pattern, &[&job]);
                send(&app, route, &path, &json!({}), &headers).await.refused(404, "job_not_found");
            }
            Statements => {
                for (body, _) in route.asked() {
                    let path = paths::fill(route.pattern, &[LOCAL]);
                    send(&app, route, &path, &body, &headers).await.refused(403, "not_allowed");
                }
            }
            Keeper | Users(_) => {
                ask(&app, route, LOCAL, &headers).await.refused(403, "not_allowed");
            }
            _ if route.pattern.contains("{table}") => {
                ask(&app, route, LOCAL, &headers).await.refused(403, "not_allowed");
            }
            // The table stands elsewhere: see `beyond`.
            Open | Signed | On(_) | Writes(_) => {}
        }
    }
    assert_eq!(items(&app.as_group("admins")).await, before);
}
