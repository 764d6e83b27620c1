//! A span for each request, from its call until its answer has been read.

mod body;
mod future;

use std::fmt;
use std::task::{Context, Poll};

use ::http::{Request, Response, Uri};
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
/// its head. Its fields: `method`, `class` (the [`RequestClass`]), `host`, `status`, `bytes` of the answer's body, and
/// `attempts` where there was more than one. It never shows a path, a header or a body.
#[derive(Clone, Debug, Default)]
pub struct TraceLayer {
    host: Option<String>,
}

/// A service whose requests have spans; see [`TraceLayer`].
#[derive(Clone)]
pub struct Trace<S> {
    inner: S,
    host: Option<String>,
}

// === impl TraceLayer ===

impl TraceLayer {
    /// Spans that name the host of the request's URI.
    pub const fn new() -> Self {
        Self { host: None }
    }

    /// Names the host of this server where the request's URI names none.
    #[must_use]
    pub fn server(mut self, server: &Uri) -> Self {
        self.host = host(server).map(str::to_owned);
        self
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace {
            inner,
            host: self.host.clone(),
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
        if let Some(RequestClass(class)) = request.extensions().get() {
            span.record("class", class);
        }
        if let Some(host) = host(request.uri()).or(self.host.as_deref()) {
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
        let answer = span.in_scope(|| self.inner.call(request));
        TraceFuture::new(answer, span)
    }
}

impl<S> fmt::Debug for Trace<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
