//! A session that an admin ends is over wherever it is known, and takes along what is still being sent to it.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Method;
use dynadesk_shared::access::{Grant, Role};
use dynadesk_shared::api::paths::{self, fill};
use dynadesk_shared::api::session::SessionList;
use futures_util::StreamExt as _;
use tokio::time::timeout;

use super::passwords::{desk_of, file, sign_in, with};
use crate::support::TestApp;
use crate::support::served::Served;

/// Streams look every five seconds whether their session is still there.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two servers that share a store and know the same people.
async fn site() -> (Served, TestApp, TestApp) {
    let served = Served::start(None).await;
    let people = file(&[("ada", Grant::everywhere(Role::Admin)), ("bo", Grant::everywhere(Role::Admin))]);
    let server = async || desk_of(&people, |config| served.connect(config)).await;
    let (one, two) = (server().await, server().await);
    (served, one, two)
}

/// What the list of sessions calls that of somebody.
async fn id_of(app: &TestApp, admin: &str, name: &str) -> String {
    let list = with(app, admin, Method::GET, paths::SESSIONS, Body::empty()).await;
    let list: SessionList = list.json();
    list.sessions.into_iter().find(|one| one.name == name).unwrap().id
}

async fn end(app: &TestApp, admin: &str, id: &str) {
    let path = fill(paths::SESSION_ONE, &[id]);
    assert_eq!(with(app, admin, Method::DELETE, &path, Body::empty()).await.status, 200);
}

/// An answer that goes on, asked for with a cookie.
async fn open(app: &TestApp, cookie: &str, path: &str) -> Body {
    let answer = app.open_with(path, cookie).await;
    assert_eq!(answer.status(), 200);
    answer.into_body()
}

/// Reads events until one of them has these words.
async fn hears(stream: &mut BodyDataStream, words: &str) {
    let heard = async {
        while let Some(piece) = stream.next().await {
            if std::str::from_utf8(&piece.unwrap()).unwrap().contains(words) {
                return;
            }
        }
        panic!("it ended before {words:?}");
    };
    timeout(PATIENCE, heard).await.expect(words);
}

#[tokio::test]
async fn a_session_that_is_ended_on_one_server_is_over_on_another_with_its_streams() {
    let (_served, one, two) = site().await;
    let (ada, bo) = (sign_in(&one, "ada").await, sign_in(&one, "bo").await);
    let mut adas = open(&two, &ada, paths::AUDIT_EVENTS).await.into_data_stream();
    let mut bos = open(&two, &bo, paths::AUDIT_EVENTS).await.into_data_stream();
    hears(&mut adas, "event: open").await;
    hears(&mut bos, "event: open").await;

    end(&one, &ada, &id_of(&one, &ada, "bo").await).await;
    let ends = async { while bos.next().await.is_some_and(|piece| piece.is_ok()) {} };
    timeout(PATIENCE, ends).await.expect("the stream ends with its session");
    let asked = with(&two, &bo, Method::GET, paths::CONNECTIONS, Body::empty()).await;
    asked.refused(401, "session_ended");
    // It is the end of bo's session that ended it: ada, whose stream is older, still hears what is done.
    hears(&mut adas, "\"end_session\"").await;
    assert_eq!(with(&two, &ada, Method::GET, paths::CONNECTIONS, Body::empty()).await.status, 200);
}

#[tokio::test]
async fn a_file_that_is_being_sent_is_cut_off_when_its_session_is_ended() {
    let (served, one, two) = site().await;
    let (ada, bo) = (sign_in(&one, "ada").await, sign_in(&one, "bo").await);
    let (id, file) = (id_of(&one, &ada, "bo").await, open(&two, &bo, paths::AUDIT_EXPORT).await);
    // It is in the making for as long as its entries do not come.
    served.hold("Query");
    let sent = tokio::spawn(axum::body::to_bytes(file, usize::MAX));
    served.until_one_waits().await;
    end(&one, &ada, &id).await;
    let sent = timeout(PATIENCE, sent).await.expect("it ends with its session").unwrap();
    // Not as a whole file ends.
    assert_eq!(sent.unwrap_err().to_string(), "the session is over");
}
