//! Who the clients of one user are: a handle that they share, so that a plugin runs once for all of them.

use std::fmt;
use std::future::Future;

use k8s_auth::crypto::Provider;
use k8s_auth::token::{Cached, Renew};
use k8s_auth::{Identity, Origin, Token, Trust};
use k8s_config::Config;
use tower::Service;

use crate::from_config::followed::Followed;
use crate::from_config::tokens::{self, Asked, Kind, Tokens};
use crate::metric::MetricHook;
use crate::{BoxError, Error};

/// The credential of a configuration's user. Clones share what was fetched: a token, a certificate, a plugin's answer.
///
/// A client makes one of its own, unless it is given this one: [`ClientOptions::credentials`](crate::ClientOptions::credentials).
/// With it, a credential plugin runs once, and an identity provider is asked once, however many clients there are.
///
/// A kubeconfig that another process rewrites is read again: a new token, certificate, plugin or refresh token of the same
/// user come through; another `current-context` does not. Making one runs nothing and opens no connection.
#[derive(Clone)]
pub struct Credentials {
    tokens: Option<Tokens>,
    identity: Option<Identity>,
}

impl Credentials {
    /// The credential of `config`'s user; a plugin that wants to know the cluster is told of `config`'s.
    ///
    /// # Errors
    ///
    /// If the user has what this build lacks or Kubernetes no longer knows, or a password cannot be read.
    pub fn from_config(config: &Config, crypto: &Provider) -> Result<Self, Error> {
        Self::measured(config, crypto, &MetricHook::default())
    }

    /// As [`from_config`](Self::from_config), and tells of every run of a plugin.
    pub(crate) fn measured(
        config: &Config,
        crypto: &Provider,
        metrics: &MetricHook,
    ) -> Result<Self, Error> {
        let followed = Followed::new(config);
        let (tokens, identity) = tokens::of(config, crypto, &followed, metrics)?;
        Ok(Self { tokens, identity })
    }

    /// What `plugin` prints, run as you say: with another time limit, without our standard input. It is not configured anew
    /// when a kubeconfig is rewritten.
    #[cfg(feature = "exec")]
    pub fn from_plugin(plugin: k8s_auth::ExecPlugin) -> Self {
        Self {
            identity: Some(plugin.identity()),
            tokens: Some(Kind::Asked(Cached::new(tokens::erased(plugin))).into()),
        }
    }

    /// Tokens of a source of your own, in the place of what a configuration says: a vault, a
    /// [`TokenRequestSource`](crate::TokenRequestSource). They are kept, and renewed before they end.
    pub fn from_source<T>(source: T) -> Self
    where
        T: Service<Renew, Response = Token, Error: Into<BoxError>> + Clone + Send + Sync + 'static,
        T::Future: Future + Send,
    {
        Self::from_cached(Cached::new(tokens::erased(source)))
    }

    /// As [`from_source`](Self::from_source), kept by a clock of your own.
    pub fn from_source_by_clock<T>(source: T, clock: impl k8s_auth::Clock + 'static) -> Self
    where
        T: Service<Renew, Response = Token, Error: Into<BoxError>> + Clone + Send + Sync + 'static,
        T::Future: Future + Send,
    {
        Self::from_cached(Cached::new(tokens::erased(source)).clock(clock))
    }

    fn from_cached(cached: Cached<Asked>) -> Self {
        Self {
            tokens: Some(Kind::Asked(cached).into()),
            identity: None,
        }
    }

    /// What is shown to TLS: the plugin's certificate, or the configuration's.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// What authorizes requests, and which server it is for; `None`: nothing does.
    pub(crate) fn tokens(
        &self,
        config: &Config,
        trust: &Trust,
    ) -> Result<Option<(Tokens, Origin)>, Error> {
        let tokens = match &self.tokens {
            Some(tokens) => tokens.clone(),
            None if self.identity.is_some() => Kind::Certificate(trust.certificate_source()).into(),
            None => return Ok(None),
        };
        let origin = if config.server.scheme_str() == Some("http") {
            Origin::loopback_http(&config.server)
        } else {
            Origin::https(&config.server)
        };
        let origin =
            origin.map_err(|cause| Error::build("checking where the token may go", cause))?;
        Ok(Some((tokens, origin)))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
