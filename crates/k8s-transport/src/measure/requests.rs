//! Measures requests as a whole: how long they take, and how large their answers are.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use ::http::{Request, Response, Uri};
use pin_project_lite::pin_project;
use tokio::time::Instant;
use tower_layer::Layer;
use tower_service::Service;

use super::body::{MeasuredBody, Open};
use super::{Labels, OnMeasurement};
use crate::class::LongRunning;

/// Measures requests as a whole: makes [`MeasureRequests`] of a service. It stands above a retry.
pub struct MeasureRequestsLayer<H> {
    hook: Arc<H>,
    server: Arc<str>,
}

/// A service whose requests are measured; see [`MeasureRequestsLayer`].
///
/// It tells [`RequestDuration`](super::Measurement::RequestDuration) and
/// [`ResponseSize`](super::Measurement::ResponseSize) when an answer has been read, or somebody gave it up.
pub struct MeasureRequests<S, H> {
    inner: S,
    layer: MeasureRequestsLayer<H>,
}

pin_project! {
    /// The future of [`MeasureRequests`].
    pub struct MeasureRequestsFuture<F, H: OnMeasurement> {
        #[pin]
        answer: F,
        open: Option<Open<H>>,
    }
}

impl<H: OnMeasurement> MeasureRequestsLayer<H> {
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

impl<S, H> Layer<S> for MeasureRequestsLayer<H> {
    type Service = MeasureRequests<S, H>;

    fn layer(&self, inner: S) -> MeasureRequests<S, H> {
        MeasureRequests {
            inner,
            layer: self.clone(),
        }
    }
}

impl<S, H, A, B> Service<Request<A>> for MeasureRequests<S, H>
where
    S: Service<Request<A>, Response = Response<B>>,
    H: OnMeasurement,
{
    type Response = Response<MeasuredBody<B, H>>;
    type Error = S::Error;
    type Future = MeasureRequestsFuture<S::Future, H>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let open = (!self.layer.hook.is_off()).then(|| {
            let ends = request.extensions().get::<LongRunning>().is_none();
            Open {
                hook: Arc::clone(&self.layer.hook),
                labels: Labels::of(&request, &self.layer.server),
                started: ends.then(Instant::now),
                bytes: None,
            }
        });
        MeasureRequestsFuture {
            answer: self.inner.call(request),
            open,
        }
    }
}

impl<F, H, B, E> Future for MeasureRequestsFuture<F, H>
where
    F: Future<Output = Result<Response<B>, E>>,
    H: OnMeasurement,
{
    type Output = Result<Response<MeasuredBody<B, H>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let answered = ready!(this.answer.poll(cx));
        let open = this.open.take();
        Poll::Ready(answered.map(|response| response.map(|body| MeasuredBody::new(body, open))))
    }
}

// === Clone, Debug ===

impl<H> Clone for MeasureRequestsLayer<H> {
    fn clone(&self) -> Self {
        Self {
            hook: Arc::clone(&self.hook),
            server: Arc::clone(&self.server),
        }
    }
}

impl<S: Clone, H> Clone for MeasureRequests<S, H> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            layer: self.layer.clone(),
        }
    }
}

impl<H> fmt::Debug for MeasureRequestsLayer<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasureRequestsLayer")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

impl<S, H> fmt::Debug for MeasureRequests<S, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasureRequests").finish_non_exhaustive()
    }
}

impl<F, H: OnMeasurement> fmt::Debug for MeasureRequestsFuture<F, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasureRequestsFuture")
            .finish_non_exhaustive()
    }
}
