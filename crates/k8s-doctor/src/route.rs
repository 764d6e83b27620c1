//! The way to the server: which host and port are dialled, and whether a proxy stands between.

use http::Uri;
use k8s_transport::Proxy;

/// What is dialled, and for whom.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) server: Uri,
    pub(crate) proxy: Option<Proxy>,
}

impl Route {
    /// The host that is dialled, without the brackets of IPv6: the proxy's, where there is one.
    pub(crate) fn host(&self) -> &str {
        bare(self.dialled())
    }

    /// The port that is dialled.
    pub(crate) fn port(&self) -> u16 {
        port(self.dialled())
    }

    /// `the server`, or `the proxy http://proxy:3128/`.
    pub(crate) fn whose(&self) -> String {
        match &self.proxy {
            Some(proxy) => format!("the proxy {proxy}"),
            None => "the server".to_owned(),
        }
    }

    /// The server's `host:port`.
    pub(crate) fn target(&self) -> String {
        format!(
            "{}:{}",
            self.server.host().unwrap_or_default(),
            port(&self.server)
        )
    }

    /// The same server with another host (an IPv6 address without brackets), port or scheme.
    pub(crate) fn server_with(
        &self,
        scheme: Option<&str>,
        host: Option<&str>,
        port: Option<&str>,
    ) -> String {
        let scheme = scheme
            .or_else(|| self.server.scheme_str())
            .unwrap_or("https");
        let host = match host {
            Some(host) if host.contains(':') => format!("[{host}]"),
            Some(host) => host.to_owned(),
            None => self.server.host().unwrap_or_default().to_owned(),
        };
        let port = match (port, self.server.port_u16()) {
            (Some(port), _) => format!(":{port}"),
            (None, Some(port)) => format!(":{port}"),
            (None, None) => String::new(),
        };
        let path = self.server.path().trim_end_matches('/');
        format!("{scheme}://{host}{port}{path}")
    }

    fn dialled(&self) -> &Uri {
        self.proxy.as_ref().map_or(&self.server, Proxy::uri)
    }
}

pub(crate) fn bare(uri: &Uri) -> &str {
    let host = uri.host().unwrap_or_default();
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

fn port(uri: &Uri) -> u16 {
    let default = if uri.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    uri.port_u16().unwrap_or(default)
}
