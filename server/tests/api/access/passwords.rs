//! Signing in with a password, and the session that comes of it.

use axum::body::Body;
use axum::http::{HeaderValue, Method};
use dynadesk_server::access::users::{User, UsersFile, hash};
use dynadesk_server::config::Config;
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::session::{SessionList, SessionView, Way};
use serde_json::json;

use crate::support::{Answer, TestApp};

const PASSWORD: &str = "correct horse battery";
const MINUTE: i64 = 60 * 1_000_000;
/// 2100-01-01: the embedded engine deletes by the machine's own clock what a test's clock has not reached.
const NOW: i64 = 4_102_444_800 * 1_000_000;

pub async fn desk(users: &[(&str, Grant)]) -> TestApp {
    desk_with(users, |_| {}).await
}

pub async fn desk_with(users: &[(&str, Grant)], change: impl FnOnce(&mut Config)) -> TestApp {
    desk_of(&file(users), change).await
}

pub fn file(users: &[(&str, Grant)]) -> UsersFile {
    // One hash for all: it takes its time.
    let password = hash(PASSWORD).unwrap();
    let users = users.iter().map(|(name, grant)| User {
        name: (*name).to_owned(),
        password: password.clone(),
        grants: vec![grant.clone()],
    });
    UsersFile { users: users.collect() }
}

/// The same with a file that others may have too: servers of one site know the same people.
pub async fn desk_of(file: &UsersFile, change: impl FnOnce(&mut Config)) -> TestApp {
    let app = TestApp::locked(|config| {
        let path = config.data_dir.join("users.toml");
        file.write(&path).unwrap();
        config.connections[0].production = true;
        config.sign_in.users_file = Some(path);
        config.sign_in.idle = std::time::Duration::from_secs(60 * 60);
        config.sign_in.lives = std::time::Duration::from_secs(12 * 60 * 60);
        change(config);
    })
    .await;
    app.state.clock.set(NOW);
    app
}

pub async fn try_password(app: &TestApp, name: &str, password: &str) -> Answer {
    app.post(paths::SIGN_IN, &json!({"name": name, "password": password})).await
}

/// What the browser sends from then on.
pub async fn sign_in(app: &TestApp, name: &str) -> String {
    let answer = try_password(app, name, PASSWORD).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    cookie(&answer)
}

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

pub async fn with(app: &TestApp, cookie: &str, method: Method, path: &str, body: Body) -> Answer {
    app.send(method, path, body, |all| {
        all.insert("cookie", HeaderValue::from_str(cookie).unwrap());
    })
    .await
}

async fn get(app: &TestApp, cookie: &str, path: &str) -> Answer {
    with(app, cookie, Method::GET, path, Body::empty()).await
}

fn admin() -> Grant {
    Grant::everywhere(Role::Admin)
}

#[tokio::test]
async fn a_password_opens_a_session_and_signing_out_ends_it() {
    let app = desk(&[("ada", admin())]).await;
    let answer = try_password(&app, "ada", PASSWORD).await;
    let set = answer.header("set-cookie");
    // What keeps the cookie from scripts, from plain HTTP, from other hosts and from other sites.
    assert!(set.starts_with("__Host-dynadesk="), "{set}");
    for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
        assert!(set.split("; ").any(|one| one == part), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let mine = cookie(&answer);
    let person = get(&app, &mine, paths::SESSION).await.json::<SessionView>().person.unwrap();
    assert_eq!(
        (person.name.as_str(), person.way, person.idle_seconds),
        ("ada", Way::Password, Some(3600))
    );
    assert_eq!(get(&app, &mine, paths::CONNECTIONS).await.status, 200);
    let out = with(&app, &mine, Method::POST, paths::SIGN_OUT, Body::from("{}")).await;
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    get(&app, &mine, paths::CONNECTIONS).await.refused(401, "session_ended");
    app.get(paths::CONNECTIONS).await.refused(401, "sign_in_needed");
}

#[tokio::test]
async fn a_wrong_name_reads_as_a_wrong_password() {
    let app = desk(&[("ada", admin())]).await;
    let wrong = try_password(&app, "ada", "wrong horse battery")
        .await
        .refused(403, "sign_in_refused");
    let unknown = try_password(&app, "eve", PASSWORD).await.refused(403, "sign_in_refused");
    assert_eq!(wrong.message, unknown.message);
    assert!(!unknown.message.contains("eve"));
}

#[tokio::test]
async fn guessing_has_to_wait_longer_and_longer() {
    let app = desk(&[("ada", admin())]).await;
    for _ in 0..5 {
        try_password(&app, "ada", "guess").await.refused(403, "sign_in_refused");
    }
    let error = try_password(&app, "ada", PASSWORD).await.refused(429, "too_many_tries");
    assert!(error.message.contains("seconds"), "{}", error.message);
    app.state.clock.set(NOW + 2 * 1_000_000);
    assert_eq!(try_password(&app, "ada", PASSWORD).await.status, 204);
}

#[tokio::test]
async fn a_session_that_was_planted_becomes_nobodys() {
    let app = desk(&[("ada", admin()), ("eve", Grant::everywhere(Role::Viewer))]).await;
    // Eve signs in and puts her own cookie into Ada's browser.
    let planted = sign_in(&app, "eve").await;
    let answer = with(
        &app,
        &planted,
        Method::POST,
        paths::SIGN_IN,
        Body::from(json!({"name": "ada", "password": PASSWORD}).to_string()),
    )
    .await;
    let fresh = cookie(&answer);
    assert_ne!(fresh, planted);
    get(&app, &planted, paths::CONNECTIONS).await.refused(401, "session_ended");
    let person = get(&app, &fresh, paths::SESSION).await.json::<SessionView>().person.unwrap();
    assert_eq!(person.name, "ada");
    // One that is made up, or there twice, is none.
    get(&app, "__Host-dynadesk=made-up", paths::CONNECTIONS)
        .await
        .refused(401, "session_ended");
    let twice = format!("{fresh}; {planted}");
    get(&app, &twice, paths::CONNECTIONS).await.refused(401, "sign_in_needed");
}

#[tokio::test]
async fn a_session_rests_and_ends() {
    let app = desk(&[("ada", admin())]).await;
    let at = |minutes: i64| app.state.clock.set(NOW + minutes * MINUTE);
    let idle = sign_in(&app, "ada").await;
    at(61);
    get(&app, &idle, paths::CONNECTIONS).await.refused(401, "session_ended");
    let busy = sign_in(&app, "ada").await;
    for step in 1..=13 {
        at(61 + step * 55);
        assert_eq!(get(&app, &busy, paths::CONNECTIONS).await.status, 200, "{step}");
    }
    at(61 + 12 * 60 + 1);
    get(&app, &busy, paths::CONNECTIONS).await.refused(401, "session_ended");
}

#[tokio::test]
async fn an_admin_sees_and_ends_sessions() {
    let app = desk(&[("ada", admin()), ("bo", Grant::everywhere(Role::Operator))]).await;
    let (ada, bo) = (sign_in(&app, "ada").await, sign_in(&app, "bo").await);
    get(&app, &bo, paths::SESSIONS).await.refused(403, "not_allowed");
    let list = get(&app, &ada, paths::SESSIONS).await.json::<SessionList>();
    let names: Vec<_> = list.sessions.iter().map(|one| (one.name.as_str(), one.own)).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&("ada", true)) && names.contains(&("bo", false)), "{names:?}");
    // What names a session in the list opens none.
    let of_bo = &list.sessions.iter().find(|one| one.name == "bo").unwrap().id;
    get(&app, &format!("__Host-dynadesk={of_bo}"), paths::CONNECTIONS)
        .await
        .refused(401, "session_ended");
    let path = fill(paths::SESSION_ONE, &[of_bo]);
    assert_eq!(with(&app, &ada, Method::DELETE, &path, Body::empty()).await.status, 200);
    get(&app, &bo, paths::CONNECTIONS).await.refused(401, "session_ended");
    with(&app, &ada, Method::DELETE, &path, Body::empty())
        .await
        .refused(404, "session_not_found");
}

#[tokio::test]
async fn who_is_taken_out_of_the_file_is_out_at_once() {
    let app = desk(&[("ada", admin())]).await;
    let mine = sign_in(&app, "ada").await;
    UsersFile::default().write(&app.data.path().join("users.toml")).unwrap();
    get(&app, &mine, paths::CONNECTIONS).await.refused(401, "session_ended");
}

#[tokio::test]
async fn another_password_ends_the_sessions_of_the_old_one() {
    let app = desk(&[("ada", admin())]).await;
    let mine = sign_in(&app, "ada").await;
    let path = app.data.path().join("users.toml");
    let mut file = UsersFile::read(&path).unwrap();
    file.users[0].password = hash("another horse battery").unwrap();
    file.write(&path).unwrap();
    get(&app, &mine, paths::CONNECTIONS).await.refused(401, "session_ended");
}

#[tokio::test]
async fn what_a_page_means_for_one_person_is_not_done_for_another() {
    let app = desk(&[("ada", admin()), ("zoë", admin())]).await;
    let mine = sign_in(&app, "zoë").await;
    for (meant, status) in [("zo%C3%AB", 200), ("ada", 409)] {
        let answer = app
            .send(Method::GET, paths::CONNECTIONS, Body::empty(), |all| {
                all.insert("cookie", HeaderValue::from_str(&mine).unwrap());
                all.insert(paths::PERSON_HEADER, HeaderValue::from_static(meant));
            })
            .await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}
