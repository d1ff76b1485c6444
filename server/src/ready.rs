//! Whether this server should be given requests: its store and the connection that it begins with answer.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::connections::Connections;
use crate::store::Store;

/// Anybody may ask, so engines are asked at most so often.
const BELIEVED: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(4);

#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, bool)>>);

impl Readiness {
    pub async fn ask(&self, connections: &Connections, store: &Store) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, ready)) = *last
            && at.elapsed() < BELIEVED
        {
            return ready;
        }
        let first = connections.iter().find(|connection| connection.view.is_default);
        let answers = async {
            match first {
                Some(connection) => connection.engine.ping().await.is_ok(),
                None => true,
            }
        };
        let both = timeout(PATIENCE, async { tokio::join!(answers, store.status()) }).await;
        let ready = both.is_ok_and(|(answers, store)| answers && store.available);
        if !ready && last.is_none_or(|(_, was)| was) {
            tracing::warn!(
                first = first.map_or("none", |connection| connection.view.name.as_str()),
                "not ready: the store or this connection does not answer"
            );
        }
        *last = Some((Instant::now(), ready));
        ready
    }
}
