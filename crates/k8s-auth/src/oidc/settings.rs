//! What a kubeconfig says of a login: the issuer, the client, and which authorities vouch for the provider.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Uri;
use k8s_config::{AuthProvider, Material, Source};
use secrecy::{ExposeSecret as _, SecretString};

use super::error::{Kind, OidcError};

/// The settings of the auth provider `oidc`, tokens apart.
pub(super) struct Settings {
    /// Without a slash at its end.
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) client_secret: Option<SecretString>,
}

impl Settings {
    pub(super) fn new(provider: &AuthProvider) -> Result<Self, OidcError> {
        let setting = |name: &str| {
            let value = provider.config.get(name);
            value.filter(|value| !value.expose_secret().is_empty())
        };
        let text = |name: &str| setting(name).map(|value| value.expose_secret().to_owned());
        let missing = |kind| OidcError::new("", kind);
        let issuer = text("idp-issuer-url").ok_or_else(|| missing(Kind::NoIssuer))?;
        let client_id = text("client-id").ok_or_else(|| missing(Kind::NoClient))?;
        let issuer = issuer.trim_end_matches('/').to_owned();
        let uri = issuer.parse().ok().filter(is_safe);
        uri.ok_or_else(|| missing(Kind::Issuer))?;
        Ok(Self {
            issuer,
            client_id,
            client_secret: setting("client-secret").cloned(),
        })
    }
}

/// The authority that vouches for the provider's server: data before a file, which is read through `source`; `None`: those
/// of the system.
pub(super) fn authority(
    provider: &AuthProvider,
    source: Arc<dyn Source>,
) -> Result<Option<Material>, OidcError> {
    let setting = |name: &str| {
        let value = provider.config.get(name).map(|value| value.expose_secret());
        value.filter(|value| !value.is_empty())
    };
    if let Some(data) = setting("idp-certificate-authority-data") {
        let pem = STANDARD
            .decode(data.trim())
            .map_err(|_| OidcError::new("", Kind::Authority))?;
        return Ok(Some(Material::inline(
            pem,
            "idp-certificate-authority-data",
        )));
    }
    let file = setting("idp-certificate-authority");
    Ok(file.map(|path| Material::file(source, path)))
}

/// Tokens go over TLS, or do not leave this machine.
pub(super) fn is_safe(uri: &Uri) -> bool {
    crate::Origin::https(uri).is_ok() || crate::Origin::loopback_http(uri).is_ok()
}
