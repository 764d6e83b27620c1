//! `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).

use std::time::Duration;

use ::http::{HeaderMap, header};

/// How long the server wants to be left alone; `None` if it does not say, or not so that it can be understood.
///
/// A date counts from the answer's own `Date`, so that neither clock need be right; without one it is no wait at all.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let then = httpdate::parse_http_date(value).ok()?;
    let now = headers
        .get(header::DATE)
        .and_then(|date| date.to_str().ok());
    let now = now.and_then(|date| httpdate::parse_http_date(date).ok());
    let wait = now.and_then(|now| then.duration_since(now).ok());
    Some(wait.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NINE: &str = "Sun, 22 Nov 2026 09:00:00 GMT";

    fn check(value: &str, date: Option<&str>, seconds: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, value.parse().unwrap());
        if let Some(date) = date {
            headers.insert(header::DATE, date.parse().unwrap());
        }
        assert_eq!(
            retry_after(&headers),
            seconds.map(Duration::from_secs),
            "{value}"
        );
    }

    #[test]
    fn understands_seconds() {
        check("1", None, Some(1));
        check(" 0 ", None, Some(0));
        check("99999999999999999999999", None, Some(u64::MAX));
        for bad in ["", "-1", "+1", "1.5", "soon"] {
            check(bad, None, None);
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }

    #[test]
    fn counts_a_date_from_the_answers_own() {
        check("Sun, 22 Nov 2026 09:00:07 GMT", Some(NINE), Some(7));
        check("Sunday, 22-Nov-26 09:02:00 GMT", Some(NINE), Some(120));
        check("Sun Nov 22 09:00:01 2026", Some(NINE), Some(1));
        check("Sun, 22 Nov 2026 08:00:00 GMT", Some(NINE), Some(0));
        check("Sun, 22 Nov 2026 09:00:07 GMT", None, Some(0));
        check("Sun, 22 Nov 2026 09:00:07 GMT", Some("then"), Some(0));
        check("Sun, 77 Nov 2026 09:00:07 GMT", Some(NINE), None);
    }
}
