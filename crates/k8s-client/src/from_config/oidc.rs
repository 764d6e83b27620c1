//! A configuration's login at an OpenID Connect provider: asked through a transport of ours, written down where it stands.

mod turn;

use std::sync::Arc;

use http::{Request, Response};
use k8s_auth::Trust;
use k8s_auth::crypto::Provider;
use k8s_auth::oidc::{Oidc, OidcTokens};
use k8s_auth::token::Cached;
use k8s_config::{AuthProvider, Config, Source};
use k8s_transport::{Tcp, Transport};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use super::connector::{of_environment, through};
use super::followed::Followed;
use super::tokens::{Asked, erased};
use crate::{Body, BoxError, Error};

/// The tokens of the login that `provider` describes.
pub(super) fn login(
    provider: &AuthProvider,
    crypto: &Provider,
    followed: &Followed,
) -> Result<Cached<Asked>, Error> {
    let failed = |cause| Error::build("preparing the login", cause);
    let (settings, crypto) = (Arc::new(provider.clone()), crypto.clone());
    let (asking, current, writer) = (followed.clone(), followed.clone(), followed.clone());
    let idp = service_fn(move |request: Request<Body>| {
        let source = asking.newest().source();
        ask(Arc::clone(&settings), source, crypto.clone(), request)
    });
    let oidc = Oidc::new(provider)
        .map_err(failed)?
        .http(idp)
        .current(move || tokens(&current.newest()))
        .persist(move |tokens| turn::write(writer.newest(), tokens));
    let followed = followed.clone();
    let source = service_fn(move |renew| {
        let (mut oidc, config) = (oidc.clone(), followed.newest());
        async move {
            // Held until the new tokens are written: a refresh token that is good for one use is used by one program.
            let _turn = turn::take(&config).await;
            oidc.call(renew).await
        }
    });
    Ok(Cached::new(erased(source)))
}

fn tokens(config: &Config) -> Option<OidcTokens> {
    config.user.auth_provider.as_ref().map(OidcTokens::of)
}

/// Sends one request to the provider, on a connection of its own: that is once an hour, and its authority may have changed.
///
/// The proxy is the environment's, as in client-go: `proxy-url` is the way to the cluster.
async fn ask(
    settings: Arc<AuthProvider>,
    source: Arc<dyn Source>,
    crypto: Provider,
    request: Request<Body>,
) -> Result<Response<k8s_transport::Body>, BoxError> {
    let proxy = of_environment(&*source, request.uri())?;
    let trust = trust(&settings, source, crypto)?;
    let connector = through(proxy, Tcp::new(), || Ok::<_, BoxError>(trust.clone()))?;
    let transport = Transport::new(trust.layer().layer(connector));
    Ok(transport.oneshot(request).await?)
}

/// Who vouches for the provider: the authority of the settings, else the system's.
fn trust(
    settings: &AuthProvider,
    source: Arc<dyn Source>,
    crypto: Provider,
) -> Result<Trust, BoxError> {
    match Oidc::authority(settings, source)? {
        Some(bundle) => Ok(Trust::new(bundle, crypto)?),
        None => system(crypto),
    }
}

#[cfg(feature = "system-roots")]
fn system(crypto: Provider) -> Result<Trust, BoxError> {
    Ok(Trust::system(crypto)?)
}

#[cfg(not(feature = "system-roots"))]
fn system(_: Provider) -> Result<Trust, BoxError> {
    Err("the login names no idp-certificate-authority, and this build of k8s-client lacks the feature system-roots".into())
}
