//! The body of an answer whose bytes are counted, and whose end ends the request.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::InFlight;

pin_project! {
    /// The body of an answer that was [counted](super::Counted).
    #[derive(Debug)]
    pub struct CountedBody<B> {
        #[pin]
        inner: B,
        flight: Option<InFlight>,
    }
}

impl<B> CountedBody<B> {
    pub(super) const fn new(inner: B, flight: Option<InFlight>) -> Self {
        Self { inner, flight }
    }
}

impl<B: Body<Data = Bytes>> Body for CountedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(cx));
        match (&frame, &this.flight) {
            (Some(Ok(frame)), Some(flight)) => {
                flight.bytes(frame.data_ref().map_or(0, Bytes::len));
            }
            _ => *this.flight = None,
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
