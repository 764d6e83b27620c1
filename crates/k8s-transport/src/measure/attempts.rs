//! Measures each attempt of a request: how large it is, and how it ends.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ::http::{Request, Response, StatusCode, Uri};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::{Labels, Measurement, OnMeasurement};
use crate::retry::SentAgain;

/// Measures attempts: makes [`MeasureAttempts`] of a service. It stands below a retry.
pub struct MeasureAttemptsLayer<H> {
    hook: Arc<H>,
    server: Arc<str>,
}

/// A service whose attempts are measured; see [`MeasureAttemptsLayer`].
///
/// It tells [`RequestSize`](Measurement::RequestSize), where the body knows it,
/// [`RequestResult`](Measurement::RequestResult), and of each attempt but a request's first
/// [`RequestRetry`](Measurement::RequestRetry).
pub struct MeasureAttempts<S, H> {
    inner: S,
    layer: MeasureAttemptsLayer<H>,
}

pin_project! {
    /// The future of [`MeasureAttempts`].
    pub struct MeasureAttemptsFuture<F, H> {
        #[pin]
        answer: F,
        open: Option<Open<H>>,
    }
}

struct Open<H> {
    hook: Arc<H>,
    labels: Labels,
    size: Option<u64>,
    again: bool,
}

impl<H: OnMeasurement> Open<H> {
    fn tell(self, code: Option<StatusCode>) {
        let (verb, host) = (&self.labels.method, &*self.labels.host);
        if let Some(bytes) = self.size {
            let size = Measurement::RequestSize { verb, host, bytes };
            self.hook.on_measurement(&size);
        }
        let method = verb;
        let result = Measurement::RequestResult { code, method, host };
        self.hook.on_measurement(&result);
        if self.again {
            let retry = Measurement::RequestRetry { code, verb, host };
            self.hook.on_measurement(&retry);
        }
    }
}

impl<H: OnMeasurement> MeasureAttemptsLayer<H> {
    /// Tells this hook.
    pub fn new(hook: H) -> Self {
        Self {
            hook: Arc::new(hook),
            server: Arc::from(""),
        }
    }

    /// Names the host of this server where the request's URI names none.
    #[must_use]
    pub fn server(mut self, server: &Uri) -> Self {
        self.server = super::server(server);
        self
    }
}

impl<S, H> Layer<S> for MeasureAttemptsLayer<H> {
    type Service = MeasureAttempts<S, H>;

    fn layer(&self, inner: S) -> MeasureAttempts<S, H> {
        MeasureAttempts {
            inner,
            layer: self.clone(),
        }
    }
}

impl<S, H, A, B> Service<Request<A>> for MeasureAttempts<S, H>
where
    S: Service<Request<A>, Response = Response<B>>,
    A: Body,
    H: OnMeasurement,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = MeasureAttemptsFuture<S::Future, H>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let open = (!self.layer.hook.is_off()).then(|| Open {
            hook: Arc::clone(&self.layer.hook),
            labels: Labels::of(&request, &self.layer.server),
            size: request.body().size_hint().exact(),
            again: request.extensions().get::<SentAgain>().is_some(),
        });
        MeasureAttemptsFuture {
            answer: self.inner.call(request),
            open,
        }
    }
}

impl<F, H, B, E> Future for MeasureAttemptsFuture<F, H>
where
    F: Future<Output = Result<Response<B>, E>>,
    H: OnMeasurement,
{
    type Output = Result<Response<B>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answered = ready!(this.answer.poll(cx));
        if let Some(open) = this.open.take() {
            open.tell(answered.as_ref().ok().map(Response::status));
        }
        Poll::Ready(answered)
    }
}

// === Clone, Debug ===

impl<H> Clone for MeasureAttemptsLayer<H> {
    fn clone(&self) -> Self {
        Self {
            hook: Arc::clone(&self.hook),
            server: Arc::clone(&self.server),
        }
    }
}

impl<S: Clone, H> Clone for MeasureAttempts<S, H> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layer: self.layer.clone(),
        }
    }
}

impl<H> fmt::Debug for MeasureAttemptsLayer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasureAttemptsLayer")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl<S, H> fmt::Debug for MeasureAttempts<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasureAttempts").finish_non_exhaustive()
    }
}

impl<F, H> fmt::Debug for MeasureAttemptsFuture<F, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasureAttemptsFuture")
            .finish_non_exhaustive()
    }
}
