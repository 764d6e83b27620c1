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

/// Nothing more is sent, and whoever waits for the answer is told.
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

    /// A body that breaks off must not look like one that is complete, nor like one that may still come.
    fn fail(&mut self, cause: BoxError) -> Ended {
        self.failure.put(cause);
        self.stream.send_reset(Reason::CANCEL);
        Ended
    }
}

impl<B> Upload<B>
where
    B: Body<Error: Into<BoxError>> + Unpin,
{
    fn go_on(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        loop {
            if self.has_ended(cx) {
                return Poll::Ready(Err(Ended));
            }
            if self.waiting.is_some() {
                ready!(self.window(cx))?;
            }
            if let Some((data, is_last)) = self.waiting.take() {
                self.send(data, is_last, cx)?;
                if is_last {
                    return Poll::Ready(Ok(()));
                }
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if self.take(frame, cx)? {
                        return Poll::Ready(Ok(()));
                    }
                }
                Some(Err(cause)) => return Poll::Ready(Err(self.fail(cause.into()))),
                None => return Poll::Ready(self.send(Bytes::new(), true, cx)),
            }
        }
    }

    /// Whether the stream or its connection has ended.
    fn has_ended(&mut self, cx: &mut Context<'_>) -> bool {
        self.stream.poll_reset(cx).is_ready()
    }

    fn send(&mut self, data: Bytes, is_last: bool, cx: &mut Context<'_>) -> Result<(), Ended> {
        let sent = self.stream.send_data(data, is_last);
        sent.map_err(|cause| self.refused(cause, cx))
    }

    /// What h2 does not send: because the stream has ended, or because it must not be sent, and the stream would wait.
    fn refused(&mut self, cause: h2::Error, cx: &mut Context<'_>) -> Ended {
        if self.has_ended(cx) {
            return Ended;
        }
        self.fail(cause.into())
    }

    /// Whether the frame was the last.
    fn take(&mut self, frame: Frame<B::Data>, cx: &mut Context<'_>) -> Result<bool, Ended> {
        let frame = match frame.into_data() {
            Ok(mut data) => {
                // No copy where it is `Bytes` already.
                let data = data.copy_to_bytes(data.remaining());
                let is_last = self.body.is_end_stream();
                if data.is_empty() {
                    self.send(data, is_last, cx)?;
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
        let sent = self.stream.send_trailers(trailers);
        sent.map_err(|cause| self.refused(cause, cx))?;
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
