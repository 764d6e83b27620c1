//! What the stack is made of: everything of it that a configuration and a program's options decide.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Uri};
use k8s_auth::crypto::Provider;
use k8s_auth::{ImpersonateLayer, Origin, Trust};
use k8s_config::Config;
use k8s_transport::{
    AnyConnector, BodyLimit, DefaultRetry, OnWarning, Proxy, RateLimitLayer, TransportOptions,
};

use crate::{ClientOptions, Error, MetricHook, Tokens, from_config};

/// The layer that undoes compression; in a build without the feature `gzip`, one that does nothing.
#[cfg(feature = "gzip")]
pub type Decompress = k8s_transport::GunzipLayer;

/// The layer that undoes compression; in a build without the feature `gzip`, one that does nothing.
#[cfg(not(feature = "gzip"))]
pub type Decompress = tower::layer::util::Identity;

/// What [`stack::assemble`](crate::stack::assemble) puts together, for stacks of your own: take from it what you want,
/// leave the rest.
///
/// Making it opens no connection, runs no plugin and spawns nothing.
///
/// ```
/// use k8s_client::{ClientOptions, Config, Pieces, crypto};
///
/// # fn main() -> Result<(), k8s_client::Error> {
/// let config = Config::new("http://127.0.0.1:8001".parse().unwrap());
/// let pieces = Pieces::from_config(&config, &crypto::ring(), &ClientOptions::new())?;
/// assert!(pieces.tokens.is_none());
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
pub struct Pieces {
    /// The API server, with the prefix of its paths.
    pub server: Uri,
    /// How long a request may take in all; `None`: as long as it takes. The configuration's.
    pub request_timeout: Option<Duration>,
    /// Asks for compressed answers, unless the cluster's entry says `disable-compression`, and undoes it.
    pub gunzip: Decompress,
    /// What carries the bytes: the options', else TCP, through the proxy that the configuration or the environment names.
    pub connector: AnyConnector,
    /// The proxy that the configuration names, else the environment; `None`: none, or a connector of the options'.
    pub proxy: Option<Proxy>,
    /// How long connections are kept, and how they are asked whether they live.
    pub transport: TransportOptions,
    /// Whether HTTP/2 is offered to the server.
    pub http2: bool,
    /// Whom to believe, and which certificate to show.
    pub trust: Trust,
    /// What authorizes requests, and for which server it is; `None`: nothing does.
    pub tokens: Option<(Tokens, Origin)>,
    /// Whom to act as; `None`: the user.
    pub impersonate: Option<ImpersonateLayer>,
    /// Who hears of what is measured.
    pub metrics: MetricHook,
    /// Who hears what the server warns of.
    pub warnings: Arc<dyn OnWarning>,
    /// What is sent again, how often and when.
    pub retry: DefaultRetry,
    /// How many requests are sent a second; `None`: no limit of ours.
    pub rate_limit: Option<RateLimitLayer>,
    /// `User-Agent` of requests that bring none.
    pub user_agent: HeaderValue,
    /// How many bytes an answer may have.
    pub body_limit: BodyLimit,
}

impl Pieces {
    /// The pieces for the cluster that `config` describes, as the options say.
    ///
    /// # Errors
    ///
    /// If the CA or the client certificate cannot be read, or the configuration needs what this build lacks.
    pub fn from_config(
        config: &Config,
        crypto: &Provider,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        let metrics = &options.metrics;
        let (connector, proxy) = match &options.connector {
            Some(connector) => (connector.clone(), None),
            None => from_config::connector(config, crypto, metrics)?,
        };
        let credentials = from_config::credentials(config, crypto, options)?;
        let trust = from_config::trust(config, crypto, &credentials, options)?;
        Ok(Self {
            server: config.server.clone(),
            request_timeout: config.request_timeout,
            gunzip: decompress(!config.disable_compression),
            connector,
            proxy,
            transport: from_config::transport_options(config),
            http2: from_config::offers_http2(config),
            tokens: credentials.tokens(config, &trust)?,
            trust,
            impersonate: from_config::impersonate(config)?,
            metrics: metrics.clone(),
            warnings: Arc::clone(&options.warnings),
            retry: options.retry,
            rate_limit: options.rate_limit.clone(),
            user_agent: options.user_agent.clone(),
            body_limit: options.body_limit,
        })
    }
}

#[cfg(feature = "gzip")]
fn decompress(ask: bool) -> Decompress {
    k8s_transport::GunzipLayer::new().ask(ask)
}

#[cfg(not(feature = "gzip"))]
fn decompress(_: bool) -> Decompress {
    tower::layer::util::Identity::new()
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces")
            .field("server", &self.server)
            .field("http2", &self.http2)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}
