//! What the proxy does, counted: for Prometheus, on a port of its own.

mod body;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

pub use self::body::CountedBody;

/// Upper bounds of the histogram, in seconds; those of client-go's `rest_client_request_duration_seconds`.
const SECONDS: [f64; 12] = [
    0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0,
];

/// Counts requests and answers. Clones count together.
///
/// | metric | meaning |
/// |---|---|
/// | `k8s_proxy_requests_total{code,method}` | answers, by status code and method |
/// | `k8s_proxy_request_duration_seconds` | from the request to the head of its answer |
/// | `k8s_proxy_requests_in_flight` | requests whose answer has not ended; watches too |
/// | `k8s_proxy_response_bytes_total` | bytes of answers' bodies |
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

struct Inner {
    registry: Registry,
    requests: Family<Labels, Counter>,
    seconds: Histogram,
    in_flight: Gauge,
    bytes: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    code: u16,
    method: &'static str,
}

/// Counts what passes.
#[derive(Clone, Debug)]
pub struct MetricsLayer {
    metrics: Metrics,
}

/// The service of [`MetricsLayer`].
#[derive(Clone, Debug)]
pub struct Counted<S> {
    inner: S,
    metrics: Metrics,
}

pin_project! {
    /// The future of [`Counted`].
    #[derive(Debug)]
    pub struct CountedFuture<F> {
        #[pin]
        answer: F,
        method: &'static str,
        began: Instant,
        flight: Option<InFlight>,
    }
}

/// A request under way; dropping it ends the count.
#[derive(Debug)]
pub(crate) struct InFlight {
    metrics: Metrics,
}

// === impl Metrics ===

impl Metrics {
    /// Counters that stand at zero.
    #[must_use]
    pub fn new() -> Self {
        let requests = Family::default();
        let seconds = Histogram::new(SECONDS);
        let in_flight = Gauge::default();
        let bytes = Counter::default();
        let mut registry = Registry::with_prefix("k8s_proxy");
        registry.register(
            "requests",
            "Answers, by status code and method",
            requests.clone(),
        );
        let help = "Seconds from the request to the head of its answer";
        registry.register("request_duration_seconds", help, seconds.clone());
        let help = "Requests whose answer has not ended";
        registry.register("requests_in_flight", help, in_flight.clone());
        registry.register("response_bytes", "Bytes of answers' bodies", bytes.clone());
        let inner = Inner {
            registry,
            requests,
            seconds,
            in_flight,
            bytes,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// All of them, in the OpenMetrics text format.
    #[must_use]
    pub fn text(&self) -> String {
        let mut all = String::new();
        // A String has room for everything.
        let _ = text::encode(&mut all, &self.inner.registry);
        all
    }

    fn answered(&self, code: StatusCode, method: &'static str, began: Instant) {
        let labels = Labels {
            code: code.as_u16(),
            method,
        };
        self.inner.requests.get_or_create(&labels).inc();
        self.inner.seconds.observe(began.elapsed().as_secs_f64());
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

// === impl MetricsLayer ===

impl MetricsLayer {
    /// Counts into `metrics`.
    #[must_use]
    pub const fn new(metrics: Metrics) -> Self {
        Self { metrics }
    }
}

impl<S> Layer<S> for MetricsLayer {
    type Service = Counted<S>;

    fn layer(&self, inner: S) -> Counted<S> {
        Counted {
            inner,
            metrics: self.metrics.clone(),
        }
    }
}

// === impl Counted ===

impl<S, B, R> Service<Request<B>> for Counted<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: http_body::Body<Data = Bytes>,
{
    type Response = Response<CountedBody<R>>;
    type Error = S::Error;
    type Future = CountedFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let method = known(request.method());
        CountedFuture {
            answer: self.inner.call(request),
            method,
            began: Instant::now(),
            flight: Some(InFlight::begin(&self.metrics)),
        }
    }
}

impl<F, R, E> Future for CountedFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: http_body::Body<Data = Bytes>,
{
    type Output = Result<Response<CountedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answer.poll(cx))?;
        let flight = this.flight.take();
        if let Some(flight) = &flight {
            flight
                .metrics
                .answered(response.status(), this.method, *this.began);
        }
        Poll::Ready(Ok(response.map(|body| CountedBody::new(body, flight))))
    }
}

/// A label of few values: a client that makes methods up would fill the memory.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

// === impl InFlight ===

impl InFlight {
    fn begin(metrics: &Metrics) -> Self {
        metrics.inner.in_flight.inc();
        Self {
            metrics: metrics.clone(),
        }
    }

    fn bytes(&self, count: usize) {
        self.metrics.inner.bytes.inc_by(count as u64);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.metrics.inner.in_flight.dec();
    }
}
