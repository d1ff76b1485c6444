//! The right to decide which jobs may run beside each other: of one request at a time, among all servers that
//! share their jobs.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::shared::{self, Shared};
use super::{Jobs, Kept};
use crate::error::{Error, Result};

/// How long a decision waits for one of another server.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(100);

/// Held while it is decided which jobs may run beside each other.
#[derive(Debug)]
pub struct Turn<'a> {
    _here: tokio::sync::MutexGuard<'a, ()>,
    everywhere: Option<Everywhere>,
}

/// The turn among all servers. It is given back when this is dropped.
#[derive(Debug)]
struct Everywhere {
    /// Fires when another server may decide by now.
    lost: CancellationToken,
    _over: DropGuard,
}

impl Jobs {
    /// Held from looking at what runs until a job that depends on it is started, resumed or given up.
    pub async fn turn(&self) -> Result<Turn<'_>> {
        let here = self.0.turn.lock().await;
        let everywhere = match &self.0.kept {
            Kept::Here(_) => None,
            Kept::Shared(shared) => Some(among_all(shared, &self.0.running).await?),
        };
        Ok(Turn { _here: here, everywhere })
    }
}

impl Turn<'_> {
    /// Asked before what was decided is done: 409 `jobs_busy` where the store was silent for so long that another
    /// server may have decided otherwise.
    pub fn holds(&self) -> Result<()> {
        match &self.everywhere {
            Some(everywhere) if everywhere.lost.is_cancelled() => Err(busy()),
            _ => Ok(()),
        }
    }
}

async fn among_all(shared: &Shared, running: &TaskTracker) -> Result<Everywhere> {
    let began = Instant::now();
    let lease = loop {
        match shared.store.jobs().take_turn(&shared.owner()).await? {
            Some(lease) => break lease,
            None if began.elapsed() > PATIENCE => return Err(busy()),
            None => tokio::time::sleep(LOOK).await,
        }
    };
    let (over, lost) = (CancellationToken::new(), CancellationToken::new());
    let turn = Everywhere {
        lost: lost.clone(),
        _over: over.clone().drop_guard(),
    };
    let store = shared.store.clone();
    running.spawn(async move {
        tokio::select! {
            () = shared::hold(&store, &lease, "a turn") => lost.cancel(),
            () = over.cancelled() => {
                if let Err(error) = store.jobs().end_turn(&lease).await {
                    tracing::warn!(%error, "a turn could not be given back: others wait until it runs out");
                }
            }
        }
    });
    Ok(turn)
}

fn busy() -> Error {
    let message = "another server is just deciding which jobs may run: try again in a moment";
    Error::conflict("jobs_busy", message)
}
