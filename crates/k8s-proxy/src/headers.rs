//! Which headers pass, in either direction.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Between two neighbours only (RFC 9110, 7.6.1), or rewritten by each of them.
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    header::EXPECT,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Who somebody says to be.
const IDENTITY: [HeaderName; 4] = [
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::FORWARDED,
    HeaderName::from_static("x-real-ip"),
];

const IDENTITY_PREFIXES: [&str; 3] = ["impersonate-", "x-remote-", "x-forwarded-"];

/// What the browser is told about other origins is for the proxy's origin, not for the server's.
const CORS: &str = "access-control-";

/// Prepares a request's headers for the API server; gives the protocol that the client wants to change to.
///
/// The client's credentials, impersonation and forwarded addresses are left out unless `trusted`: with them, it would act as somebody else by
/// the proxy's rights.
pub(crate) fn to_server(headers: &mut HeaderMap, trusted: bool) -> Option<HeaderValue> {
    let upgrade = headers.get(header::UPGRADE).cloned();
    drop_named_by_connection(headers);
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    headers.remove(header::HOST);
    if !trusted {
        for name in IDENTITY {
            headers.remove(name);
        }
        drop_prefixed(headers, &IDENTITY_PREFIXES);
    }
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
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    drop_prefixed(headers, &[CORS]);
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

fn drop_prefixed(headers: &mut HeaderMap, prefixes: &[&str]) {
    let begins = |name: &&HeaderName| {
        prefixes
            .iter()
            .any(|prefix| name.as_str().starts_with(prefix))
    };
    let names: Vec<HeaderName> = headers.keys().filter(begins).cloned().collect();
    for name in names {
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
