//! The server's wall clock: it follows tokio's time, paused or not, and can be set forward.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// A wall clock that tests can move. Clones show the same time.
///
/// It begins with the system's time and goes on as tokio's clock does: under `tokio::time::pause` it stands still and
/// follows `tokio::time::advance`. Tokens expire by it; objects are stamped by it.
#[derive(Clone)]
pub struct Clock {
    began: SystemTime,
    instant: Instant,
    ahead: Arc<Mutex<Duration>>,
}

impl Clock {
    /// A clock that begins with the system's time.
    pub fn system() -> Self {
        Self::starting_at(SystemTime::now())
    }

    /// A clock that begins with `time`.
    pub fn starting_at(time: SystemTime) -> Self {
        Self {
            began: time,
            instant: Instant::now(),
            ahead: Arc::default(),
        }
    }

    /// The time now.
    pub fn now(&self) -> SystemTime {
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        self.began + self.instant.elapsed() + ahead
    }

    /// Sets the clock forward, for its clones too, without waiting.
    pub fn advance(&self, by: Duration) {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) += by;
    }

    /// Whole seconds since 1970, as tokens count them.
    pub(crate) fn seconds(&self) -> u64 {
        self.now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
    }

    /// The time as `metav1.Time` prints it: RFC 3339 in UTC, whole seconds.
    pub(crate) fn timestamp(&self) -> String {
        rfc3339(self.seconds())
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.timestamp()).finish()
    }
}

/// Seconds since 1970 as `2006-01-02T15:04:05Z`.
pub(crate) fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a civil date: the year begins in March, so that the leap day comes last.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Seconds since 1970 as Go's RFC 1123 has it: `Mon, 02 Jan 2006 15:04:05 UTC`.
pub(crate) fn http_date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let iso = rfc3339(seconds);
    let part = |from: usize, to: usize| iso.get(from..to).unwrap_or_default();
    let day = usize::try_from(seconds / 86_400 % 7).unwrap_or_default();
    let month = part(5, 7).parse::<usize>().unwrap_or(1) - 1;
    let (weekday, month) = (DAYS[day], MONTHS[month]);
    format!(
        "{weekday}, {} {month} {} {} UTC",
        part(8, 10),
        part(0, 4),
        part(11, 19)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_times_as_the_api_does() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_392_930, "2026-11-23T00:15:30Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }

    #[test]
    fn prints_times_as_headers_have_them() {
        for (seconds, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 UTC"),
            (1_795_392_930, "Mon, 23 Nov 2026 00:15:30 UTC"),
        ] {
            assert_eq!(http_date(seconds), text);
        }
    }

    #[test]
    fn set_forward_its_clones_follow() {
        let clock = Clock::starting_at(UNIX_EPOCH);
        let clone = clock.clone();
        clock.advance(Duration::from_secs(90));
        assert_eq!(clone.seconds(), 90);
    }
}
