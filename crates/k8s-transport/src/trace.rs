//! A span for each request, from its call until its answer has been read.

mod body;
mod future;

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::{Method, Request, Response, Uri};
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;
use tracing::field::Empty;

pub use self::body::TraceBody;
pub use self::future::TraceFuture;
use crate::class::RequestClass;

/// Opens a span for each request: makes [`Trace`] of a service.
///
/// The span is called `request`, at level `DEBUG`, and ends when the answer's body has been read or dropped, not with
/// its head. Its fields: `method`, `class` (the [`RequestClass`], else what [`classify`](Self::classify) says), `host`, `status`, `bytes` of the answer's body, and
/// `attempts` where there was more than one. It never shows a path, a header or a body.
#[derive(Clone, Debug, Default)]
pub struct TraceLayer {
    host: Option<Arc<str>>,
    classify: Option<Classify>,
}

/// Says what sort of request it is that has this method and URI.
type Classify = fn(&Method, &Uri) -> &'static str;

/// A service whose requests have spans; see [`TraceLayer`].
#[derive(Clone)]
pub struct Trace<S> {
    inner: S,
    layer: TraceLayer,
}

// === impl TraceLayer ===

impl TraceLayer {
    /// Spans that name the host of the request's URI.
    pub const fn new() -> Self {
        Self {
            host: None,
            classify: None,
        }
    }

    /// Asks this for the sort of a request that says none itself; only while somebody listens to the span.
    #[must_use]
    pub const fn classify(mut self, classify: Classify) -> Self {
        self.classify = Some(classify);
        self
    }

    /// Names the host of this server where the request's URI names none.
    #[must_use]
    pub fn server(mut self, server: &Uri) -> Self {
        self.host = host(server).map(Arc::from);
        self
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace {
            inner,
            layer: self.clone(),
        }
    }
}

/// Host and port, without user and password.
pub(crate) fn host(uri: &Uri) -> Option<&str> {
    let authority = uri.authority()?.as_str();
    Some(
        authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host),
    )
}

// === impl Trace ===

impl<S> Trace<S> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, without spans.
    pub fn into_inner(self) -> S {
        self.inner
    }

    fn span<B>(&self, request: &Request<B>) -> Span {
        let span = tracing::debug_span!(
            "request",
            method = %request.method(),
            class = Empty,
            host = Empty,
            status = Empty,
            bytes = Empty,
            attempts = Empty,
        );
        if span.is_disabled() {
            return span;
        }
        let class = request.extensions().get::<RequestClass>();
        let class = class.map(|class| class.0);
        let classify = |classify: Classify| classify(request.method(), request.uri());
        if let Some(class) = class.or_else(|| self.layer.classify.map(classify)) {
            span.record("class", class);
        }
        if let Some(host) = host(request.uri()).or(self.layer.host.as_deref()) {
            span.record("host", host);
        }
        span
    }
}

impl<S, A, B> Service<Request<A>> for Trace<S>
where
    S: Service<Request<A>, Response = Response<B>>,
{
    type Response = Response<TraceBody<B>>;
    type Error = S::Error;
    type Future = TraceFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let span = self.span(&request);
        let entered = span.enter();
        let answer = self.inner.call(request);
        drop(entered);
        TraceFuture::new(answer, span)
    }
}

impl<S> fmt::Debug for Trace<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace")
            .field("host", &self.layer.host)
            .finish_non_exhaustive()
    }
}
