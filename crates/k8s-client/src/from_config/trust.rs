//! Whom to believe, and which certificate to show.

use k8s_auth::crypto::Provider;
use k8s_auth::{Trust, TrustError};
use k8s_config::{Config, Material, Roots};
use k8s_transport::OnMeasurement as _;

use super::followed::Followed;
use crate::{ClientOptions, Credentials, Error};

/// The trust in the API server: the options', else the configuration's.
pub(crate) fn trust(
    config: &Config,
    crypto: &Provider,
    credentials: &Credentials,
    options: &ClientOptions,
) -> Result<Trust, Error> {
    // For a server that speaks no TLS, roots that could not matter.
    let no_tls = config.server.scheme_str() == Some("http");
    let mut trust = match (&options.trust, &config.tls.roots) {
        (Some(given), _) => given.clone(),
        (None, Roots::System) if no_tls => Trust::nobody(crypto.clone()).map_err(failed)?,
        (None, _) => roots(config, crypto)?,
    };
    if let Some(name) = &config.tls.server_name {
        trust = trust.server_name(name).map_err(failed)?;
    }
    if let Some(identity) = credentials.identity() {
        trust = trust.identity(identity.clone()).map_err(failed)?;
    }
    if !options.metrics.is_off() {
        trust = trust.on_event(options.metrics.clone()).map_err(failed)?;
    }
    Ok(trust)
}

/// The cluster's authorities alone: no name but the one that is dialled, no certificate of ours.
pub(super) fn roots(config: &Config, crypto: &Provider) -> Result<Trust, Error> {
    match &config.tls.roots {
        Roots::Bundle(bundle) => {
            let bundle = Followed::new(config).material(bundle, bundle_of);
            Trust::new(bundle, crypto.clone()).map_err(failed)
        }
        Roots::System => system(config, crypto),
        Roots::Unverified => k8s_auth::danger::trust_any_server(crypto.clone()).map_err(failed),
        _ => Err(Error::unsupported(
            "the configuration has roots of an unknown kind",
        )),
    }
}

#[cfg(feature = "system-roots")]
fn system(_: &Config, crypto: &Provider) -> Result<Trust, Error> {
    Trust::system(crypto.clone()).map_err(failed)
}

#[cfg(not(feature = "system-roots"))]
fn system(config: &Config, _: &Provider) -> Result<Trust, Error> {
    Err(super::lacks(config, "the system's roots", "system-roots"))
}

fn bundle_of(config: &Config) -> Option<&Material> {
    match &config.tls.roots {
        Roots::Bundle(bundle) => Some(bundle),
        _ => None,
    }
}

fn failed(cause: TrustError) -> Error {
    Error::build("preparing TLS", cause)
}
