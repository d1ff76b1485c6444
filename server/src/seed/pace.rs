//! How many writes may be under way at once: fewer after each throttle, more after each success.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A burst of throttles has one cause, so it cuts the pace once.
const BETWEEN_CUTS: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub struct Pace {
    most: f64,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    limit: f64,
    cut_at: Option<Instant>,
}

impl Pace {
    /// Begins at a quarter of the most: an unknown table is not met at full speed.
    pub fn new(most: usize) -> Self {
        let most = most as f64;
        let now = Now {
            limit: (most / 4.0).max(1.0),
            cut_at: None,
        };
        Self {
            most,
            now: Mutex::new(now),
        }
    }

    /// Never less than one.
    pub fn limit(&self) -> usize {
        self.lock().limit as usize
    }

    /// The engine throttled.
    pub fn cut(&self) {
        let mut now = self.lock();
        if now.cut_at.is_none_or(|at| at.elapsed() >= BETWEEN_CUTS) {
            now.limit = (now.limit / 2.0).max(1.0);
            now.cut_at = Some(Instant::now());
        }
    }

    /// The engine took a write as it came. One more at once for each round of these.
    pub fn raise(&self) {
        let mut now = self.lock();
        now.limit = (now.limit + 1.0 / now.limit).min(self.most);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttles_cut_once_a_burst_and_successes_raise_slowly() {
        let pace = Pace::new(16);
        assert_eq!(pace.limit(), 4);
        pace.cut();
        pace.cut();
        assert_eq!(pace.limit(), 2);
        for _ in 0..1000 {
            pace.raise();
        }
        assert_eq!(pace.limit(), 16);
    }
}
