//! Faults of requests, as a layer over any HTTP service.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response, StatusCode, header};
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};
use tower_layer::Layer;
use tower_service::Service;

use super::body::{Fate, FaultyBody};
use super::inject::Inject;
use crate::body::Body;
use crate::server::refusal;

/// What happens to a request. Bytes are those of the answer's body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RequestFault {
    /// The body breaks behind this byte: a chunk that is never finished, or `RST_STREAM`.
    BreakBody(u64),
    /// The body ends behind this byte as if that were all, as a watch does whose time is over.
    EndBody(u64),
    /// 410 with reason `Expired`, as for a version that is compacted.
    Expired,
    /// No answer, ever.
    Hang,
    /// The answer comes this much later.
    Latency(Duration),
    /// The body crawls: at most so many bytes, then a pause.
    SlowBody {
        /// Bytes at one time; 0 counts as 1.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
    /// A `Status` of this code in the place of the answer; the request is not served.
    Status {
        /// The code: 429, 500, 503…
        code: StatusCode,
        /// `Retry-After`, in whole seconds.
        retry_after: Option<Duration>,
    },
}

/// Lets requests meet faults.
#[derive(Clone)]
pub struct FaultLayer {
    faults: Arc<dyn Inject<Parts, RequestFault>>,
}

/// A service whose requests meet faults; see [`FaultLayer`].
#[derive(Clone)]
pub struct Faults<S> {
    inner: S,
    faults: Arc<dyn Inject<Parts, RequestFault>>,
}

pin_project! {
    /// An answer of [`Faults`] on its way.
    pub struct FaultsFuture<F> {
        #[pin]
        inner: Option<F>,
        fault: Option<RequestFault>,
        pause: Option<Pin<Box<Sleep>>>,
    }
}

impl FaultLayer {
    /// Lets requests meet the faults that `faults` decides on: a [`Script`](super::Script), a [`Seeded`](super::Seeded)
    /// schedule, or a closure over the request's head.
    pub fn new(faults: impl Inject<Parts, RequestFault> + 'static) -> Self {
        Self {
            faults: Arc::new(faults),
        }
    }
}

impl<S> Layer<S> for FaultLayer {
    type Service = Faults<S>;

    fn layer(&self, inner: S) -> Faults<S> {
        Faults {
            inner,
            faults: Arc::clone(&self.faults),
        }
    }
}

impl fmt::Debug for FaultLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultLayer").finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for Faults<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Faults").finish_non_exhaustive()
    }
}

impl<S, A, B> Service<Request<A>> for Faults<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = FaultsFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let (head, body) = request.into_parts();
        let fault = self.faults.inject(&head);
        let unserved = matches!(
            fault,
            Some(RequestFault::Expired | RequestFault::Hang | RequestFault::Status { .. })
        );
        let inner = (!unserved).then(|| self.inner.call(Request::from_parts(head, body)));
        let pause = match fault {
            Some(RequestFault::Latency(time)) => Some(Box::pin(sleep(time))),
            _ => None,
        };
        FaultsFuture {
            inner,
            fault,
            pause,
        }
    }
}

impl<F, B, E> Future for FaultsFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Some(pause) = this.pause {
            ready!(pause.as_mut().poll(cx));
            *this.pause = None;
        }
        let Some(inner) = this.inner.as_pin_mut() else {
            return match *this.fault {
                Some(RequestFault::Status { code, retry_after }) => {
                    Poll::Ready(Ok(refusal(code, retry_after)))
                }
                Some(RequestFault::Expired) => Poll::Ready(Ok(refusal(StatusCode::GONE, None))),
                _ => Poll::Pending,
            };
        };
        let (mut head, body) = ready!(inner.poll(cx))?.into_parts();
        if let Some(RequestFault::EndBody(_)) = this.fault {
            head.headers.remove(header::CONTENT_LENGTH);
        }
        let body = match *this.fault {
            Some(RequestFault::BreakBody(at)) => Body::wrap(FaultyBody::new(body, Fate::Break(at))),
            Some(RequestFault::EndBody(at)) => Body::wrap(FaultyBody::new(body, Fate::End(at))),
            Some(RequestFault::SlowBody { bytes, every }) => {
                Body::wrap(FaultyBody::new(body, Fate::Slow(bytes, every)))
            }
            _ => Body::wrap(body),
        };
        Poll::Ready(Ok(Response::from_parts(head, body)))
    }
}

impl<F> fmt::Debug for FaultsFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultsFuture")
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}
