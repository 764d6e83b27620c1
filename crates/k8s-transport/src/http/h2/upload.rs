//! The body of a request, on its way to the server as fast as that takes it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use h2::{Reason, SendStream};
use http_body::{Body, Frame};

use crate::BoxError;

/// Sends a body, and ends with it, or with the stream: who waits for the answer hears of that.
pub(super) struct Upload<B> {
    body: B,
    stream: SendStream<Bytes>,
    /// What waits until the server takes more, and whether it is the last.
    waiting: Option<(Bytes, bool)>,
    failure: Failure,
}

/// What went wrong with a body itself, for whoever waits for its answer.
#[derive(Clone, Default)]
pub(super) struct Failure(Option<Arc<Mutex<Option<BoxError>>>>);

/// The stream has ended, and whoever waits for the answer is told.
struct Ended;

impl<B> Upload<B>
where
    B: Body<Error: Into<BoxError>>,
{
    pub(super) fn new(body: B, stream: SendStream<Bytes>) -> Self {
        Self {
            body,
            stream,
            waiting: None,
            failure: Failure(Some(Arc::default())),
        }
    }

    pub(super) fn failure(&self) -> Failure {
        self.failure.clone()
    }

    /// A body that breaks off must not look like one that is complete.
    fn fail(&mut self, cause: B::Error) {
        self.failure.put(cause.into());
        self.stream.send_reset(Reason::CANCEL);
    }

    fn send(&mut self, data: Bytes, is_last: bool) -> Result<(), Ended> {
        self.stream.send_data(data, is_last).map_err(|_| Ended)
    }
}

impl<B> Upload<B>
where
    B: Body<Error: Into<BoxError>> + Unpin,
{
    fn go_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        loop {
            if self.stream.poll_reset(cx).is_ready() {
                return Poll::Ready(Err(Ended));
            }
            if self.waiting.is_some() {
                ready!(self.window(cx))?;
            }
            if let Some((data, is_last)) = self.waiting.take() {
                self.send(data, is_last)?;
                if is_last {
                    return Poll::Ready(Ok(()));
                }
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if self.take(frame)? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Some(Err(cause)) => {
                    self.fail(cause);
                    return Poll::Ready(Err(Ended));
                }
                None => return Poll::Ready(self.send(Bytes::new(), true)),
            }
        }
    }

    /// Whether the frame was the last.
    fn take(&mut self, frame: Frame<B::Data>) -> Result<bool, Ended> {
        let frame = match frame.into_data() {
            Ok(mut data) => {
                // No copy where it is `Bytes` already.
                let data = data.copy_to_bytes(data.remaining());
                let is_last = self.body.is_end_stream();
                if data.is_empty() {
                    self.send(data, is_last)?;
                    return Ok(is_last);
                }
                // Not all of it: what is reserved is nobody else's, and the server may be slow.
                self.stream.reserve_capacity(1);
                self.waiting = Some((data, is_last));
                return Ok(false);
            }
            Err(frame) => frame,
        };
        let Ok(trailers) = frame.into_trailers() else {
            return Ok(false);
        };
        self.stream.reserve_capacity(0);
        self.stream.send_trailers(trailers).map_err(|_| Ended)?;
        Ok(true)
    }

    /// Waits until the server takes something.
    fn window(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        while self.stream.capacity() == 0 {
            match ready!(self.stream.poll_capacity(cx)) {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Poll::Ready(Err(Ended)),
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<B> Future for Upload<B>
where
    B: Body<Error: Into<BoxError>> + Unpin,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.go_on(cx).map(|_| ())
    }
}

impl Failure {
    fn put(&self, cause: BoxError) {
        if let Some(place) = &self.0 {
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
        }
    }

    pub(super) fn take(&self) -> Option<BoxError> {
        let place = self.0.as_ref()?;
        place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
