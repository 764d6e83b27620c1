//! A limit for the size of answers: so many bytes, and an error where there are more.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::http::{Request, Response};
use bytes::Buf as _;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use crate::BoxError;

/// How many bytes an answer's body may have; `None` is without limit. A value of this type in a request's extensions
/// stands in place of the layer's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BodyLimit(pub Option<u64>);

/// Limits the size of answers: makes [`LimitBody`] of a service.
///
/// It stands above whatever decompresses, and so counts what the reader gets.
#[derive(Clone, Copy, Debug, Default)]
pub struct BodyLimitLayer {
    default: BodyLimit,
}

/// A service whose answers may have so many bytes; see [`BodyLimitLayer`].
#[derive(Clone)]
pub struct LimitBody<S> {
    inner: S,
    default: BodyLimit,
}

pin_project! {
    /// The future of [`LimitBody`].
    pub struct LimitBodyFuture<F> {
        #[pin]
        answer: F,
        limit: BodyLimit,
    }
}

pin_project! {
    /// The body of an answer of [`LimitBody`].
    ///
    /// Its error is the inner body's own, or [`BodyTooLong`]: at once where the answer says its length, else with the
    /// part that is too much, which is not handed on.
    pub struct LimitedBody<B> {
        #[pin]
        inner: B,
        limit: BodyLimit,
        read: u64,
    }
}

/// An answer's body is longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyTooLong {
    limit: u64,
}

// === impl BodyLimitLayer ===

impl BodyLimitLayer {
    /// This limit, for requests that bring none of their own.
    pub const fn new(default: BodyLimit) -> Self {
        Self { default }
    }
}

impl<S> Layer<S> for BodyLimitLayer {
    type Service = LimitBody<S>;

    fn layer(&self, inner: S) -> LimitBody<S> {
        LimitBody {
            inner,
            default: self.default,
        }
    }
}

// === impl LimitBody ===

impl<S, A, B> Service<Request<A>> for LimitBody<S>
where
    S: Service<Request<A>, Response = Response<B>>,
{
    type Response = Response<LimitedBody<B>>;
    type Error = S::Error;
    type Future = LimitBodyFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let own = request.extensions().get::<BodyLimit>();
        LimitBodyFuture {
            limit: *own.unwrap_or(&self.default),
            answer: self.inner.call(request),
        }
    }
}

impl<F, B, E> Future for LimitBodyFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<LimitedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answer.poll(cx))?;
        Poll::Ready(Ok(response.map(|inner| LimitedBody {
            inner,
            limit: *this.limit,
            read: 0,
        })))
    }
}

// === impl LimitedBody ===

impl<B: Body<Error: Into<BoxError>>> Body for LimitedBody<B> {
    type Data = B::Data;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, BoxError>>> {
        let this = self.project();
        let Some(limit) = this.limit.0 else {
            let frame = ready!(this.inner.poll_frame(cx));
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        };
        let too_long = || Poll::Ready(Some(Err(BodyTooLong { limit }.into())));
        if this.inner.size_hint().lower() > limit.saturating_sub(*this.read) {
            return too_long();
        }
        let Some(frame) = ready!(this.inner.poll_frame(cx)) else {
            return Poll::Ready(None);
        };
        let frame = frame.map_err(Into::into)?;
        let more = frame.data_ref().map_or(0, |data| data.remaining());
        *this.read = this.read.saturating_add(more as u64);
        if *this.read > limit {
            return too_long();
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl BodyTooLong {
    /// How many bytes were allowed.
    pub fn limit(&self) -> u64 {
        self.limit
    }
}

impl fmt::Display for BodyTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer's body has more than {} bytes", self.limit)
    }
}

impl std::error::Error for BodyTooLong {}

// === Debug ===

impl<S> fmt::Debug for LimitBody<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitBody")
            .field("default", &self.default)
            .finish_non_exhaustive()
    }
}

impl<F> fmt::Debug for LimitBodyFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitBodyFuture")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl<B> fmt::Debug for LimitedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitedBody")
            .field("limit", &self.limit)
            .field("read", &self.read)
            .finish_non_exhaustive()
    }
}
