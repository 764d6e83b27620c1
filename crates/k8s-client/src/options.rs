//! What a program may choose about its client, beside what its configuration says.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use k8s_auth::Trust;
use k8s_transport::{
    AnyConnector, BodyLimit, DefaultRetry, LogWarnings, OnWarning, RateLimitLayer,
};

use crate::Credentials;
use crate::metric::{MetricHook, OnMetric};

/// How a client behaves, where the configuration of the cluster has no say.
///
/// # Defaults
///
/// `User-Agent` as client-go's: the program's name, version, system and machine. The server's warnings are logged, each
/// once. Nothing is measured. No rate limit of our own: the API server's priority and fairness does better. Answers of
/// any size.
///
/// ```
/// use k8s_client::{ClientOptions, Metric};
///
/// let options = ClientOptions::new()
///     .rate_limit(50.0, 100)
///     .on_metric(|metric: &Metric<'_>| println!("{} {}", metric.name(), metric.value()));
/// # let _ = options;
/// ```
#[derive(Clone)]
pub struct ClientOptions {
    pub(crate) user_agent: HeaderValue,
    pub(crate) warnings: Arc<dyn OnWarning>,
    pub(crate) metrics: MetricHook,
    pub(crate) rate_limit: Option<RateLimitLayer>,
    pub(crate) body_limit: BodyLimit,
    pub(crate) connector: Option<AnyConnector>,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) trust: Option<Trust>,
    pub(crate) retry: DefaultRetry,
}

impl ClientOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            user_agent: crate::user_agent::default(),
            warnings: Arc::new(LogWarnings::new()),
            metrics: MetricHook::default(),
            rate_limit: None,
            body_limit: BodyLimit(None),
            connector: None,
            credentials: None,
            trust: None,
            retry: DefaultRetry::new(),
        }
    }

    /// `User-Agent` of requests that bring none.
    #[must_use]
    pub fn user_agent(mut self, value: HeaderValue) -> Self {
        self.user_agent = value;
        self
    }

    /// Who hears what the server warns of. A closure over [`Warning`](crate::Warning) is one.
    #[must_use]
    pub fn on_warning(mut self, hook: impl OnWarning + 'static) -> Self {
        self.warnings = Arc::new(hook);
        self
    }

    /// Who hears what is measured. A closure over [`Metric`](crate::Metric) is one.
    #[must_use]
    pub fn on_metric(mut self, hook: impl OnMetric + 'static) -> Self {
        self.metrics = MetricHook::new(hook);
        self
    }

    /// How many requests are sent a second, and how many at once; watches are not counted. client-go's `QPS` and
    /// `Burst`, which it sets to 5 and 10. Clients that are made of clones of these options share the limit.
    #[must_use]
    pub fn rate_limit(mut self, qps: f32, burst: u32) -> Self {
        self.rate_limit = Some(RateLimitLayer::new(qps, burst));
        self
    }

    /// How many bytes an answer may have, decompressed; what goes on for long (watches, logs) has no limit.
    #[must_use]
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_limit = BodyLimit(Some(bytes));
        self
    }

    /// What is sent again, how often and when.
    #[must_use]
    pub fn retry(mut self, policy: DefaultRetry) -> Self {
        self.retry = policy;
        self
    }

    /// What carries the bytes, TLS to the server above it: a Unix socket, an in-memory pair, a tunnel of your own. By default
    /// TCP, through the proxy that the configuration or else the environment names.
    #[must_use]
    pub fn connector(mut self, connector: AnyConnector) -> Self {
        self.connector = Some(connector);
        self
    }

    /// Who the client is, in the place of what its configuration says: a handle that other clients have, too, so that a
    /// plugin runs once for all of them. Default: what the configuration says, for this client alone.
    #[must_use]
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Whom to believe, in the place of the configuration's authorities: a pinned key
    /// ([`Trust::pinned`](k8s_auth::Trust::pinned)), say, where it tells to believe anybody. The configuration's server
    /// name and the user's certificate hold as ever.
    #[must_use]
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("user_agent", &self.user_agent)
            .field("rate_limit", &self.rate_limit)
            .field("body_limit", &self.body_limit)
            .field("credentials", &self.credentials)
            .field("retry", &self.retry)
            .finish_non_exhaustive()
    }
}
