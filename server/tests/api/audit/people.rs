//! Who comes without a session of their own, what they guess, and what they take along.

use dynadesk_shared::api::session::Way;

use super::*;
use crate::access::passwords::desk_with;
use crate::access::{by_header, forwarded};

type Said<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Who, what, with which code, on which table.
fn said(rows: &[AuditRow]) -> Vec<Said<'_>> {
    let entries = rows.iter().map(|row| &row.entry);
    entries
        .map(|entry| {
            (
                entry.who.as_str(),
                entry.operation.as_str(),
                entry.code.as_str(),
                entry.table.as_str(),
            )
        })
        .collect()
}

#[tokio::test]
async fn whom_a_proxy_signs_in_has_an_entry_when_a_visit_begins() {
    let app = by_header().await;
    let viewer = app.as_group("viewers");
    for _ in 0..3 {
        assert_eq!(viewer.get(paths::CONNECTIONS).await.status, 200);
    }
    let admin = app.as_group("admins");
    let first = rows(&admin, "?kind=sign_in").await;
    assert_eq!(said(&first), [("ada", "sign_in", "", "")]);
    let entry = &first[0].entry;
    assert_eq!((entry.way, entry.result), (Some(Way::Proxy), AuditResult::Done));
    assert!(entry.from == "127.0.0.1" && !entry.request.is_empty(), "{entry:?}");
    // Whoever stays away for as long as a session would rest comes anew.
    app.state.clock.set(app.state.clock.now() + 24 * 60 * 60 * 1_000_000);
    assert_eq!(viewer.get(paths::CONNECTIONS).await.status, 200);
    assert_eq!(rows(&admin, "?kind=sign_in").await.len(), 2);
    // Nobody arrives with what the proxy did not say.
    app.get(paths::CONNECTIONS).await.refused(401, "sign_in_needed");
    assert_eq!(rows(&admin, "?kind=sign_in").await.len(), 2);
}

#[tokio::test]
async fn what_a_page_meant_for_another_person_is_a_refusal_of_whoever_is_there() {
    let app = by_header().await;
    let admin = app.as_group("admins");
    let path = fill(paths::TABLES, &[LOCAL]);
    let answer = admin
        .send(Method::GET, &path, Body::empty(), |all| {
            all.insert(paths::PERSON_HEADER, HeaderValue::from_static("bo"));
        })
        .await;
    answer.refused(409, "person_changed");
    let refused = rows(&admin, "?result=refused").await;
    assert_eq!(said(&refused), [("ada", "GET /api/c/{connection}/tables", "person_changed", "")]);
    assert_eq!(
        (refused[0].entry.way, refused[0].entry.connection.as_str()),
        (Some(Way::Proxy), LOCAL)
    );
}

#[tokio::test]
async fn without_a_store_whom_a_proxy_signs_in_works_on() {
    let app = TestApp::locked(|config| {
        forwarded(config);
        off(config);
    })
    .await;
    make_notes(&app.as_group("nothing")).await;
    assert_eq!(app.as_group("viewers").get(paths::CONNECTIONS).await.status, 200);
}

#[tokio::test]
async fn an_id_of_what_others_may_see_is_a_refusal() {
    let some = Grant {
        role: Role::Operator,
        connections: vec![LOCAL.to_owned()],
        tables: vec!["Orders*".to_owned()],
    };
    let app = desk_with(&[("ada", Grant::everywhere(Role::Admin)), ("bo", some)], |_| {}).await;
    let (ada, bo) = (sign_in(&app, "ada").await, sign_in(&app, "bo").await);
    let ask = async |who: &str, method: Method, path: String, body: Value| {
        let answer = with(&app, who, method, &path, Body::from(body.to_string())).await;
        (answer.status, answer.text().to_owned())
    };
    let unlock = json!({"reason": "ticket 42"});
    ask(&ada, Method::POST, fill(paths::UNLOCK, &[LOCAL]), unlock.clone()).await;
    ask(&bo, Method::POST, fill(paths::UNLOCK, &[LOCAL]), unlock).await;
    let table = json!({"request": pk_sk_table("Secrets")});
    assert_eq!(ask(&ada, Method::POST, fill(paths::TABLES, &[LOCAL]), table).await.0, 200);
    let seed = json!({"source": {"items": {"text": "{\"pk\": \"c\", \"sk\": \"d\"}"}}});
    let (status, job) = ask(&ada, Method::POST, fill(paths::SEED, &[LOCAL, "Secrets"]), seed).await;
    assert_eq!(status, 202, "{job}");
    let job = serde_json::from_str::<Value>(&job).unwrap()["id"].as_str().unwrap().to_owned();
    let create = json!({"changes": [{"create": {"item": {"pk": {"S": "a"}, "sk": {"S": "b"}}}}]});
    let (_, wrote) = ask(&ada, Method::POST, fill(paths::ITEMS_WRITE, &[LOCAL, "Secrets"]), create).await;
    let wrote: Value = serde_json::from_str(&wrote).unwrap();
    let write = wrote["outcomes"][0]["write"]
        .as_str()
        .unwrap_or_else(|| panic!("{wrote}"))
        .to_owned();
    let saved = json!({"name": "all", "run": {"items": {"table": "Secrets", "query": "", "title": "all"}}});
    let (_, saved) = ask(&ada, Method::POST, fill(paths::SAVED, &[LOCAL]), saved).await;
    let saved = serde_json::from_str::<Value>(&saved).unwrap()["id"].as_str().unwrap().to_owned();
    let guesses = [
        (Method::GET, fill(paths::JOB, &[&job]), "job_not_found"),
        (Method::POST, fill(paths::JOB_CANCEL, &[&job]), "job_not_found"),
        (Method::GET, fill(paths::WRITE, &[LOCAL, &write]), "write_not_found"),
        (Method::POST, fill(paths::WRITE_UNDO, &[LOCAL, &write]), "write_not_found"),
        (Method::DELETE, fill(paths::SAVED_ONE, &[LOCAL, &saved]), "saved_not_found"),
    ];
    let mut wanted = Vec::new();
    for (method, path, code) in guesses {
        let (status, text) = ask(&bo, method, path.clone(), json!({})).await;
        assert!(status == 404 && text.contains(code), "{path}: {status} {text}");
        wanted.push(code);
    }
    // An id that is none is a typing mistake.
    let (status, _) = ask(&bo, Method::GET, fill(paths::WRITE, &[LOCAL, "none"]), json!({})).await;
    assert_eq!(status, 404);
    let all = with(
        &app,
        &ada,
        Method::GET,
        &format!("{}?who=bo&result=refused", paths::AUDIT),
        Body::empty(),
    )
    .await;
    let mut all = all.json::<AuditPage>().rows;
    all.reverse();
    let said = said(&all);
    assert_eq!(said.iter().map(|(_, _, code, _)| *code).collect::<Vec<_>>(), wanted);
    assert!(
        said.iter().all(|(who, _, _, table)| (*who, *table) == ("bo", "Secrets")),
        "{said:?}"
    );
}

#[tokio::test]
async fn what_leaves_the_console_is_written_down_before_it_does() {
    let app = TestApp::new().await;
    app.create_table(pk_sk_table("notes")).await;
    let path = fill(paths::ITEMS_EXPORTED, &[LOCAL, "notes"]);
    let asked = json!({"form": "csv", "to": "file", "items": 12, "page": "/c/local/tables/notes/items?q=%3Cimg%3E"});
    assert_eq!(app.post(&path, &asked).await.status, 200);
    let entry = page(&app, "").await.rows.remove(0).entry;
    assert_eq!((entry.kind, entry.operation.as_str()), (AuditKind::Export, "export_items"));
    assert_eq!((entry.connection.as_str(), entry.table.as_str()), (LOCAL, "notes"));
    assert_eq!(
        entry.detail,
        "12 items as CSV in a file; shown at /c/local/tables/notes/items?q=%3Cimg%3E"
    );
    let long = json!({"form": "json", "to": "clipboard", "items": 2, "page": "x".repeat(8_001)});
    app.post(&path, &long).await.refused(400, "invalid_page");
    app.post(&path, &json!({"form": "xml", "to": "file", "items": 2}))
        .await
        .refused(400, "invalid_json");
}

#[tokio::test]
async fn nothing_leaves_unseen_where_the_log_is_required() {
    let asked = json!({"form": "json", "to": "file", "items": 2});
    let path = fill(paths::ITEMS_EXPORTED, &[LOCAL, "notes"]);
    let app = TestApp::with(off).await;
    make_notes(&app).await;
    assert_eq!(app.post(&path, &asked).await.status, 200);
    let app = TestApp::with(|config| {
        off(config);
        config.audit.required = true;
    })
    .await;
    make_notes(&app).await;
    app.post(&path, &asked).await.refused(503, "audit_unavailable");
}
