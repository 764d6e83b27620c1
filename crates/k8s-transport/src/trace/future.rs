//! The future: polled inside the span, which goes on into the body.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::http::Response;
use pin_project_lite::pin_project;
use tracing::Span;

use super::TraceBody;
use crate::retry::Attempts;

pin_project! {
    /// The future of [`Trace`](super::Trace).
    pub struct TraceFuture<F> {
        #[pin]
        answer: F,
        span: Span,
    }
}

impl<F> TraceFuture<F> {
    pub(super) fn new(answer: F, span: Span) -> Self {
        Self { answer, span }
    }
}

impl<F, B, E> Future for TraceFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<TraceBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let entered = this.span.enter();
        let response = ready!(this.answer.poll(cx))?;
        drop(entered);
        this.span.record("status", response.status().as_u16());
        if let Some(attempts) = response.extensions().get::<Attempts>() {
            this.span.record("attempts", attempts.attempts());
        }
        let span = std::mem::replace(this.span, Span::none());
        Poll::Ready(Ok(response.map(|body| TraceBody::new(body, span))))
    }
}

impl<F> fmt::Debug for TraceFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceFuture").finish_non_exhaustive()
    }
}
