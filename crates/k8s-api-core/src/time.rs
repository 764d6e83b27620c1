//! A point in time as the API writes it: RFC 3339, UTC, whole seconds or microseconds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Kubernetes' `metav1.Time`: printed with seconds only, whatever the precision it was read with.
///
/// With `k8s-openapi` types, that crate's own time type is used instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(jiff::Timestamp);

/// Kubernetes' `metav1.MicroTime`: printed with six digits after the second, as leases and events have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MicroTime(jiff::Timestamp);

/// A text that is not an RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTime(());

// === impl Time ===

impl Time {
    /// The time `seconds` after the Unix epoch; `None` outside of the years -9999 to 9999.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// Whole seconds since the Unix epoch.
    pub fn unix_seconds(&self) -> i64 {
        self.0.as_second()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}", self.0)
    }
}

impl FromStr for Time {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        text.parse().map(Self).map_err(|_| InvalidTime(()))
    }
}

// === impl MicroTime ===

impl MicroTime {
    /// The time `microseconds` after the Unix epoch; `None` outside of the years -9999 to 9999.
    pub fn from_unix_microseconds(microseconds: i64) -> Option<Self> {
        jiff::Timestamp::from_microsecond(microseconds)
            .ok()
            .map(Self)
    }

    /// Whole microseconds since the Unix epoch.
    pub fn unix_microseconds(&self) -> i64 {
        self.0.as_microsecond()
    }
}

impl fmt::Display for MicroTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.0)
    }
}

impl FromStr for MicroTime {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        text.parse().map(Self).map_err(|_| InvalidTime(()))
    }
}

/// A length of time for people, in two or three digits: `90s`, `5m12s`, `3h`, `2d4h`, `1y200d`.
///
/// Clocks that differ by a second make an age negative: that is `0s`, what lies further ahead `<invalid>`. Follows
/// `HumanDuration` of k8s.io/apimachinery `pkg/util/duration` (v0.36), with which tables tell ages.
///
/// ```
/// use k8s_api_core::human_duration;
///
/// assert_eq!(human_duration(312), "5m12s");
/// ```
pub fn human_duration(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let and = |great: String, small: i64, unit: &str| match small {
        0 => great,
        small => format!("{great}{small}{unit}"),
    };
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => and(format!("{minutes}m"), seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => and(format!("{hours}h"), minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => and(format!("{days}d"), hours % 24, "h"),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => and(format!("{}y", days / 365), days % 365, "d"),
        _ => format!("{}y", days / 365),
    }
}

/// Through JSON as a text.
macro_rules! as_text {
    ($($time:ident)*) => {
        $(impl Serialize for $time {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $time {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text).map(Self)
            }
        })*
    };
}

as_text!(Time MicroTime);

struct Text;

impl de::Visitor<'_> for Text {
    type Value = jiff::Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<jiff::Timestamp, E> {
        text.parse().map_err(|_| E::custom(InvalidTime(())))
    }
}

// === impl InvalidTime ===

impl fmt::Display for InvalidTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an RFC 3339 time")
    }
}

impl std::error::Error for InvalidTime {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, printed: Option<&str>) {
        let time = input.parse::<Time>().ok().map(|time| time.to_string());
        assert_eq!(time.as_deref(), printed, "{input}");
    }

    #[test]
    fn prints_whole_seconds_in_utc() {
        check("2026-11-22T03:04:05Z", Some("2026-11-22T03:04:05Z"));
        check("2026-11-22T03:04:05.999999Z", Some("2026-11-22T03:04:05Z"));
        check("2026-11-22T05:04:05+02:00", Some("2026-11-22T03:04:05Z"));
        check("yesterday", None);
        check("", None);
    }

    #[test]
    fn tells_lengths_as_kubectl_does() {
        for (seconds, expected) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (121, "2m1s"),
            (700, "11m"),
            (10_800, "3h"),
            (10_860, "3h1m"),
            (90_000, "25h"),
            (172_800, "2d"),
            (180_000, "2d2h"),
            (864_000, "10d"),
            (63_072_000, "2y"),
            (63_158_400, "2y1d"),
            (315_360_000, "10y"),
        ] {
            assert_eq!(human_duration(seconds), expected);
        }
    }

    #[test]
    fn travels_through_json() {
        let time: Time = serde_json::from_str("\"2026-11-22T03:04:05Z\"").unwrap();
        assert_eq!(
            serde_json::to_string(&time).unwrap(),
            "\"2026-11-22T03:04:05Z\""
        );
        assert_eq!(time.unix_seconds(), 1_795_316_645);
        assert_eq!(Time::from_unix_seconds(1_795_316_645), Some(time));
    }

    #[test]
    fn prints_microseconds_always() {
        for (input, printed) in [
            ("2026-11-22T03:04:05Z", "2026-11-22T03:04:05.000000Z"),
            (
                "2026-11-22T03:04:05.1234567Z",
                "2026-11-22T03:04:05.123456Z",
            ),
            ("2026-11-22T05:04:05.5+02:00", "2026-11-22T03:04:05.500000Z"),
        ] {
            let time: MicroTime = serde_json::from_str(&format!("\"{input}\"")).unwrap();
            assert_eq!(time.to_string(), printed);
        }
        let time = MicroTime::from_unix_microseconds(1_500_000).unwrap();
        assert_eq!(time.to_string(), "1970-01-01T00:00:01.500000Z");
        assert_eq!(time.unix_microseconds(), 1_500_000);
    }
}
