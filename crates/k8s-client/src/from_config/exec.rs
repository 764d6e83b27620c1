//! A configuration's credential plugin, run as the configuration says by then.

use k8s_auth::Identity;
use k8s_auth::crypto::Provider;
use k8s_auth::token::Cached;
use k8s_config::Config;

use super::followed::Followed;
use super::tokens::Asked;
use crate::Error;
use crate::metric::MetricHook;

#[cfg(feature = "exec")]
pub(super) fn plugin(
    config: &Config,
    crypto: &Provider,
    followed: &Followed,
    metrics: &MetricHook,
) -> Result<(Cached<Asked>, Identity), Error> {
    use crate::metric::PluginMetricHook;
    use k8s_auth::ExecPlugin;
    use k8s_auth::token::Renew;
    use tower::{Service as _, service_fn};

    let failed = |cause| Error::build("preparing the credential plugin", cause);
    let plugin = match ExecPlugin::from_config(config, crypto.clone()) {
        Some(plugin) => plugin.map_err(failed)?.on_event(metrics.clone()),
        None => return Err(Error::unsupported("the user has no credential plugin")),
    };
    let (identity, followed) = (plugin.identity(), followed.clone());
    let source = service_fn(move |renew: Renew| {
        let plugin = plugin.reconfigured(&followed.newest());
        async move { plugin?.call(renew).await }
    });
    let cached = Cached::new(super::tokens::erased(source));
    Ok((cached.on_event(PluginMetricHook(metrics.clone())), identity))
}

#[cfg(not(feature = "exec"))]
pub(super) fn plugin(
    config: &Config,
    _: &Provider,
    _: &Followed,
    _: &MetricHook,
) -> Result<(Cached<Asked>, Identity), Error> {
    Err(super::lacks(config, "an exec credential plugin", "exec"))
}
