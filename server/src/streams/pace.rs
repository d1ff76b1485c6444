//! How long a shard rests between two calls.

use std::time::Duration;

use rand::Rng as _;

/// After records that did not fill a page, and the first rest of a quiet shard.
const BUSY: Duration = Duration::from_millis(200);
/// A quiet shard never rests longer.
const QUIET: Duration = Duration::from_secs(2);
/// Nor shorter than this, once it is quiet.
const QUICK: Duration = Duration::from_millis(350);
/// A quiet shard costs at most about a fiftieth of the time in calls, so a call within the process
/// is made more often than one across the world.
const SHARE: u32 = 50;
/// The first and the longest wait after a refusal.
const BACK_OFF: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(10);

/// The rest before a shard's next call. `idle` counts the empty pages in a row.
pub fn rest(idle: u32, full: bool, took: Duration) -> Duration {
    if full {
        return Duration::ZERO;
    }
    if idle == 0 {
        return BUSY;
    }
    let most = (took * SHARE).clamp(QUICK, QUIET);
    let wanted = BUSY * (idle.min(20) + 1) / 2;
    jitter(wanted.clamp(BUSY, most))
}

/// The wait after the refusal number `failures`, somewhere between half and all of what it doubled to.
pub fn back_off(failures: u32) -> Duration {
    let most = BACK_OFF.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(LONGEST);
    most.mul_f64(rand::rng().random_range(0.5..=1.0))
}

/// A tenth more or less, so that shards do not all ask at the same moment.
fn jitter(rest: Duration) -> Duration {
    rest.mul_f64(rand::rng().random_range(0.9..=1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_shard_is_asked_soon_and_a_quiet_one_rarely() {
        let near = Duration::from_millis(1);
        let far = Duration::from_millis(40);
        assert_eq!(rest(0, true, far), Duration::ZERO);
        assert_eq!(rest(0, false, far), BUSY);
        assert!(rest(1000, false, near) < Duration::from_millis(400));
        assert!(rest(1000, false, far) >= Duration::from_millis(1700));
        assert!(rest(1000, false, Duration::from_secs(5)) <= Duration::from_millis(2200));
    }

    #[test]
    fn refusals_wait_longer_and_not_for_ever() {
        assert!(back_off(1) <= BACK_OFF && back_off(1) >= BACK_OFF / 2);
        assert!(back_off(4) >= BACK_OFF * 4);
        assert!(back_off(u32::MAX) <= LONGEST);
    }
}
