//! How long requests took, as counts in steps that grow: percentiles to within a fifth, in little room.

/// Two steps double the time, from a tenth of a millisecond to a minute and a half.
const STEPS: usize = 40;
const FIRST_MS: f64 = 0.1;

#[derive(Clone, Debug, PartialEq)]
pub struct Latencies([u32; STEPS]);

impl Default for Latencies {
    fn default() -> Self {
        Self([0; STEPS])
    }
}

impl Latencies {
    pub fn add(&mut self, took_ms: f64) {
        let step = ((took_ms / FIRST_MS).max(1.0).log2() * 2.0).ceil() as usize;
        let count = &mut self.0[step.min(STEPS - 1)];
        *count = count.saturating_add(1);
    }

    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count = count.saturating_add(more);
        }
    }

    /// The time within which so many of a hundred were done; nothing where there were none.
    pub fn percentile(&self, percent: u64) -> Option<f64> {
        let all: u64 = self.0.iter().map(|count| u64::from(*count)).sum();
        let wanted = (all * percent).div_ceil(100).max(1);
        let mut so_far = 0;
        let step = self.0.iter().position(|count| {
            so_far += u64::from(*count);
            so_far >= wanted
        })?;
        Some(FIRST_MS * (step as f64 / 2.0).exp2())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_close() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.percentile(50), None);
        for took in 1..=1_000 {
            latencies.add(f64::from(took));
        }
        for (percent, exact) in [(50, 500.0), (90, 900.0), (99, 990.0)] {
            let found = latencies.percentile(percent).expect("counted");
            assert!(found >= exact && found <= exact * 1.5, "p{percent} is {found}");
        }
    }

    #[test]
    fn the_shortest_and_the_longest_have_their_place() {
        let mut latencies = Latencies::default();
        for took in [0.0, f64::INFINITY, f64::NAN] {
            latencies.add(took);
        }
        assert_eq!(latencies.percentile(1), Some(FIRST_MS));
        assert!(latencies.percentile(99).expect("counted") > 60_000.0);
    }
}
