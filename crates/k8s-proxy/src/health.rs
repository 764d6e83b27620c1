//! Whether the proxy lives and may be used, on a port of its own, so that nothing of the API is shadowed.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use k8s_client::{Body, BoxError, SendOnce};
use tokio::time::timeout;
use tower::ServiceExt as _;
use tower_service::Service;

use crate::answer;
use crate::drain::Drain;
#[cfg(feature = "metrics")]
use crate::metrics::Metrics;

/// Answers a kubelet's probes, and Prometheus.
///
/// `/healthz` and `/livez` say `ok` for as long as the process answers. `/readyz` asks the API server's own `/readyz` and says 503 while
/// that is not well, cannot be reached within the [timeout](Self::timeout), or the proxy is [ending](Drain). `/metrics` is there with
/// [`metrics`](Self::metrics).
#[derive(Clone)]
pub struct Health<S> {
    client: S,
    drain: Drain,
    timeout: Duration,
    #[cfg(feature = "metrics")]
    metrics: Option<Metrics>,
}

impl<S> Health<S> {
    /// The health of a proxy over this client.
    pub fn new(client: S, drain: &Drain) -> Self {
        Self {
            client,
            drain: drain.clone(),
            timeout: Duration::from_secs(5),
            #[cfg(feature = "metrics")]
            metrics: None,
        }
    }

    /// How long `/readyz` waits for the API server. Default: 5 s.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Serves these at `/metrics`.
    #[cfg(feature = "metrics")]
    #[must_use]
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = Some(metrics);
        self
    }
}

impl<S, R> Health<S>
where
    S: Service<Request<Body>, Response = Response<R>, Error: Into<BoxError>> + Clone,
{
    async fn answer(self, method: Method, path: String) -> Response<Body> {
        if !matches!(method, Method::GET | Method::HEAD) {
            return text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD");
        }
        match path.as_str() {
            "/healthz" | "/livez" => text(StatusCode::OK, "ok"),
            "/readyz" => self.readiness().await,
            #[cfg(feature = "metrics")]
            "/metrics" if self.metrics.is_some() => openmetrics(self.metrics.as_ref()),
            _ => answer::not_found("there is no such page"),
        }
    }

    async fn readiness(self) -> Response<Body> {
        if self.drain.has_started() {
            return unready("the proxy is ending");
        }
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = http::Uri::from_static("/readyz");
        request.extensions_mut().insert(SendOnce);
        match timeout(self.timeout, self.client.oneshot(request)).await {
            Ok(Ok(response)) if response.status() == StatusCode::OK => text(StatusCode::OK, "ok"),
            Ok(Ok(response)) => unready(format!(
                "the API server's /readyz says {}",
                response.status()
            )),
            Ok(Err(error)) => unready(answer::chain(&*error.into())),
            Err(_) => unready(format!(
                "the API server does not answer within {:?}",
                self.timeout
            )),
        }
    }
}

impl<S, R, B> Service<Request<B>> for Health<S>
where
    S: Service<Request<Body>, Response = Response<R>, Error: Into<BoxError>>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    R: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    /// A probe comes every few seconds: its future may be boxed.
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let health = self.clone();
        Box::pin(async move { Ok(health.answer(method, path).await) })
    }
}

fn text(code: StatusCode, text: impl Into<String>) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from(text.into())));
    *response.status_mut() = code;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

fn unready(why: impl fmt::Display) -> Response<Body> {
    text(StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}"))
}

#[cfg(feature = "metrics")]
fn openmetrics(metrics: Option<&Metrics>) -> Response<Body> {
    let mut response = text(
        StatusCode::OK,
        metrics.map(Metrics::text).unwrap_or_default(),
    );
    let format =
        HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, format);
    response
}

impl<S: fmt::Debug> fmt::Debug for Health<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Health")
            .field("client", &self.client)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
