//! How the text of two flags is read: `--request-timeout` and `--namespace`.

use std::fmt;
use std::time::Duration;

/// Reads `--request-timeout`: seconds (`30`), or Go's durations (`1m30s`, `500ms`); `0` is `None`, no limit.
///
/// # Errors
/// [`InvalidTimeout`] for anything else, negative ones included. Follows `clientcmd.ParseTimeout`.
pub fn parse_timeout(text: &str) -> Result<Option<Duration>, InvalidTimeout> {
    let duration = match text.parse::<u32>() {
        Ok(seconds) => Duration::from_secs(u64::from(seconds)),
        Err(_) => go_duration(text).ok_or(InvalidTimeout(()))?,
    };
    Ok(Some(duration).filter(|duration| !duration.is_zero()))
}

/// A number with a unit, once or more: `1h15m30.918s`.
fn go_duration(text: &str) -> Option<Duration> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.is_empty() {
        return None;
    }
    let mut nanos: u64 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let unit_end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_end);
        let unit: u64 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        nanos = nanos.checked_add(scaled(number, unit)?)?;
        rest = after;
    }
    (nanos <= i64::MAX.unsigned_abs()).then(|| Duration::from_nanos(nanos))
}

/// `1.5` × unit, whole nanoseconds.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: u64 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    let (mut part, mut place) = (0, unit);
    for digit in fraction.bytes() {
        if !digit.is_ascii_digit() {
            return None;
        }
        place /= 10;
        part += u64::from(digit - b'0') * place;
    }
    whole.checked_mul(unit)?.checked_add(part)
}

/// A `--request-timeout` that is no duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimeout(());

impl fmt::Display for InvalidTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "invalid timeout value: it must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
        )
    }
}

impl std::error::Error for InvalidTimeout {}

/// Reads `--namespace`: `ns/`, `namespace/` or `namespaces/` before the name, in any case, is dropped.
#[must_use]
pub fn namespace_flag(text: &str) -> &str {
    match text.split_once('/') {
        Some((kind, name)) if !name.is_empty() => {
            let kinds = ["ns", "namespace", "namespaces"];
            if kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
                name
            } else {
                text
            }
        }
        _ => text,
    }
}
