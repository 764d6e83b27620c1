//! Why a login gives no token: what is missing, what the provider said, and what to do.

use std::fmt;

use http::StatusCode;

use crate::BoxError;
use crate::token::InvalidToken;

/// No ID token could be had of an OpenID Connect provider. The text names the issuer, and holds no token.
#[derive(Debug)]
pub struct OidcError {
    issuer: String,
    kind: Box<Kind>,
}

#[derive(Debug)]
pub(super) enum Kind {
    NoIssuer,
    NoClient,
    Issuer,
    Authority,
    NoRefreshToken,
    NoHttp,
    Discovery(BoxError),
    NotDiscovered {
        code: StatusCode,
    },
    NoEndpoint,
    Refresh(BoxError),
    Refused {
        code: StatusCode,
        said: Option<String>,
    },
    NoTokens,
    NoIdToken,
    Token(InvalidToken),
    Persist(BoxError),
}

impl OidcError {
    pub(super) fn new(issuer: &str, kind: Kind) -> Self {
        Self {
            issuer: issuer.to_owned(),
            kind: Box::new(kind),
        }
    }

    /// Whether somebody has to log in again: there is no refresh token, or the provider no longer takes it.
    pub fn needs_login(&self) -> bool {
        match *self.kind {
            Kind::NoRefreshToken => true,
            Kind::Refused { code, .. } => code.is_client_error(),
            _ => false,
        }
    }
}

impl fmt::Display for OidcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("oidc: ")?;
        if !self.issuer.is_empty() {
            write!(f, "{}: ", self.issuer)?;
        }
        match &*self.kind {
            Kind::NoIssuer => f.write_str("must provide idp-issuer-url"),
            Kind::NoClient => f.write_str("must provide client-id"),
            Kind::Issuer => f.write_str("idp-issuer-url must be an https URL"),
            Kind::Authority => f.write_str("idp-certificate-authority-data is not base64"),
            Kind::NoRefreshToken => f.write_str(
                "no valid id-token, and cannot refresh without refresh-token; log in again",
            ),
            Kind::NoHttp => f.write_str(
                "the id-token is over, and nothing was given to refresh it with; pass any Service<Request<_>> to Oidc::http",
            ),
            Kind::Discovery(_) => f.write_str("failed to query metadata endpoint"),
            Kind::NotDiscovered { code } => {
                write!(f, "failed to query metadata endpoint, which answered {code}")
            }
            Kind::NoEndpoint => f.write_str("its metadata name no token endpoint of https"),
            Kind::Refresh(_) => f.write_str("failed to refresh token"),
            Kind::Refused { code, said } => {
                write!(f, "failed to refresh token: the provider answered {code}")?;
                said.as_ref().map_or(Ok(()), |said| write!(f, ", {said}"))?;
                f.write_str(if code.is_client_error() { "; log in again" } else { "" })
            }
            Kind::NoTokens => f.write_str("the token endpoint answered no JSON object"),
            Kind::NoIdToken => f.write_str(
                "token response did not contain an id_token, either the scope \"openid\" wasn't requested upon login, or the provider doesn't support id_tokens as part of the refresh response",
            ),
            Kind::Token(_) => f.write_str("a token cannot be sent"),
            Kind::Persist(_) => f.write_str("could not persist new tokens"),
        }
    }
}

impl std::error::Error for OidcError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            Kind::Discovery(cause) | Kind::Refresh(cause) | Kind::Persist(cause) => {
                Some(cause.as_ref())
            }
            Kind::Token(cause) => Some(cause),
            _ => None,
        }
    }
}
