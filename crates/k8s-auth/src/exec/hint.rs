//! How often a user is told how to install a plugin: ten times an hour, as in client-go.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Counts what was told.
#[derive(Debug)]
pub(super) struct Hints {
    threshold: usize,
    period: Duration,
    told: Mutex<VecDeque<SystemTime>>,
}

impl Default for Hints {
    fn default() -> Self {
        Self::new(10, Duration::from_secs(3_600))
    }
}

impl Hints {
    /// At most `threshold` times in `period`.
    fn new(threshold: usize, period: Duration) -> Self {
        Self {
            threshold,
            period,
            told: Mutex::default(),
        }
    }

    /// Whether it may be told once more.
    pub(super) fn allow(&self, now: SystemTime) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |then: &SystemTime| {
            now.duration_since(*then)
                .map_or(true, |age| age >= self.period)
        };
        while told.front().is_some_and(is_over) {
            told.pop_front();
        }
        let allowed = told.len() < self.threshold;
        if allowed {
            told.push_back(now);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(threshold: usize, period: u64, step: u64, expected: usize) {
        let hints = Hints::new(threshold, Duration::from_secs(period));
        let at = |call: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(call * step);
        let told = (0..10).filter(|call| hints.allow(at(*call))).count();
        assert_eq!(told, expected, "{threshold} in {period} s, every {step} s");
    }

    #[test]
    fn x31_a_hint_is_told_so_often_and_no_more() {
        check(2, 1, 0, 2);
        check(2, 5, 1, 4);
        check(2, 1, 1, 10);
    }
}
