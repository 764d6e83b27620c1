//! How long ago something was, as kubectl tells it.

use k8s_api_core::{Time, human_duration};

/// `5m12s`, from a time of the server's; `now` is in seconds since 1970.
pub(crate) fn since(time: Option<&str>, now: i64) -> String {
    match time.and_then(|text| text.parse::<Time>().ok()) {
        Some(time) => human_duration((now - time.unix_seconds()).max(0)),
        None => "<unknown>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_ahead_is_now() {
        let check = |time, expected| assert_eq!(since(time, 60), expected);
        check(Some("1970-01-01T00:00:50Z"), "10s");
        check(Some("1970-01-01T00:02:00Z"), "0s");
        check(Some("yesterday"), "<unknown>");
        check(None, "<unknown>");
    }
}
