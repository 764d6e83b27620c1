//! Instants and spans in words.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// `2026-11-26 09:40:12Z`; what no calendar holds is `?`.
pub(crate) fn written(time: SystemTime) -> String {
    Timestamp::try_from(time).map_or_else(
        |_| "?".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
    )
}

/// `3 d 4 h`, `12 min`, `8 s`, `20 ms`: the greatest unit, beside days and hours the next one, too.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let two = |great: u64, unit: &str, small: u64, smaller: &str| match small {
        0 => format!("{great} {unit}"),
        _ => format!("{great} {unit} {small} {smaller}"),
    };
    match seconds {
        86_400.. => two(days, "d", hours, "h"),
        3_600.. => two(hours, "h", minutes, "min"),
        60.. => format!("{minutes} min"),
        1.. => format!("{seconds} s"),
        0 => format!("{} ms", time.as_millis()),
    }
}

/// How far apart two instants are.
pub(crate) fn apart(a: SystemTime, b: SystemTime) -> Duration {
    a.duration_since(b)
        .unwrap_or_else(|before| before.duration())
}

/// `in 3 h`, `12 min ago`.
pub(crate) fn relative(time: SystemTime, now: SystemTime) -> String {
    let span = span(apart(time, now));
    if time > now {
        format!("in {span}")
    } else {
        format!("{span} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_units_that_people_use() {
        for (seconds, expected) in [
            (1, "1 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3_599, "59 min"),
            (3_600, "1 h"),
            (3_660, "1 h 1 min"),
            (86_400, "1 d"),
            (90_000, "1 d 1 h"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
        assert_eq!(span(Duration::from_millis(20)), "20 ms");
    }

    #[test]
    fn instants_stand_in_utc() {
        let at = |secs| SystemTime::UNIX_EPOCH + Duration::from_secs(secs);
        assert_eq!(written(at(1_795_316_645)), "2026-11-22 03:04:05Z");
        assert_eq!(relative(at(10), at(70)), "1 min ago");
        assert_eq!(relative(at(70), at(10)), "in 1 min");
    }
}
