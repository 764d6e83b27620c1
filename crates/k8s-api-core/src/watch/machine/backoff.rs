//! How long to wait after a failure: doubled with each, forgotten after two quiet minutes.

use std::time::{Duration, Instant};

const FIRST: Duration = Duration::from_millis(800);
const LONGEST: Duration = Duration::from_secs(30);
const FORGOTTEN: Duration = Duration::from_secs(120);
/// A watch lasts so many seconds, and up to as many again.
const WATCH_SECONDS: u32 = 300;

/// The failures of late.
#[derive(Clone, Debug)]
pub(super) struct Backoff {
    longest: Duration,
    failures: u32,
    /// Until when the last failure counts.
    warm_until: Option<Instant>,
    /// State of the generator; 0: nothing is spread.
    random: u64,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            longest: LONGEST,
            failures: 0,
            warm_until: None,
            random: 0,
        }
    }
}

impl Backoff {
    pub(super) fn longest(&mut self, wait: Duration) {
        self.longest = wait;
    }

    pub(super) fn seed(&mut self, seed: u64) {
        // The generator would stay at 0.
        self.random = seed.max(1);
    }

    /// Whether something failed of late.
    pub(super) fn is_warm(&self, now: Instant) -> bool {
        self.warm_until.is_some_and(|until| now < until)
    }

    /// Counts a failure; how long to wait after it.
    pub(super) fn failed(&mut self, now: Instant) -> Duration {
        if !self.is_warm(now) {
            self.failures = 0;
        }
        let wait = FIRST
            .saturating_mul(1 << self.failures.min(6))
            .min(self.longest);
        let wait = wait + wait.mul_f64(self.fraction());
        self.failures = self.failures.saturating_add(1);
        self.warm_until = Some(now + wait + FORGOTTEN);
        wait
    }

    /// How long the server is to keep a watch, in seconds.
    pub(super) fn watch_seconds(&mut self) -> u32 {
        let more = f64::from(WATCH_SECONDS) * self.fraction();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to 300"
        )]
        let more = more as u32;
        WATCH_SECONDS + more
    }

    /// From 0 to 1 (xorshift64).
    fn fraction(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let upper = u32::try_from(self.random >> 32).unwrap_or_default();
        f64::from(upper) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "an instant to count from; no time passes"
)]
mod tests {
    use super::*;

    #[test]
    fn doubles_to_half_a_minute_and_forgets() {
        let mut now = Instant::now();
        let mut backoff = Backoff::default();
        for expected in [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000] {
            let wait = backoff.failed(now);
            assert_eq!(wait, Duration::from_millis(expected));
            now += wait;
        }
        assert!(backoff.is_warm(now));
        now += FORGOTTEN;
        assert_eq!(backoff.failed(now), FIRST);
    }

    #[test]
    fn spreads_waits_and_watches_by_seed() {
        let now = Instant::now();
        let waits = |seed| {
            let mut backoff = Backoff::default();
            backoff.seed(seed);
            [(); 4].map(|()| (backoff.failed(now), backoff.watch_seconds()))
        };
        assert_ne!(waits(1), waits(2));
        for (n, (wait, seconds)) in waits(7).into_iter().enumerate() {
            let least = FIRST * (1 << n);
            assert!(wait >= least && wait < least * 2, "{wait:?}");
            assert!((300..600).contains(&seconds));
        }
        assert_eq!(Backoff::default().watch_seconds(), 300);
    }
}
