//! How long ago something was, as kubectl tells it.

use std::time::Duration;

use k8s_api_core::Time;

/// `5m12s`, from a time of the server's; `now` is in seconds since 1970.
pub(crate) fn since(time: Option<&str>, now: i64) -> String {
    match time.and_then(|text| text.parse::<Time>().ok()) {
        Some(time) => {
            let seconds = u64::try_from(now - time.unix_seconds());
            human(Duration::from_secs(seconds.unwrap_or(0)))
        }
        None => "<unknown>".to_owned(),
    }
}

/// Follows `HumanDuration` of k8s.io/apimachinery.
fn human(age: Duration) -> String {
    let seconds = age.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let and = |great: String, small: u64, unit: &str| match small {
        0 => great,
        small => format!("{great}{small}{unit}"),
    };
    match seconds {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_as_kubectl_tells_them() {
        for (seconds, expected) in [
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
            assert_eq!(human(Duration::from_secs(seconds)), expected);
        }
    }
}
