//! Users of an OpenID Connect issuer, by what their ID tokens claim.
//!
//! Names follow the defaults of kube-apiserver's `--oidc-*` flags: the claim `sub`, prefixed by the issuer's URL and `#`;
//! groups from the claim `groups`, without a prefix.

use std::sync::Arc;

use serde_json::Value;

use super::user::User;
use crate::issuer;

/// An issuer whose ID tokens for one client are taken.
#[derive(Clone)]
pub(crate) struct TrustedIssuer {
    pub(crate) issuer: Arc<issuer::State>,
    pub(crate) client: String,
}

impl TrustedIssuer {
    pub(crate) fn user(&self, token: &str) -> Option<User> {
        let claims = self.issuer.verify(token, &self.client)?;
        let (url, subject) = (claims["iss"].as_str()?, claims["sub"].as_str()?);
        let groups = claims["groups"].as_array().into_iter().flatten();
        let mut user = User::new(format!("{url}#{subject}"));
        user.groups = groups
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        Some(user.authenticated())
    }
}
