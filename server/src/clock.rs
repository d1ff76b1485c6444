//! The time, as something that a test can set. Instants are microseconds since 1970 in UTC.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Stands for "ask the machine".
const NOT_SET: i64 = i64::MIN;

/// Cheap to clone; all clones show the same time. Only what ends up in data or on screen asks it:
/// timeouts and paces use tokio's.
#[derive(Clone, Debug)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn system() -> Self {
        Self(Arc::new(AtomicI64::new(NOT_SET)))
    }

    /// Stops the clock at an instant.
    pub fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::Relaxed);
    }

    pub fn now(&self) -> i64 {
        match self.0.load(Ordering::Relaxed) {
            NOT_SET => {
                // A machine whose clock stands before 1970 gets 1970.
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
            }
            set => set,
        }
    }
}
