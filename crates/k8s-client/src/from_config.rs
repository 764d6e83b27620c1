//! From configuration to pieces of the stack: whom to trust, who we are, where tokens come from, what carries the bytes.

mod connector;
mod exec;
pub(crate) mod followed;
mod http2;
#[cfg(feature = "oidc")]
mod oidc;
mod provider;
pub(crate) mod tokens;
mod trust;

use k8s_auth::crypto::Provider;
use k8s_auth::{ImpersonateLayer, Impersonation};
use k8s_config::Config;

pub(crate) use self::connector::connector;
pub(crate) use self::http2::{offers_http2, transport_options};
pub(crate) use self::trust::trust;
use crate::{ClientOptions, Credentials, Error};

/// Who we are: what other clients are, too, if the options say so.
pub(crate) fn credentials(
    config: &Config,
    crypto: &Provider,
    options: &ClientOptions,
) -> Result<Credentials, Error> {
    match &options.credentials {
        Some(shared) => Ok(shared.clone()),
        None => Credentials::measured(config, crypto, &options.metrics),
    }
}

/// What a configuration asks for and this build was made without.
#[cfg_attr(
    all(feature = "system-roots", feature = "exec", feature = "oidc"),
    expect(dead_code, reason = "nothing lacks")
)]
fn lacks(config: &Config, what: &str, feature: &str) -> Error {
    Error::unsupported(format!(
        "the configuration of {} asks for {what}, and this build of k8s-client lacks the feature {feature}",
        config.server
    ))
}

/// Whom to act as, where the configuration says so.
pub(crate) fn impersonate(config: &Config) -> Result<Option<ImpersonateLayer>, Error> {
    let Some(wanted) = &config.user.impersonate else {
        return Ok(None);
    };
    let mut who = Impersonation::user(wanted.user.as_str());
    who.uid.clone_from(&wanted.uid);
    who.groups.clone_from(&wanted.groups);
    who.extra = wanted
        .extra
        .iter()
        .map(|(key, values)| (key.clone(), values.clone()))
        .collect();
    ImpersonateLayer::new(&who)
        .map(Some)
        .map_err(|cause| Error::build("reading whom to act as", cause))
}
