//! The one server a credential is for: scheme, host and port.

use std::fmt;
use std::sync::Arc;

use http::Uri;
use http::uri::Scheme;

/// Where a credential may go: scheme, host and port of one API server.
///
/// A request whose URI is relative passes; one with another origin is refused before the credential is fetched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// `None`: every server; see [`danger::any_origin`](crate::danger::any_origin).
    one: Option<Arc<Server>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Server {
    scheme: Scheme,
    host: String,
    port: u16,
}

/// A URI that cannot be the origin of credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidOrigin {
    fault: &'static str,
}

/// A request to a server that the credential is not for. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignOrigin {
    asked: String,
    origin: Origin,
}

impl Origin {
    /// The origin of an `https` URI; its path is not looked at. The port defaults to 443.
    ///
    /// # Errors
    ///
    /// If the URI has no host, or a scheme other than `https`: a credential in clear text is a credential given away.
    pub fn https(uri: &Uri) -> Result<Self, InvalidOrigin> {
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Err(InvalidOrigin {
                fault: "credentials go to https servers only",
            });
        }
        Self::new(uri, Scheme::HTTPS, 443)
    }

    /// The origin of a plain `http` URI on this very machine: `localhost`, `127.0.0.0/8` or `[::1]`.
    ///
    /// # Errors
    ///
    /// If the scheme is not `http`, or the host is another machine.
    pub fn loopback_http(uri: &Uri) -> Result<Self, InvalidOrigin> {
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Err(InvalidOrigin {
                fault: "not a plain http URI",
            });
        }
        let origin = Self::new(uri, Scheme::HTTP, 80)?;
        if !origin
            .one
            .as_ref()
            .is_some_and(|server| is_loopback(&server.host))
        {
            return Err(InvalidOrigin {
                fault: "credentials go over plain http to this very machine only",
            });
        }
        Ok(origin)
    }

    fn new(uri: &Uri, scheme: Scheme, default_port: u16) -> Result<Self, InvalidOrigin> {
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or(InvalidOrigin {
            fault: "it has no host",
        })?;
        let port = uri.port_u16().unwrap_or(default_port);
        let host = host.to_ascii_lowercase();
        Ok(Self {
            one: Some(Arc::new(Server { scheme, host, port })),
        })
    }

    pub(crate) fn any() -> Self {
        Self { one: None }
    }

    /// Refuses a URI with another origin; a relative one passes.
    pub(crate) fn check(&self, uri: &Uri) -> Result<(), ForeignOrigin> {
        let Some(server) = &self.one else {
            return Ok(());
        };
        if uri.scheme().is_none() && uri.authority().is_none() {
            return Ok(());
        }
        let default_port = match uri.scheme_str() {
            Some("https") => Some(443),
            Some("http") => Some(80),
            _ => None,
        };
        let port = uri.port_u16().or(default_port);
        let same = uri.scheme() == Some(&server.scheme)
            && uri
                .host()
                .is_some_and(|host| host.eq_ignore_ascii_case(&server.host))
            && port == Some(server.port);
        if same {
            return Ok(());
        }
        // Without path and query: they may hold what is none of the reader's business.
        let asked = match (uri.scheme_str(), uri.host(), port) {
            (Some(scheme), Some(host), Some(port)) => format!("{scheme}://{host}:{port}"),
            (_, Some(host), _) => host.to_owned(),
            _ => "a URI without a host".to_owned(),
        };
        Err(ForeignOrigin {
            asked,
            origin: self.clone(),
        })
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

// === Display and Error ===

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.one.as_deref() {
            Some(Server { scheme, host, port }) => write!(f, "{scheme}://{host}:{port}"),
            None => f.write_str("any server"),
        }
    }
}

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault)
    }
}

impl std::error::Error for InvalidOrigin {}

impl fmt::Display for ForeignOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, origin } = self;
        write!(
            f,
            "a request to {asked} may not carry the credential of {origin}"
        )
    }
}

impl std::error::Error for ForeignOrigin {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(origin: &str, request: &str, passes: bool) {
        let origin = Origin::https(&origin.parse().unwrap()).unwrap();
        assert_eq!(
            origin.check(&request.parse().unwrap()).is_ok(),
            passes,
            "{origin} {request}"
        );
    }

    #[test]
    fn compares_scheme_host_and_port() {
        check("https://a.example", "/api", true);
        check("https://a.example", "https://a.example/api", true);
        check("https://a.example", "https://A.EXAMPLE:443/", true);
        check(
            "https://a.example:6443/prefix",
            "https://a.example:6443/other",
            true,
        );
        check("https://[::1]:6443", "https://[::1]:6443/", true);
        check("https://a.example", "http://a.example:443/", false);
        check("https://a.example", "https://b.example/", false);
        check("https://a.example", "https://a.example:6443/", false);
        check("https://a.example", "https://a.example.evil/", false);
        check("https://a.example", "https://a.example@evil/", false);
        check("https://a.example", "a.example:443", false);
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        let http = |uri: &str| Origin::loopback_http(&uri.parse().unwrap()).is_ok();
        assert!(
            http("http://localhost:8001") && http("http://127.0.0.2") && http("http://[::1]:80")
        );
        assert!(
            !http("http://localhost.evil")
                && !http("http://10.0.0.1")
                && !http("https://localhost")
        );
        assert!(Origin::https(&"http://localhost".parse().unwrap()).is_err());
        assert!(Origin::https(&"/api".parse().unwrap()).is_err());
    }

    #[test]
    fn a_foreign_request_is_told_without_its_path() {
        let origin = Origin::https(&"https://a.example".parse().unwrap()).unwrap();
        let error = origin
            .check(&"https://b.example/?token=s3cr3t".parse().unwrap())
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "a request to https://b.example:443 may not carry the credential of https://a.example:443"
        );
    }
}
