//! How connections come about: directly, or through the proxy that the configuration or the environment names.

use k8s_auth::crypto::Provider;
use k8s_config::Config;
use k8s_transport::{AnyConnector, Proxied, Proxy, ProxyEnvironment, ProxyScheme, Tcp};
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
    let Some(proxy) = proxy(config)? else {
        return Ok((AnyConnector::new(tcp), None));
    };
    let through = proxy.clone();
    let connector = if proxy.scheme() == ProxyScheme::Https {
        // As in client-go, the cluster's authorities vouch for the proxy, too; our certificate is not for its eyes.
        let tls = super::trust::roots(config, crypto)?.layer();
        AnyConnector::new(Proxied::new(proxy, tls.layer(tcp)))
    } else {
        AnyConnector::new(Proxied::new(proxy, tcp))
    };
    Ok((connector, Some(through)))
}

fn proxy(config: &Config) -> Result<Option<Proxy>, Error> {
    let Some(url) = &config.proxy else {
        let source = config.source();
        return ProxyEnvironment::read(|name| source.var(name))
            .proxy_for(&config.server)
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
