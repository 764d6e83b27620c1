//! What is known of the token: a value with `now` as an argument.

use std::time::{Duration, SystemTime};

use crate::token::{Token, TokenId};

/// How soon a renewal is tried again after one that failed, or for a token that is refused again.
const PAUSE: Duration = Duration::from_secs(10);

/// A token and its times.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) token: Token,
    got: SystemTime,
    renew_at: Option<SystemTime>,
    dead_at: Option<SystemTime>,
}

/// What to do for one who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The token is good.
    Use,
    /// The token is good, and one of those who ask should renew it.
    UseAndRenew,
    /// The token is of no use: wait for the next one.
    Wait,
}

impl Held {
    /// A token that came at `now`; `jitter` is between 0 and 1.
    pub(super) fn new(token: Token, now: SystemTime, jitter: f64) -> Self {
        let expires = token.expires_at();
        let life = expires.map(|end| end.duration_since(now).unwrap_or_default());
        // Renewed after 75 to 85 of 100 parts of its life; dead a little before its end: clocks differ.
        let usual = life.map(|life| now + life.mul_f64(0.75 + 0.1 * jitter));
        let renew_at = token.renews_from().or(usual);
        let margin = life.map(|life| (life / 10).min(PAUSE));
        let dead_at = expires.zip(margin).map(|(end, margin)| end - margin);
        Self {
            token,
            got: now,
            renew_at,
            dead_at,
        }
    }

    pub(super) fn is_dead(&self, now: SystemTime) -> bool {
        self.dead_at.is_some_and(|dead_at| now >= dead_at)
    }

    /// What to do with it, for one whose last token was refused or who has none (`seen`), when the last try to renew it
    /// failed at `failed`.
    pub(super) fn verdict(
        &self,
        now: SystemTime,
        seen: Option<&TokenId>,
        failed: Option<SystemTime>,
    ) -> Verdict {
        let paused = failed.is_some_and(|failed| is_within(PAUSE, failed, now));
        if self.is_dead(now) {
            return Verdict::Wait;
        }
        let refused = seen.is_some_and(|seen| *seen == self.token.id());
        if refused && !paused && !is_within(PAUSE, self.got, now) {
            return Verdict::Wait;
        }
        let due = self.renew_at.is_some_and(|renew_at| now >= renew_at);
        if due && !paused {
            Verdict::UseAndRenew
        } else {
            Verdict::Use
        }
    }
}

fn is_within(limit: Duration, then: SystemTime, now: SystemTime) -> bool {
    // A clock that was set back makes no token young for ever.
    now.duration_since(then).is_ok_and(|age| age < limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
    }

    fn held(life: Option<u64>) -> Held {
        let mut token = Token::new("t").unwrap();
        if let Some(life) = life {
            token = token.expires(at(life));
        }
        Held::new(token, at(0), 0.5)
    }

    fn check(life: Option<u64>, now: u64, refused: bool, failed: Option<u64>, expected: Verdict) {
        let held = held(life);
        let id = held.token.id();
        let verdict = held.verdict(at(now), refused.then_some(&id), failed.map(at));
        assert_eq!(
            verdict, expected,
            "life {life:?}, {now}, refused {refused}, failed {failed:?}"
        );
    }

    #[test]
    fn is_renewed_after_four_fifths_and_dead_before_its_end() {
        check(Some(600), 479, false, None, Verdict::Use);
        check(Some(600), 480, false, None, Verdict::UseAndRenew);
        check(Some(600), 589, false, None, Verdict::UseAndRenew);
        check(Some(600), 590, false, None, Verdict::Wait);
        check(Some(20), 17, false, None, Verdict::UseAndRenew);
        check(Some(20), 18, false, None, Verdict::Wait);
        check(Some(0), 0, false, None, Verdict::Wait);
        check(None, 1_000_000, false, None, Verdict::Use);
    }

    #[test]
    fn a_refused_token_is_renewed_once_it_is_ten_seconds_old() {
        check(None, 9, true, None, Verdict::Use);
        check(None, 10, true, None, Verdict::Wait);
        check(None, 30, true, Some(25), Verdict::Use);
        check(None, 35, true, Some(25), Verdict::Wait);
    }

    #[test]
    fn a_failed_renewal_is_tried_again_after_ten_seconds() {
        check(Some(600), 500, false, Some(495), Verdict::Use);
        check(Some(600), 505, false, Some(495), Verdict::UseAndRenew);
        check(Some(600), 595, false, Some(594), Verdict::Wait);
    }

    #[test]
    fn another_refused_token_is_no_reason_to_renew_this_one() {
        let other = Token::new("other").unwrap().id();
        assert_eq!(held(None).verdict(at(60), Some(&other), None), Verdict::Use);
    }

    #[test]
    fn is_renewed_when_its_source_says() {
        let token = Token::new("t").unwrap();
        let held = Held::new(token.expires(at(600)).renew_from(at(540)), at(0), 0.5);
        assert_eq!(held.verdict(at(539), None, None), Verdict::Use);
        assert_eq!(held.verdict(at(540), None, None), Verdict::UseAndRenew);
    }

    #[test]
    fn jitter_keeps_within_a_tenth_of_the_life() {
        let due =
            |jitter| Held::new(Token::new("t").unwrap().expires(at(1000)), at(0), jitter).renew_at;
        assert_eq!((due(0.0), due(1.0)), (Some(at(750)), Some(at(850))));
    }
}
