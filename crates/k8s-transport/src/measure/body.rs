//! A body that tells its size, and how long its request took.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Buf as _;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tokio::time::Instant;

use super::{Labels, Measurement, OnMeasurement};

pin_project! {
    /// The body of an answer of [`MeasureRequests`](super::MeasureRequests).
    pub struct MeasuredBody<B, H: OnMeasurement> {
        #[pin]
        inner: B,
        open: Option<Open<H>>,
    }
}

/// A request under way. It tells how long it took when this is dropped: with the last byte, or when somebody gives up.
pub(super) struct Open<H: OnMeasurement> {
    pub(super) hook: Arc<H>,
    pub(super) labels: Labels,
    /// `None` where the time is not to be told.
    pub(super) started: Option<Instant>,
    /// How many bytes of the answer there were; `None` before its head.
    pub(super) bytes: Option<u64>,
}

impl<H: OnMeasurement> Drop for Open<H> {
    fn drop(&mut self) {
        let (verb, host) = (&self.labels.method, &*self.labels.host);
        if let Some(started) = self.started {
            let time = started.elapsed();
            let duration = Measurement::RequestDuration { verb, host, time };
            self.hook.on_measurement(&duration);
        }
        if let Some(bytes) = self.bytes {
            let size = Measurement::ResponseSize { verb, host, bytes };
            self.hook.on_measurement(&size);
        }
    }
}

impl<B, H: OnMeasurement> MeasuredBody<B, H> {
    pub(super) fn new(inner: B, mut open: Option<Open<H>>) -> Self {
        if let Some(open) = &mut open {
            open.bytes = Some(0);
        }
        Self { inner, open }
    }
}

impl<B: Body, H: OnMeasurement> Body for MeasuredBody<B, H> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(cx));
        match (&frame, this.open.as_mut()) {
            (Some(Ok(frame)), Some(open)) => {
                let more = frame.data_ref().map_or(0, |data| data.remaining());
                open.bytes = open.bytes.map(|bytes| bytes + more as u64);
            }
            (Some(Err(_)) | None, _) => *this.open = None,
            (Some(Ok(_)), None) => {}
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

impl<B, H: OnMeasurement> fmt::Debug for MeasuredBody<B, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MeasuredBody").finish_non_exhaustive()
    }
}
