//! A body that ends its request's span.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Buf as _;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tracing::Span;

pin_project! {
    /// The body of an answer of [`Trace`](super::Trace).
    pub struct TraceBody<B> {
        #[pin]
        inner: B,
        open: Open,
    }
}

/// The span, and what is counted until it ends. It ends when this is dropped, or earlier with the last byte.
struct Open {
    span: Span,
    bytes: u64,
}

impl<B> TraceBody<B> {
    pub(super) fn new(inner: B, span: Span) -> Self {
        Self {
            inner,
            open: Open { span, bytes: 0 },
        }
    }
}

impl Open {
    fn close(&mut self) {
        let span = std::mem::replace(&mut self.span, Span::none());
        span.record("bytes", self.bytes);
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.close();
    }
}

impl<B: Body> Body for TraceBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let entered = this.open.span.enter();
        let frame = ready!(this.inner.poll_frame(cx));
        drop(entered);
        match &frame {
            Some(Ok(frame)) => {
                let bytes = frame.data_ref().map_or(0, |data| data.remaining());
                this.open.bytes += bytes as u64;
            }
            Some(Err(_)) | None => this.open.close(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B> fmt::Debug for TraceBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceBody")
            .field("bytes", &self.open.bytes)
            .finish_non_exhaustive()
    }
}
