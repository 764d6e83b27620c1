//! From configuration to pieces of the stack: whom to trust, who we are, where tokens come from.

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use k8s_auth::crypto::Provider;
use k8s_auth::token::{Renew, TokenFileError};
use k8s_auth::{Identity, Origin, Token, TokenFile, Trust, TrustError};
use k8s_config::{Config, Roots};
use tower::Service;

use crate::Error;

/// A configuration that this build cannot serve is refused, never served as somebody else.
pub(crate) fn refuse_what_is_not_built_in(config: &Config) -> Result<(), Error> {
    let user = &config.user;
    let needs = [
        (user.exec.is_some(), "an exec credential plugin"),
        (user.auth_provider.is_some(), "an auth provider"),
        (user.basic.is_some(), "a username and password"),
        (user.impersonate.is_some(), "impersonation"),
        (config.proxy.is_some(), "a proxy"),
        (config.request_timeout.is_some(), "a request timeout"),
    ];
    match needs.iter().find(|(needed, _)| *needed) {
        Some((_, what)) => Err(Error::unsupported(format!(
            "the configuration of {} asks for {what}, which this version of k8s-client cannot do",
            config.server
        ))),
        None => Ok(()),
    }
}

/// Whom to believe, and which certificate to show.
pub(crate) fn trust(config: &Config, crypto: &Provider) -> Result<Trust, Error> {
    let mut trust = match &config.tls.roots {
        Roots::Bundle(bundle) => Trust::new(bundle.clone(), crypto.clone()).map_err(failed)?,
        Roots::System => system(config, crypto)?,
        Roots::Unverified => k8s_auth::danger::trust_any_server(crypto.clone()).map_err(failed)?,
        _ => {
            return Err(Error::unsupported(
                "the configuration has roots of an unknown kind",
            ));
        }
    };
    if let Some(name) = &config.tls.server_name {
        trust = trust.server_name(name).map_err(failed)?;
    }
    if let Some(pair) = &config.user.certificate {
        let identity = Identity::new(pair.certificate.clone(), pair.key.clone());
        trust = trust.identity(identity).map_err(failed)?;
    }
    Ok(trust)
}

/// The system's roots; for a server that speaks no TLS, none that could matter.
fn system(config: &Config, crypto: &Provider) -> Result<Trust, Error> {
    if config.server.scheme_str() == Some("http") {
        return Trust::nobody(crypto.clone()).map_err(failed);
    }
    #[cfg(feature = "system-roots")]
    return Trust::system(crypto.clone()).map_err(failed);
    #[cfg(not(feature = "system-roots"))]
    Err(Error::unsupported(format!(
        "the configuration of {} names no CA, and this build of k8s-client lacks the feature system-roots",
        config.server
    )))
}

fn failed(cause: TrustError) -> Error {
    Error::build("preparing TLS", cause)
}

/// Where tokens come from, and which server they are for; `None` where the user has none.
pub(crate) fn tokens(config: &Config) -> Result<Option<(Tokens, Origin)>, Error> {
    let user = &config.user;
    let tokens = match (&user.token_file, &user.token) {
        (Some(file), fixed) => Tokens {
            first: TokenFile::new(file.clone()),
            second: fixed.clone().map(TokenFile::new),
        },
        (None, Some(fixed)) => Tokens {
            first: TokenFile::new(fixed.clone()),
            second: None,
        },
        (None, None) => return Ok(None),
    };
    let origin = if config.server.scheme_str() == Some("http") {
        Origin::loopback_http(&config.server)
    } else {
        Origin::https(&config.server)
    };
    let origin = origin.map_err(|cause| Error::build("checking where the token may go", cause))?;
    Ok(Some((tokens, origin)))
}

/// The token of a configuration: the file's; while that was never readable, the one that stands beside it.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    first: TokenFile,
    second: Option<TokenFile>,
}

impl Service<Renew> for Tokens {
    type Response = Token;
    type Error = TokenFileError;
    type Future = Ready<Result<Token, TokenFileError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TokenFileError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, renew: Renew) -> Self::Future {
        let first = self.first.read(&renew);
        ready(match &self.second {
            Some(second) => first.or_else(|_| second.read(&renew)),
            None => first,
        })
    }
}
