//! Server-sent events as a browser reads them.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use dynadesk_shared::AttributeValue;
use dynadesk_shared::api::events::ALIVE;
use dynadesk_shared::api::paths;
use dynadesk_shared::api::streams::StreamRecords;
use futures_util::StreamExt as _;
use tower::ServiceExt as _;

use crate::support::TestApp;

pub struct Events {
    body: axum::body::BodyDataStream,
    text: String,
    /// The id of the last event that had one, as a browser keeps it.
    pub last_id: String,
}

#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub data: String,
}

impl Events {
    /// Watches a table's stream. `query` begins with a `?` or is empty.
    pub async fn open(app: &TestApp, connection: &str, table: &str, query: &str, last_id: Option<&str>) -> Self {
        let path = paths::fill(paths::STREAM_EVENTS, &[connection, table]);
        let mut request = Request::builder().uri(format!("{path}{query}")).header("host", "127.0.0.1:8420");
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        let router = dynadesk_server::router(app.state.clone());
        let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), 200);
        Self {
            body: answer.into_body().into_data_stream(),
            text: String::new(),
            last_id: last_id.unwrap_or_default().to_owned(),
        }
    }

    /// The next event; nothing at the end of the stream. Fails when none comes in time.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    event
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim_start().to_owned())
                };
                if let Some(id) = field("id:") {
                    self.last_id = id;
                }
                let Some(name) = field("event:").filter(|name| name != ALIVE) else {
                    continue;
                };
                return Some(Event {
                    name,
                    data: field("data:").unwrap_or_default(),
                });
            }
            let chunk = tokio::time::timeout(Duration::from_secs(60), self.body.next())
                .await
                .expect("an event in time");
            self.text.push_str(std::str::from_utf8(&chunk?.unwrap()).unwrap());
        }
    }

    /// Waits until it is told where it is: everything written from then on comes.
    pub async fn ready(&mut self) {
        while self.last_id.is_empty() {
            self.next().await.unwrap();
        }
    }

    /// The partition keys of the next records, at least so many.
    pub async fn keys(&mut self, count: usize) -> Vec<String> {
        let mut keys = Vec::new();
        while keys.len() < count {
            let event = self.next().await.expect("the stream goes on");
            if event.name == "records" {
                let records: StreamRecords = serde_json::from_str(&event.data).unwrap();
                keys.extend(records.records.iter().map(|record| match &record.key["pk"] {
                    AttributeValue::S(text) => text.clone(),
                    other => panic!("{other:?}"),
                }));
            }
        }
        keys
    }

    /// The data of the next event of a name.
    pub async fn until(&mut self, name: &str) -> String {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event.name == name {
                return event.data;
            }
        }
    }
}
