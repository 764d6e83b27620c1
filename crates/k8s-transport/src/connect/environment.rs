//! Proxies of the environment, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as a value.

use std::fmt;

use ::http::Uri;

use super::no_proxy::NoProxy;
use super::proxy::{InvalidProxy, Proxy};
use super::target::Target;

/// Which proxy the environment wants for a server, as Go reads it.
///
/// It is a value: [`read`](Self::read) asks a closure for variables, and nothing here touches the process's own.
/// Follows `golang.org/x/net/http/httpproxy` with client-go's addition, row by row, but for this: where Go takes a
/// proxy that it cannot read for none and connects directly, this is an error; and `LOCALHOST` is `localhost`.
#[derive(Clone, Debug, Default)]
pub struct ProxyEnvironment {
    https: Option<Variable>,
    http: Option<Variable>,
    no_proxy: NoProxy,
    cgi: bool,
}

#[derive(Clone, Debug)]
struct Variable {
    name: &'static str,
    proxy: Result<Proxy, InvalidProxy>,
}

/// A variable that would choose the proxy cannot be used. Its value is not repeated.
#[derive(Debug)]
pub struct ProxyEnvironmentError {
    name: &'static str,
    cause: Option<InvalidProxy>,
}

impl ProxyEnvironment {
    /// Reads the variables: each in capitals, and in small letters where that one is not there or empty.
    ///
    /// `https` servers take `HTTPS_PROXY`, `http` servers `HTTP_PROXY`; `NO_PROXY` is read by [`NoProxy`]. Beside a
    /// `REQUEST_METHOD`, `HTTP_PROXY` may be a header that a stranger sent to a CGI script, and is refused.
    #[must_use]
    pub fn read(var: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| var(name).filter(|value| !value.is_empty());
        let either = |names: [&'static str; 2]| {
            let found = names.into_iter().find_map(|name| Some((name, set(name)?)));
            found.map(|(name, value)| Variable {
                name,
                proxy: value.parse(),
            })
        };
        let no_proxy = set("NO_PROXY").or_else(|| set("no_proxy"));
        Self {
            https: either(["HTTPS_PROXY", "https_proxy"]),
            http: either(["HTTP_PROXY", "http_proxy"]),
            no_proxy: NoProxy::parse(&no_proxy.unwrap_or_default()),
            cgi: set("REQUEST_METHOD").is_some(),
        }
    }

    /// The proxy for the server of this URI; `None`: it is reached directly.
    ///
    /// # Errors
    /// When the variable that applies holds no proxy, or is not to be trusted.
    pub fn proxy_for(&self, server: &Uri) -> Result<Option<Proxy>, ProxyEnvironmentError> {
        let variable = match server.scheme_str() {
            Some("https") => &self.https,
            Some("http") => &self.http,
            _ => &None,
        };
        let Some(Variable { name, proxy }) = variable else {
            return Ok(None);
        };
        let failed = |cause| Err(ProxyEnvironmentError { name, cause });
        if self.cgi && server.scheme_str() == Some("http") {
            return failed(None);
        }
        if let Some(target) = Target::of(server)
            && self.no_proxy.exempts(&target.host, target.port)
        {
            return Ok(None);
        }
        proxy
            .clone()
            .map_or_else(|cause| failed(Some(cause)), |proxy| Ok(Some(proxy)))
    }
}

impl fmt::Display for ProxyEnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.cause {
            Some(_) => write!(f, "the environment variable {name} holds no proxy"),
            None => write!(
                f,
                "the environment variable {name} is not believed in a CGI script: whoever sends the request may have set it"
            ),
        }
    }
}

impl std::error::Error for ProxyEnvironmentError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
