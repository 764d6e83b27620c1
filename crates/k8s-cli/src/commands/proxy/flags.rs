//! The flags of `kubectl proxy`, and two of ours.

use crate::args::{Flag, Kind};

/// The default of `--port`.
pub(super) const PORT: u32 = 8001;

/// What is not passed on by default; kubectl's default is the first two.
const REJECTED: &str = "^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach,^/api/.*/pods/.*/portforward,^/api/.*/pods/.*/ephemeralcontainers,^/api/.*/pods/.*/proxy,^/api/.*/services/.*/proxy,^/api/.*/nodes/.*/proxy,^/api/.*/serviceaccounts/.*/token";

pub(super) const FLAGS: &[Flag] = &[
    Flag::new(
        "accept-hosts",
        Kind::Text(r"^localhost$,^127\.0\.0\.1$,^\[::1\]$"),
        "Regular expression for hosts that the proxy should accept.",
    ),
    Flag::new(
        "accept-paths",
        Kind::Text("^.*"),
        "Regular expression for paths that the proxy should accept.",
    ),
    Flag::new(
        "address",
        Kind::Text("127.0.0.1"),
        "The IP address on which to serve on.",
    ),
    Flag::new(
        "api-prefix",
        Kind::Text("/"),
        "Prefix to serve the proxied API under.",
    ),
    Flag::new(
        "append-server-path",
        Kind::Bool(false),
        "If true, enables automatic path appending of the kube context server path to each request.",
    ),
    Flag::new(
        "disable-filter",
        Kind::Bool(false),
        "If true, disable request filtering in the proxy. This is dangerous, and can leave you vulnerable to XSRF attacks, when used with an accessible port.",
    ),
    Flag::new(
        "health-port",
        Kind::Text(""),
        "Port on which /healthz, /readyz and /metrics are served, on all addresses. Set to 0 to pick a random port; without it they are not served.",
    ),
    Flag::new(
        "keepalive",
        Kind::Duration("0s"),
        "keepalive specifies the keep-alive period for an active network connection. Set to 0 to disable keepalive.",
    ),
    Flag::new(
        "port",
        Kind::Int(PORT),
        "The port on which to run the proxy. Set to 0 to pick a random port.",
    )
    .short('p'),
    Flag::new(
        "read-only",
        Kind::Bool(false),
        "If true, let only GET, HEAD and OPTIONS pass, and nothing that acts whatever the method is.",
    ),
    Flag::new(
        "reject-methods",
        Kind::Text("^$"),
        "Regular expression for HTTP methods that the proxy should reject (example --reject-methods='POST,PUT,PATCH'). ",
    ),
    Flag::new(
        "reject-paths",
        Kind::Text(REJECTED),
        "Regular expression for paths that the proxy should reject. Paths specified here will be rejected even accepted by --accept-paths.",
    ),
    Flag::new(
        "unix-socket",
        Kind::Text(""),
        "Unix socket on which to run the proxy.",
    )
    .short('u'),
    Flag::new(
        "www",
        Kind::Text(""),
        "Also serve static files from the given directory under the specified prefix.",
    )
    .short('w'),
    Flag::new(
        "www-prefix",
        Kind::Text("/static/"),
        "Prefix to serve static files under, if static file directory is specified.",
    )
    .short('P'),
];

#[cfg(test)]
mod tests {
    use super::{FLAGS, Kind, REJECTED};

    #[test]
    fn the_defaults_are_those_of_the_library() {
        assert_eq!(REJECTED, k8s_proxy::REJECTED_PATHS.join(","));
        let hosts = FLAGS.iter().find(|flag| flag.long == "accept-hosts");
        let kind = hosts.map(|flag| flag.kind);
        let shipped = k8s_proxy::ACCEPTED_HOSTS.join(",");
        assert!(matches!(kind, Some(Kind::Text(text)) if text == shipped));
    }
}
