//! Where tokens come from: a file, the configuration itself, a plugin, an identity provider, a source of the caller's.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

use k8s_auth::crypto::Provider;
use k8s_auth::token::{Cached, CachedFuture, Renew, TokenFileError};
use k8s_auth::{CertificateSource, Identity, Token, TokenFile};
use k8s_config::{Basic, Config};
use secrecy::ExposeSecret as _;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use super::followed::Followed;
use crate::metric::MetricHook;
use crate::{BoxError, Error};

/// A source whose type is given up.
pub(crate) type Asked = BoxCloneSyncService<Renew, Token, BoxError>;

/// What authorizes the requests of a user: a source of tokens, for an
/// [`AuthorizeLayer`](k8s_auth::AuthorizeLayer). Clones share what was fetched.
#[derive(Clone)]
pub struct Tokens(Kind);

/// Where they come from.
#[derive(Clone)]
pub(crate) enum Kind {
    /// Nothing on the request: the connection says who asks.
    Certificate(CertificateSource),
    Fixed(Fixed),
    /// The file's; while that was never readable, what stands beside it.
    File {
        file: TokenFile,
        beside: Option<Fixed>,
    },
    /// What takes time, and is kept: a plugin's, an identity provider's, the caller's.
    Asked(Cached<Asked>),
}

/// What stands in the configuration itself.
#[derive(Clone, Debug)]
pub(crate) enum Fixed {
    Known(Token),
    Read(TokenFile),
}

/// The tokens and the certificate of a configuration's user.
///
/// A plugin is run, and a provider asked, for users who have nothing else, as in client-go.
pub(crate) fn of(
    config: &Config,
    crypto: &Provider,
    followed: &Followed,
    metrics: &MetricHook,
) -> Result<(Option<Tokens>, Option<Identity>), Error> {
    let user = &config.user;
    let has_another = user.token.is_some()
        || user.token_file.is_some()
        || user.basic.is_some()
        || user.certificate.is_some();
    if user.exec.is_some() && !has_another {
        let (cached, identity) = super::exec::plugin(config, crypto, followed, metrics)?;
        return Ok((Some(Kind::Asked(cached).into()), Some(identity)));
    }
    if let Some(provider) = user.auth_provider.as_ref().filter(|_| !has_another) {
        let cached = super::provider::of(provider, config, crypto, followed)?;
        return Ok((Some(Kind::Asked(cached).into()), None));
    }
    let identity = user.certificate.as_ref().map(|pair| {
        let certificate = followed.material(&pair.certificate, |config| {
            Some(&config.user.certificate.as_ref()?.certificate)
        });
        let key = followed.material(&pair.key, |config| {
            Some(&config.user.certificate.as_ref()?.key)
        });
        Identity::new(certificate, key)
    });
    Ok((written(config, followed)?, identity))
}

/// Tokens that are read, and not asked for.
fn written(config: &Config, followed: &Followed) -> Result<Option<Tokens>, Error> {
    let user = &config.user;
    let fixed = match (&user.basic, &user.token) {
        (Some(basic), _) => Some(Fixed::Known(password(basic)?)),
        (None, Some(token)) => {
            let token = followed.material(token, |config| config.user.token.as_ref());
            Some(Fixed::Read(TokenFile::new(token)))
        }
        (None, None) => None,
    };
    let file = user.token_file.as_ref().map(|file| {
        TokenFile::new(followed.material(file, |config| config.user.token_file.as_ref()))
    });
    Ok(match (file, fixed) {
        (Some(file), beside) => Some(Kind::File { file, beside }.into()),
        (None, Some(fixed)) => Some(Kind::Fixed(fixed).into()),
        (None, None) => None,
    })
}

fn password(basic: &Basic) -> Result<Token, Error> {
    let failed = |cause: BoxError| Error::build("reading the user name and password", cause);
    let password = basic
        .password
        .read()
        .map_err(|cause| failed(cause.into()))?;
    Token::basic(&basic.username, password.expose_secret()).map_err(|cause| failed(cause.into()))
}

/// A source of any type.
pub(crate) fn erased<T>(source: T) -> Asked
where
    T: Service<Renew, Response = Token, Error: Into<BoxError>> + Clone + Send + Sync + 'static,
    T::Future: Send,
{
    BoxCloneSyncService::new(source.map_err(Into::into))
}

impl Fixed {
    fn read(&self, renew: &Renew) -> Result<Token, TokenFileError> {
        match self {
            Self::Known(token) => Ok(token.clone()),
            Self::Read(token) => token.read(renew),
        }
    }
}

impl From<Kind> for Tokens {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

impl From<Answer> for TokensFuture {
    fn from(answer: Answer) -> Self {
        Self(answer)
    }
}

impl Service<Renew> for Tokens {
    type Response = Token;
    type Error = BoxError;
    type Future = TokensFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, renew: Renew) -> TokensFuture {
        let read = match &mut self.0 {
            Kind::Asked(cached) => return Answer::Asked(cached.call(renew)).into(),
            Kind::Certificate(source) => source.read(&renew).map_err(BoxError::from),
            Kind::Fixed(fixed) => fixed.read(&renew).map_err(BoxError::from),
            Kind::File { file, beside } => file
                .read(&renew)
                .or_else(|error| {
                    beside
                        .as_ref()
                        .map_or(Err(error), |beside| beside.read(&renew))
                })
                .map_err(BoxError::from),
        };
        Answer::Read(ready(read)).into()
    }
}

/// The future of [`Tokens`].
#[derive(Debug)]
pub struct TokensFuture(Answer);

/// A token that was read, or one that is awaited.
#[derive(Debug)]
enum Answer {
    Read(Ready<Result<Token, BoxError>>),
    Asked(CachedFuture),
}

impl Future for TokensFuture {
    type Output = Result<Token, BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Answer::Read(read) => Pin::new(read).poll(cx),
            Answer::Asked(asked) => Pin::new(asked).poll(cx).map_err(BoxError::from),
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::Certificate(_) => "Certificate",
            Kind::Fixed(_) => "Fixed",
            Kind::File { .. } => "File",
            Kind::Asked(_) => "Asked",
        })
    }
}
