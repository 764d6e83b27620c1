//! Media types as they stand in `Accept` and `Content-Type`: a name, and parameters behind semicolons.

use http::HeaderValue;

/// Whether a `Content-Type` is `expected`, and has all of its parameters. None at all is JSON.
pub(super) fn is(content_type: Option<&HeaderValue>, expected: &str) -> bool {
    let Some(content_type) = content_type else {
        return expected == "application/json";
    };
    let Ok(content_type) = content_type.to_str() else {
        return false;
    };
    let (name, parameters) = parts(content_type);
    let (expected, wanted) = parts(expected);
    let has = |wanted: &str| parameters.clone().any(|p| p.eq_ignore_ascii_case(wanted));
    name.eq_ignore_ascii_case(expected) && wanted.clone().all(has)
}

fn parts(text: &str) -> (&str, impl Iterator<Item = &str> + Clone) {
    let mut parts = text.split(';').map(str::trim);
    (parts.next().unwrap_or_default(), parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_known_by_name_and_parameters() {
        let check = |content_type: &'static str, expected: &str, is_it: bool| {
            let header = HeaderValue::from_static(content_type);
            assert_eq!(is(Some(&header), expected), is_it, "{content_type}");
        };
        check("application/json", "application/json", true);
        check("Application/JSON; charset=utf-8", "application/json", true);
        check("application/json;stream=watch", "application/json", true);
        check("application/jsonx", "application/json", false);
        check("", "application/json", false);
        check("text/html", "application/json", false);
        let watch = "application/vnd.kubernetes.protobuf;stream=watch";
        check("application/vnd.kubernetes.protobuf", watch, false);
        check(
            "application/vnd.kubernetes.protobuf; stream=watch",
            watch,
            true,
        );
        assert!(is(None, "application/json") && !is(None, "application/cbor"));
    }
}
