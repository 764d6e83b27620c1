//! A token bucket, as a value: places are reserved, and given back.

use std::time::Duration;

use tokio::time::Instant;

/// Tokens that grow by `qps` a second up to `burst`; below zero, they are promised to whoever waits.
///
/// Follows golang.org/x/time `rate.Limiter` (`reserveN`, `CancelAt`), on which client-go's `flowcontrol` stands.
#[derive(Debug)]
pub(super) struct Bucket {
    qps: f64,
    burst: f64,
    tokens: f64,
    /// When `tokens` was true.
    at: Option<Instant>,
    /// When the last one of those who wait will go.
    last: Option<Instant>,
}

impl Bucket {
    pub(super) fn new(qps: f64, burst: f64) -> Self {
        Self {
            qps,
            burst,
            tokens: burst,
            at: None,
            last: None,
        }
    }

    /// Takes a place; how long until it is its turn.
    pub(super) fn reserve(&mut self, now: Instant) -> Duration {
        if self.is_unlimited() {
            return Duration::ZERO;
        }
        self.grow(now);
        self.tokens -= 1.0;
        let wait = Duration::try_from_secs_f64(-self.tokens / self.qps).unwrap_or_default();
        self.last = now.checked_add(wait);
        wait
    }

    /// Gives a place back whose turn would have been `at`; what was promised to those behind it stays so.
    pub(super) fn give_back(&mut self, at: Instant, now: Instant) {
        if self.is_unlimited() || at <= now {
            return;
        }
        self.grow(now);
        let last = self.last.unwrap_or(at);
        let behind = last.saturating_duration_since(at).as_secs_f64() * self.qps;
        self.tokens = (self.tokens + (1.0 - behind).max(0.0)).min(self.burst);
        if last == at {
            let step = Duration::try_from_secs_f64(1.0 / self.qps).unwrap_or_default();
            self.last = at.checked_sub(step);
        }
    }

    fn is_unlimited(&self) -> bool {
        // A number that is none is no limit either.
        !(self.qps > 0.0 && self.qps.is_finite())
    }

    fn grow(&mut self, now: Instant) {
        let since = self
            .at
            .map_or(Duration::ZERO, |at| now.saturating_duration_since(at));
        self.tokens = (self.tokens + since.as_secs_f64() * self.qps).min(self.burst);
        self.at = Some(self.at.map_or(now, |at| at.max(now)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(wait: Duration) -> u128 {
        // Half a millisecond for what doubles round.
        (wait + Duration::from_micros(500)).as_millis()
    }

    #[test]
    fn a_burst_goes_at_once_and_the_others_in_line() {
        let (mut bucket, now) = (Bucket::new(5.0, 3.0), Instant::now());
        let waits: Vec<_> = (0..6).map(|_| millis(bucket.reserve(now))).collect();
        assert_eq!(waits, [0, 0, 0, 200, 400, 600]);
        let later = now + Duration::from_millis(700);
        assert_eq!(millis(bucket.reserve(later)), 100);
    }

    #[test]
    fn tokens_grow_to_the_burst_and_no_further() {
        let (mut bucket, now) = (Bucket::new(10.0, 2.0), Instant::now());
        bucket.reserve(now);
        let later = now + Duration::from_secs(3600);
        let waits: Vec<_> = (0..4).map(|_| millis(bucket.reserve(later))).collect();
        assert_eq!(waits, [0, 0, 100, 200]);
    }

    #[test]
    fn a_place_that_nobody_has_behind_it_is_given_back() {
        let (mut bucket, now) = (Bucket::new(1.0, 1.0), Instant::now());
        bucket.reserve(now);
        let wait = bucket.reserve(now);
        bucket.give_back(now + wait, now);
        assert_eq!(millis(bucket.reserve(now)), 1000);
    }

    #[test]
    fn a_place_that_others_stand_behind_stays_promised() {
        let (mut bucket, now) = (Bucket::new(1.0, 1.0), Instant::now());
        let waits: Vec<_> = (0..3).map(|_| bucket.reserve(now)).collect();
        bucket.give_back(now + waits[1], now);
        assert_eq!(millis(bucket.reserve(now)), 3000);
    }

    #[test]
    fn no_rate_is_no_limit() {
        for qps in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let (mut bucket, now) = (Bucket::new(qps, 1.0), Instant::now());
            assert!((0..100).all(|_| bucket.reserve(now).is_zero()), "{qps}");
        }
    }
}
