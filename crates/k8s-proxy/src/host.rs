//! Which host a request was made to, as the filter compares it.

use http::{HeaderMap, Uri, header};

/// `Host`, or the URI's authority where there is no such header (HTTP/2); the port still on it.
pub(crate) fn authority<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let header = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    header.or_else(|| uri.authority().map(http::uri::Authority::as_str))
}

/// The host without its port, lower case; an IPv6 address keeps its brackets.
///
/// Follows `extractHost` of kubectl's `pkg/proxy`, except for the brackets: without them no usual pattern matches, and the loopback of
/// IPv6 is refused (kubernetes/kubernetes#77496).
pub(crate) fn host(authority: &str) -> String {
    let end = match authority.rfind(']') {
        Some(bracket) if authority.starts_with('[') => bracket + 1,
        _ => match authority.split_once(':') {
            Some((host, port)) if !port.contains(':') => host.len(),
            _ => authority.len(),
        },
    };
    authority[..end].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::host;

    fn check(authority: &str, expected: &str) {
        assert_eq!(host(authority), expected, "{authority}");
    }

    #[test]
    fn p28_the_port_is_left_off() {
        check("localhost:8085", "localhost");
        check("marmalade", "marmalade");
    }

    #[test]
    fn an_ipv6_address_keeps_its_brackets() {
        check("[::1]:8001", "[::1]");
        check("[::1]", "[::1]");
        check("::1", "::1");
    }

    #[test]
    fn hosts_are_the_same_in_capitals() {
        check("LocalHost:8001", "localhost");
        check("", "");
    }
}
