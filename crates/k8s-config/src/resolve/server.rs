//! The `server` of a cluster as an absolute URL.

use std::net::IpAddr;

use http::Uri;

use crate::proxy::{has_bad_escape, has_bad_port, percent_decode};

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
    let path = escaped(path);
    let uri: Uri = format!("{scheme}://{host}{path}").parse().ok()?;
    let has_host = uri.host().is_some_and(|host| !host.is_empty());
    let usable = has_host && !has_bad_port(&uri) && !has_bad_escape(&path);
    usable.then_some(Server { uri, user })
}

/// Escapes what may not stand in a path, such as spaces and letters beyond ASCII, as Go does. Escapes that are there already stay.
fn escaped(path: &str) -> String {
    let odd = |byte: u8| byte >= 0x80 || b" \"<>\\^`{|}".contains(&byte);
    path.bytes().fold(String::new(), |mut text, byte| {
        match odd(byte) {
            true => text.push_str(&format!("%{byte:02X}")),
            false => text.push(byte.into()),
        }
        text
    })
}

/// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
