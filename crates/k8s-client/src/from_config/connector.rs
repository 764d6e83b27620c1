//! How connections come about: directly, or through the proxy that the configuration or the environment names.

use http::Uri;
use k8s_auth::Trust;
use k8s_auth::crypto::Provider;
use k8s_config::{Config, Source};
use k8s_transport::{
    AnyConnector, Proxied, Proxy, ProxyEnvironment, ProxyEnvironmentError, ProxyScheme, Tcp,
};
use tower::Layer as _;

use crate::Error;
use crate::metric::MetricHook;

/// The connector to the API server, and the proxy that it goes through; what is spoken over it, and TLS to the server, is not its business.
///
/// The cluster's `proxy-url` comes before the environment's proxies, in a Pod as on a desk, as in client-go.
pub(crate) fn connector(
    config: &Config,
    crypto: &Provider,
    metrics: &MetricHook,
) -> Result<(AnyConnector, Option<Proxy>), Error> {
    let tcp = Tcp::new().on_measurement(metrics.clone());
    let proxy = proxy(config)?;
    // As in client-go, the cluster's authorities vouch for the proxy, too; our certificate is not for its eyes.
    let roots = || super::trust::roots(config, crypto);
    Ok((through(proxy.clone(), tcp, roots)?, proxy))
}

/// Connections through a proxy, if there is one; `roots` vouch for one that speaks TLS.
pub(super) fn through<E>(
    proxy: Option<Proxy>,
    tcp: Tcp,
    roots: impl FnOnce() -> Result<Trust, E>,
) -> Result<AnyConnector, E> {
    Ok(match proxy {
        None => AnyConnector::new(tcp),
        Some(proxy) if proxy.scheme() == ProxyScheme::Https => {
            AnyConnector::new(Proxied::new(proxy, roots()?.layer().layer(tcp)))
        }
        Some(proxy) => AnyConnector::new(Proxied::new(proxy, tcp)),
    })
}

/// The proxy that a machine's environment wants for a server.
pub(super) fn of_environment(
    source: &dyn Source,
    server: &Uri,
) -> Result<Option<Proxy>, ProxyEnvironmentError> {
    ProxyEnvironment::read(|name| source.var(name)).proxy_for(server)
}

fn proxy(config: &Config) -> Result<Option<Proxy>, Error> {
    let Some(url) = &config.proxy else {
        return of_environment(&*config.source(), &config.server)
            .map_err(|cause| Error::build("choosing the proxy", cause));
    };
    let proxy =
        Proxy::new(url.uri()).map_err(|cause| Error::build("reading the proxy's URL", cause))?;
    Ok(Some(match url.credentials() {
        Some((user, password)) => {
            proxy.credentials(user, password.cloned().unwrap_or_else(|| "".into()))
        }
        None => proxy,
    }))
}
