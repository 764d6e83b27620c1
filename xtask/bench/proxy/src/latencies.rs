//! How long things took.

use std::time::Duration;

/// Durations, to be asked for their percentiles.
#[derive(Clone, Debug, Default)]
pub struct Latencies {
    micros: Vec<u32>,
}

impl Latencies {
    /// Adds one.
    pub fn push(&mut self, took: Duration) {
        self.micros
            .push(took.as_micros().try_into().unwrap_or(u32::MAX));
    }

    /// Adds those of another.
    pub fn append(&mut self, mut other: Self) {
        self.micros.append(&mut other.micros);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.micros.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.micros.is_empty()
    }

    /// The duration in microseconds that so many of a hundred do not exceed; 0 where there is none.
    pub fn percentile(&mut self, percent: usize) -> u32 {
        self.micros.sort_unstable();
        let last = self.micros.len().saturating_sub(1);
        self.micros
            .get(last * percent / 100)
            .copied()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_them() {
        let mut all = Latencies::default();
        assert_eq!(all.percentile(99), 0);
        for micros in (1..=101).rev() {
            all.push(Duration::from_micros(micros));
        }
        assert_eq!(
            (all.percentile(0), all.percentile(99), all.percentile(100)),
            (1, 100, 101)
        );
    }
}
