//! A configuration's auth provider: `oidc`, or one that Kubernetes no longer has.

use k8s_auth::crypto::Provider;
use k8s_auth::token::Cached;
use k8s_config::{AuthProvider, Config};

use super::followed::Followed;
use super::tokens::Asked;
use crate::Error;

/// The tokens of `auth-provider`. The texts about those that are gone are kubectl's.
pub(super) fn of(
    provider: &AuthProvider,
    config: &Config,
    crypto: &Provider,
    followed: &Followed,
) -> Result<Cached<Asked>, Error> {
    match provider.name.as_str() {
        "oidc" => oidc(provider, config, crypto, followed),
        "gcp" => Err(Error::unsupported(
            "The gcp auth plugin has been removed. Please use the \"gke-gcloud-auth-plugin\" kubectl/client-go credential plugin instead. \
             See https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details",
        )),
        "azure" => Err(Error::unsupported(
            "The azure auth plugin has been removed. Please use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead. \
             See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details",
        )),
        other => Err(Error::unsupported(format!(
            "no Auth Provider found for name {other:?}"
        ))),
    }
}

#[cfg(feature = "oidc")]
fn oidc(
    provider: &AuthProvider,
    _: &Config,
    crypto: &Provider,
    followed: &Followed,
) -> Result<Cached<Asked>, Error> {
    super::oidc::login(provider, crypto, followed)
}

#[cfg(not(feature = "oidc"))]
fn oidc(
    _: &AuthProvider,
    config: &Config,
    _: &Provider,
    _: &Followed,
) -> Result<Cached<Asked>, Error> {
    Err(super::lacks(config, "the auth provider oidc", "oidc"))
}
