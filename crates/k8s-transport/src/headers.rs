//! Headers that every request carries, unless it has its own.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::header::USER_AGENT;
use ::http::{HeaderMap, HeaderName, HeaderValue, Request};
use tower_layer::Layer;
use tower_service::Service;

/// Gives requests headers: makes [`DefaultHeaders`] of a service.
///
/// ```
/// use http::HeaderValue;
/// use k8s_transport::DefaultHeadersLayer;
///
/// let layer = DefaultHeadersLayer::new().user_agent(HeaderValue::from_static("mine/1.0"));
/// # let _ = layer;
/// ```
#[derive(Clone, Default)]
pub struct DefaultHeadersLayer {
    headers: Arc<HeaderMap>,
}

/// A service whose requests carry certain headers; see [`DefaultHeadersLayer`].
///
/// A request that has a header keeps its own, with all its values.
#[derive(Clone)]
pub struct DefaultHeaders<S> {
    inner: S,
    headers: Arc<HeaderMap>,
}

// === impl DefaultHeadersLayer ===

impl DefaultHeadersLayer {
    /// No headers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One header more; the last value of a name counts.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        Arc::make_mut(&mut self.headers).insert(name, value);
        self
    }

    /// `User-Agent`: who it is that asks, for the server's logs and its metrics.
    #[must_use]
    pub fn user_agent(self, value: HeaderValue) -> Self {
        self.header(USER_AGENT, value)
    }
}

impl<S> Layer<S> for DefaultHeadersLayer {
    type Service = DefaultHeaders<S>;

    fn layer(&self, inner: S) -> DefaultHeaders<S> {
        DefaultHeaders {
            inner,
            headers: Arc::clone(&self.headers),
        }
    }
}

// === impl DefaultHeaders ===

impl<S> DefaultHeaders<S> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, whose requests carry what they bring.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for DefaultHeaders<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        for (name, value) in &*self.headers {
            request
                .headers_mut()
                .entry(name)
                .or_insert_with(|| value.clone());
        }
        self.inner.call(request)
    }
}

// Values are not shown: a header of somebody's own may be a secret.
impl fmt::Debug for DefaultHeadersLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.headers.keys();
        f.debug_list().entries(names).finish()
    }
}

impl<S> fmt::Debug for DefaultHeaders<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultHeaders").finish_non_exhaustive()
    }
}
