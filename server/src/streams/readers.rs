//! DynamoDB takes two readers of a shard at once. Hub, relay and a replay are three, and two connections
//! may lead to one table, so each asks here before it asks the engine, and a third waits for its turn.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

const AT_ONCE: usize = 2;

/// By shard: their names are unique wherever they are read from.
static SHARDS: LazyLock<Mutex<HashMap<String, Arc<Semaphore>>>> = LazyLock::new(Mutex::default);

/// A turn at a shard, until it is dropped. Turns are given in the order in which they were asked for.
pub async fn turn(shard: &str) -> Option<OwnedSemaphorePermit> {
    let seats = {
        let mut shards = SHARDS.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = shards
            .entry(shard.to_owned())
            .or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)))
            .clone();
        // Whoever reads or waits holds on to its own: shards come and go, and the others are forgotten.
        shards.retain(|_, seats| Arc::strong_count(seats) > 1);
        seats
    };
    // Nobody closes it.
    seats.acquire_owned().await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_third_reader_of_a_shard_waits() {
        let (first, _second) = (turn("shard-a").await, turn("shard-a").await);
        let third = tokio::spawn(turn("shard-a"));
        assert!(turn("shard-b").await.is_some(), "another shard is free");
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(!third.is_finished(), "two read it");
        drop(first);
        assert!(third.await.expect("not cancelled").is_some());
    }
}
