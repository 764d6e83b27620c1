//! The proxy as one service, and what can be chosen about it.

use std::convert::Infallible;
use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, Uri};
use k8s_client::{Body, BoxError};
use tower::util::Either;
use tower_layer::Layer as _;
use tower_service::Service;

use crate::drain::Drain;
use crate::filter::{Filter, FilterLayer, Filtered};
use crate::forward::Forward;
use crate::prefix::{InvalidPrefix, PrefixLayer, Prefixed};
use crate::same_origin::{SameOrigin, SameOriginLayer};

/// What can be chosen about a [`Proxy`]. The names and defaults are those of `kubectl proxy`, with more refused by default.
///
/// ```
/// use k8s_proxy::{Drain, Filter, ProxyOptions};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut filter = Filter::new();
/// filter.accept_paths = "^/api/v1/namespaces/shop/,^/version$".parse()?;
/// filter.read_only = true;
/// let drain = Drain::new();
/// # let client = k8s_client::Client::new(k8s_testing::ApiServer::new());
/// let proxy = ProxyOptions::new().filter(filter).api_prefix("/k8s/")?.proxy(client, &drain);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ProxyOptions {
    filter: Option<Filter>,
    prefix: PrefixLayer,
    trusted: bool,
    server: Option<Uri>,
}

/// An API server for those who have no credentials: every request is sent with the client's own.
///
/// `same origin ▸ filter ▸ prefix ▸ forward ▸ client`. It mounts in axum (`nest_service`, `fallback_service`), takes any request body, and never
/// fails: what goes wrong is an answer. [`Server`](crate::Server) serves it on a socket.
#[derive(Clone)]
pub struct Proxy<S> {
    stack: Stack<S>,
}

type Api<S> = Prefixed<Forward<S>>;
type Stack<S> = Either<SameOrigin<Filtered<Api<S>>>, Api<S>>;

// === impl ProxyOptions ===

impl ProxyOptions {
    /// The defaults: the default [`Filter`], no foreign pages, everything below `/`, nobody's identity but the proxy's.
    #[must_use]
    pub fn new() -> Self {
        Self {
            filter: Some(Filter::new()),
            prefix: PrefixLayer::new("/").expect("the root is a folder"),
            trusted: false,
            server: None,
        }
    }

    /// Which requests pass.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Lets everything in, also what other sites' pages ask a browser to send: `--disable-filter`. Only for a Unix socket, or below a guard of your own.
    #[must_use]
    pub fn disable_filter(mut self) -> Self {
        self.filter = None;
        self
    }

    /// Serves the API below this path: `--api-prefix`; see [`PrefixLayer`].
    ///
    /// # Errors
    /// [`InvalidPrefix`] when it is no path of a folder.
    pub fn api_prefix(mut self, prefix: &str) -> Result<Self, InvalidPrefix> {
        self.prefix = PrefixLayer::new(prefix)?;
        Ok(self)
    }

    /// Hands on who the client says to be; see [`Forward::trusted`].
    #[must_use]
    pub fn trusted(mut self, trusted: bool) -> Self {
        self.trusted = trusted;
        self
    }

    /// Sends paths to this server as they come, not below its URI's path; see [`Forward::verbatim`].
    #[must_use]
    pub fn verbatim(mut self, server: Uri) -> Self {
        self.server = Some(server);
        self
    }

    /// The proxy over this client, which ends with `drain`.
    pub fn proxy<S>(self, client: S, drain: &Drain) -> Proxy<S> {
        let forward = Forward::new(client, drain.clone())
            .trusted(self.trusted)
            .verbatim(self.server);
        let api = self.prefix.layer(forward);
        let stack = match self.filter {
            Some(filter) => {
                let filtered = FilterLayer::new(filter).layer(api);
                Either::Left(SameOriginLayer::new().layer(filtered))
            }
            None => Either::Right(api),
        };
        Proxy { stack }
    }
}

impl Default for ProxyOptions {
    fn default() -> Self {
        Self::new()
    }
}

// === impl Proxy ===

impl<S> Proxy<S> {
    /// A proxy over this client, with the [defaults](ProxyOptions::new).
    pub fn new(client: S, drain: &Drain) -> Self {
        ProxyOptions::new().proxy(client, drain)
    }
}

impl<S, R, B> Service<Request<B>> for Proxy<S>
where
    S: Service<Request<Body>, Response = Response<R>, Error: Into<BoxError>> + Clone,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = <Stack<S> as Service<Request<B>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        <Stack<S> as Service<Request<B>>>::poll_ready(&mut self.stack, cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.stack.call(request)
    }
}

impl<S: fmt::Debug> fmt::Debug for Proxy<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").finish_non_exhaustive()
    }
}
