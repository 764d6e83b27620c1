//! Which headers pass, in either direction.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Between two neighbours only (RFC 9110, 7.6.1), or rewritten by each of them.
fn is_hop_by_hop(name: &str) -> bool {
    matches!(
        name,
        "connection"
            | "expect"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authenticate"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}

/// Who somebody says to be.
fn is_identity(name: &str) -> bool {
    const PREFIXES: [&str; 3] = ["impersonate-", "x-remote-", "x-forwarded-"];
    matches!(
        name,
        "authorization" | "proxy-authorization" | "forwarded" | "x-real-ip"
    ) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// What the browser is told about other origins is for the proxy's origin, not for the server's.
fn is_cors(name: &str) -> bool {
    name.starts_with("access-control-")
}

/// Prepares a request's headers for the API server; gives the protocol that the client wants to change to.
///
/// The client's credentials, impersonation and forwarded addresses are left out unless `trusted`: with them, it would act as somebody else by
/// the proxy's rights.
pub(crate) fn to_server(headers: &mut HeaderMap, trusted: bool) -> Option<HeaderValue> {
    let upgrade = headers.get(header::UPGRADE).cloned();
    drop_named_by_connection(headers);
    remove(headers, |name| {
        name == "host" || is_hop_by_hop(name) || (!trusted && is_identity(name))
    });
    if let Some(protocol) = &upgrade {
        headers.insert(header::UPGRADE, protocol.clone());
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    }
    upgrade
}

/// Prepares an answer's headers for the client.
pub(crate) fn to_client(headers: &mut HeaderMap, upgraded: bool) {
    let upgrade = headers.get(header::UPGRADE).cloned();
    drop_named_by_connection(headers);
    remove(headers, |name| is_hop_by_hop(name) || is_cors(name));
    if let Some(protocol) = upgrade.filter(|_| upgraded) {
        headers.insert(header::UPGRADE, protocol);
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    }
}

fn drop_named_by_connection(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
}

/// Removes headers by their names, in lower case. Most maps are small, and have few that go or none.
fn remove(headers: &mut HeaderMap, goes: impl Fn(&str) -> bool) {
    let named: Vec<HeaderName> = headers
        .keys()
        .filter(|name| goes(name.as_str()))
        .cloned()
        .collect();
    for name in named {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(lines: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        headers
    }

    const REQUEST: [(&str, &str); 14] = [
        ("accept", "application/json"),
        ("authorization", "Bearer mine"),
        ("connection", "keep-alive, X-Odd"),
        ("forwarded", "for=1.2.3.4"),
        ("host", "localhost:8001"),
        ("impersonate-user", "admin"),
        ("impersonate-extra-scopes", "all"),
        ("keep-alive", "timeout=5"),
        ("te", "trailers"),
        ("x-forwarded-for", "1.2.3.4"),
        ("x-odd", "yes"),
        ("x-other", "yes"),
        ("x-real-ip", "1.2.3.4"),
        ("x-remote-user", "admin"),
    ];

    #[test]
    fn nobody_brings_an_identity() {
        let mut headers = map(&REQUEST);
        assert_eq!(to_server(&mut headers, false), None);
        assert_eq!(
            headers,
            map(&[("accept", "application/json"), ("x-other", "yes")])
        );
    }

    #[test]
    fn a_trusted_neighbour_does() {
        let mut headers = map(&REQUEST);
        to_server(&mut headers, true);
        assert_eq!(headers["authorization"], "Bearer mine");
        assert_eq!(headers["impersonate-user"], "admin");
        assert!(!headers.contains_key("host") && !headers.contains_key("x-odd"));
    }

    #[test]
    fn a_change_of_protocol_passes() {
        let lines = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-key", "k"),
        ];
        let mut headers = map(&lines);
        assert_eq!(to_server(&mut headers, false).unwrap(), "websocket");
        assert_eq!(headers["connection"], "Upgrade");
        assert_eq!(headers["upgrade"], "websocket");
        assert_eq!(headers["sec-websocket-key"], "k");
    }

    #[test]
    fn cors_headers_do_not_come_back() {
        let lines = [
            ("access-control-allow-origin", "*"),
            ("audit-id", "a"),
            ("connection", "close"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
        ];
        let mut headers = map(&lines);
        to_client(&mut headers, false);
        assert_eq!(headers, map(&[("audit-id", "a")]));
    }

    #[test]
    fn an_upgraded_answer_says_so() {
        let mut headers = map(&[("connection", "Upgrade"), ("upgrade", "SPDY/3.1")]);
        to_client(&mut headers, true);
        assert_eq!(headers["upgrade"], "SPDY/3.1");
        assert_eq!(headers["connection"], "Upgrade");
    }
}
