//! How the server is asked to stop, and in which order it does.

use std::time::Duration;

use axum_server::Handle;
use tokio_util::sync::CancellationToken;

use super::{Gate, Peer};
use crate::app::AppState;

/// What signals ask for. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// To stop, without losing a request.
    pub asked: CancellationToken,
    /// And not to wait until balancers have noticed.
    pub at_once: CancellationToken,
}

impl Stop {
    /// Once asked: is not ready any more for as long as `drain`, closes the door, hears those out who just came
    /// in, and only then lets everything end.
    pub(crate) async fn leave(self, drain: Duration, app: AppState, door: CancellationToken, gate: Gate, server: Handle<Peer>) {
        self.asked.cancelled().await;
        app.leaving.cancel();
        if !drain.is_zero() {
            tracing::info!(
                seconds = drain.as_secs(),
                "not ready any more: stopping when balancers have noticed, or at a second signal"
            );
            _ = tokio::time::timeout(drain, self.at_once.cancelled()).await;
        }
        door.cancel();
        gate.settled().await;
        app.stopping.cancel();
        server.graceful_shutdown(None);
    }
}
