//! Reading old records for one watcher, in a task of its own. Two readers of a shard are what DynamoDB
//! takes, so a stream has one replay at a time, and this one gives its turn back: when nobody takes
//! what it read, when the engine refuses for good, and after a while in any case.

use std::time::Duration;

use dynadesk_shared::api::streams::Positions;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

use super::walker::{Batch, Step, Walker};

/// How long one watcher reads before the next has its turn. It goes on where it was when it has its own again.
const TURN: Duration = Duration::from_secs(30);
/// How long a browser may leave what was read for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a replay found.
#[derive(Debug)]
pub enum Told {
    /// The next records of one shard, and the positions in all of them.
    Batch { batch: Batch, positions: Positions },
    /// A call was refused and is made again.
    Trouble(String),
    /// Waiting does not cure it. The turn is over.
    Failed(String),
    /// The stream is off and was read to its end.
    End,
}

/// A replay that runs until this is dropped or its turn is over.
#[derive(Debug)]
pub struct Replay(mpsc::Receiver<Told>);

impl Replay {
    /// Reads in a task for as long as it may keep the permit.
    pub fn start(walker: Walker, permit: OwnedSemaphorePermit) -> Self {
        Self::within(walker, permit, TURN, PATIENCE)
    }

    fn within(mut walker: Walker, permit: OwnedSemaphorePermit, turn: Duration, patience: Duration) -> Self {
        let (tell, told) = mpsc::channel(1);
        tokio::spawn(async move {
            let _permit = permit;
            let until = Instant::now() + turn;
            while Instant::now() < until {
                let step = tokio::select! {
                    () = tell.closed() => return,
                    step = walker.next() => step,
                };
                let (told, last) = match step {
                    Ok(Step::Batch(batch)) => {
                        let positions = walker.all_positions().clone();
                        (Told::Batch { batch, positions }, false)
                    }
                    Ok(Step::Trouble { error, .. }) => (Told::Trouble(error.to_string()), false),
                    Ok(Step::End) => (Told::End, true),
                    Err(error) => (Told::Failed(error.to_string()), true),
                };
                if tell.send_timeout(told, patience).await.is_err() || last {
                    return;
                }
            }
        });
        Self(told)
    }

    /// The next thing; nothing where the turn is over.
    pub async fn next(&mut self) -> Option<Told> {
        self.0.recv().await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::clock::Clock;
    use crate::streams::Start;

    /// A walker of a stream with nothing in it.
    async fn walker() -> Walker {
        let engine = crate::engine::embedded::open(None, true).unwrap();
        let table = json!({
            "TableName": "replayed", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
        });
        engine.create_table(&serde_json::from_value(table).unwrap()).await.unwrap();
        let arn = engine.describe_table_only("replayed").await.unwrap().stream_arn.unwrap();
        Walker::new(engine, &arn, Start::TrimHorizon, Clock::system())
    }

    #[tokio::test]
    async fn a_turn_is_given_back_when_nobody_takes_what_was_read() {
        let turns = Arc::new(Semaphore::new(1));
        let permit = turns.clone().acquire_owned().await.unwrap();
        let left = Replay::within(walker().await, permit, TURN, Duration::ZERO);
        // The next one comes to its turn although the first is still there.
        let _permit = turns.acquire().await.unwrap();
        drop(left);
    }

    #[tokio::test]
    async fn a_turn_is_over_after_a_while_and_with_whoever_had_it() {
        let turns = Arc::new(Semaphore::new(1));
        let permit = turns.clone().acquire_owned().await.unwrap();
        assert!(
            Replay::within(walker().await, permit, Duration::ZERO, PATIENCE)
                .next()
                .await
                .is_none()
        );
        let permit = turns.clone().acquire_owned().await.unwrap();
        let mut replay = Replay::start(walker().await, permit);
        assert!(matches!(replay.next().await, Some(Told::Batch { .. })));
        drop(replay);
        let _permit = turns.acquire().await.unwrap();
    }
}
