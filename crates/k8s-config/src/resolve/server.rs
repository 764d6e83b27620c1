//! The `server` of a cluster as an absolute URL.

use std::net::IpAddr;

use http::Uri;

use crate::proxy::{has_bad_port, percent_decode};

/// A server, and the user info that stood in its URL.
pub(crate) struct Server {
    pub(crate) uri: Uri,
    pub(crate) user: Option<(String, String)>,
}

/// Reads `https://host:port/path` or `host:port`, which means http; query and fragment are dropped.
///
/// Follows `rest.DefaultServerURL`; other schemes, which Go fails to connect to later, are refused here.
pub(crate) fn parse_server(text: &str) -> Option<Server> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("http".to_owned(), text),
    };
    if scheme != "https" && scheme != "http" {
        return None;
    }
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if !text.contains("://") && !matches!(path, "" | "/") {
        return None;
    }
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    let user = match user {
        Some(user) => {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            Some((percent_decode(name)?, percent_decode(password)?))
        }
        None => None,
    };
    let uri: Uri = format!("{scheme}://{host}{path}").parse().ok()?;
    let usable = uri.host().is_some_and(|host| !host.is_empty()) && !has_bad_port(&uri);
    usable.then_some(Server { uri, user })
}

/// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
