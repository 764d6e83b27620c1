//! From configuration to pieces of the stack: whom to trust, who we are, where tokens come from.

mod connector;
mod http2;
mod trust;

use std::future::{Ready, ready};
use std::task::{Context, Poll};

use k8s_auth::token::{Renew, TokenFileError};
use k8s_auth::{
    CertificateSource, ImpersonateLayer, Impersonation, Origin, Token, TokenFile, Trust,
};
use k8s_config::{Basic, Config};
use secrecy::ExposeSecret as _;
use tower::Service;

pub(crate) use self::connector::connector;
pub(crate) use self::http2::{offers_http2, transport_options};
pub(crate) use self::trust::trust;
use crate::{BoxError, Error};

/// A configuration that this build cannot serve is refused, never served as somebody else.
pub(crate) fn refuse_what_is_not_built_in(config: &Config) -> Result<(), Error> {
    let user = &config.user;
    let needs = [
        (user.exec.is_some(), "an exec credential plugin"),
        (user.auth_provider.is_some(), "an auth provider"),
    ];
    match needs.iter().find(|(needed, _)| *needed) {
        Some((_, what)) => Err(Error::unsupported(format!(
            "the configuration of {} asks for {what}, which this version of k8s-client cannot do",
            config.server
        ))),
        None => Ok(()),
    }
}

/// Where tokens come from, and which server they are for; `None` where the user has none.
pub(crate) fn tokens(config: &Config, trust: &Trust) -> Result<Option<(Tokens, Origin)>, Error> {
    let user = &config.user;
    let fixed = match &user.basic {
        Some(basic) => Some(Fixed::Known(password(basic)?)),
        None => user
            .token
            .clone()
            .map(|token| Fixed::Read(TokenFile::new(token))),
    };
    let tokens = match (user.token_file.clone().map(TokenFile::new), fixed) {
        (Some(file), beside) => Tokens::File { file, beside },
        (None, Some(fixed)) => Tokens::Fixed(fixed),
        (None, None) if user.certificate.is_some() => {
            Tokens::Certificate(trust.certificate_source())
        }
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

fn password(basic: &Basic) -> Result<Token, Error> {
    let failed = |cause: BoxError| Error::build("reading the user name and password", cause);
    let password = basic
        .password
        .read()
        .map_err(|cause| failed(cause.into()))?;
    Token::basic(&basic.username, password.expose_secret()).map_err(|cause| failed(cause.into()))
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

/// What authorizes the requests of a configuration.
#[derive(Clone, Debug)]
pub(crate) enum Tokens {
    /// Nothing on the request: the connection says who asks.
    Certificate(CertificateSource),
    Fixed(Fixed),
    /// The file's; while that was never readable, what stands beside it.
    File {
        file: TokenFile,
        beside: Option<Fixed>,
    },
}

/// What stands in the configuration itself.
#[derive(Clone, Debug)]
pub(crate) enum Fixed {
    Known(Token),
    Read(TokenFile),
}

impl Fixed {
    fn read(&self, renew: &Renew) -> Result<Token, TokenFileError> {
        match self {
            Self::Known(token) => Ok(token.clone()),
            Self::Read(token) => token.read(renew),
        }
    }
}

impl Service<Renew> for Tokens {
    type Response = Token;
    type Error = BoxError;
    type Future = Ready<Result<Token, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, renew: Renew) -> Self::Future {
        ready(match self {
            Self::Certificate(source) => source.read(&renew).map_err(BoxError::from),
            Self::Fixed(fixed) => fixed.read(&renew).map_err(BoxError::from),
            Self::File { file, beside } => file
                .read(&renew)
                .or_else(|error| {
                    beside
                        .as_ref()
                        .map_or(Err(error), |beside| beside.read(&renew))
                })
                .map_err(BoxError::from),
        })
    }
}
