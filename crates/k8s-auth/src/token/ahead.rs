//! When a credential is asked for again that costs somebody something: a program's run, a person's attention.

use std::time::{Duration, SystemTime};

/// A minute before the end, or a fifth of its life if that is shorter.
const AHEAD: Duration = Duration::from_secs(60);

/// When to ask again for a credential that came at `now` and is good until `end`: a little earlier or later, so that many
/// clients do not ask at once.
pub(crate) fn ahead_of(end: SystemTime, now: SystemTime) -> SystemTime {
    let life = end.duration_since(now).unwrap_or_default();
    let ahead = (life / 5).min(AHEAD);
    end - ahead.mul_f64(0.8 + 0.2 * fastrand::f64())
}
