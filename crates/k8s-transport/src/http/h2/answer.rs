//! The answer to a request, which whoever sent it waits for.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::future::{AbortHandle, Abortable};
use h2::client::ResponseFuture;
use http::Response;
use http_body::Body;

use super::super::error::TransportError;
use super::received::Received;
use super::room::Room;
use super::upload::{Failure, Upload};
use crate::BoxError;

/// Waits for the head of an answer. Dropped before, it resets the stream, and ends the request's body.
pub(in super::super) struct Answer<B> {
    response: ResponseFuture,
    /// The request's body, until it is gone or the connection's task has it.
    upload: Option<Box<Upload<B>>>,
    /// Gone when the answer has come.
    exchange: Option<Exchange>,
}

/// What a request and its answer have to do with each other, as long as both are under way.
pub(super) struct Exchange {
    room: Room,
    failure: Failure,
    /// Ends a body that the connection's task has when nobody is left who wants the answer: h2 keeps a stream for either
    /// half of it.
    sending: Option<AbortHandle>,
}

// === impl Answer ===

impl<B> Answer<B>
where
    B: Body<Error: Into<BoxError>>,
{
    pub(super) fn new(
        response: ResponseFuture,
        upload: Option<Box<Upload<B>>>,
        room: Room,
    ) -> Self {
        let failure = upload.as_deref().map(Upload::failure).unwrap_or_default();
        Self {
            response,
            upload,
            exchange: Some(Exchange {
                room,
                failure,
                sending: None,
            }),
        }
    }
}

impl<B> Future for Answer<B>
where
    B: Body<Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Output = Result<Response<Received>, TransportError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if let (Some(upload), Some(exchange)) = (this.upload.take(), &mut this.exchange) {
            exchange.send(upload, cx);
        }
        let answered = ready!(Pin::new(&mut this.response).poll(cx));
        let exchange = this.exchange.take();
        let exchange = exchange.expect("a future is not polled after it has ended");
        Poll::Ready(match answered {
            Ok(response) => Ok(Received::of(response, exchange)),
            Err(cause) => Err(exchange.error(cause)),
        })
    }
}

// === impl Exchange ===

impl Exchange {
    /// Sends what there is of the body; the rest is the connection's business.
    fn send<B>(&mut self, mut upload: Box<Upload<B>>, cx: &mut Context<'_>)
    where
        B: Body<Error: Into<BoxError>> + Send + Unpin + 'static,
    {
        if Pin::new(&mut upload).poll(cx).is_pending() {
            let (handle, registration) = AbortHandle::new_pair();
            let rest = Abortable::new(upload, registration);
            self.sending = Some(handle);
            self.room.take_over(Box::pin(async {
                // Whoever ended it knows.
                let _ = rest.await;
            }));
        }
    }

    /// The answer is there whole: what is still to be sent may go on without anybody who waits.
    pub(super) fn is_answered(&mut self) {
        self.sending = None;
    }

    /// Why there is no answer.
    fn error(&self, cause: h2::Error) -> TransportError {
        match self.failure.take() {
            Some(failed) => TransportError::request(failed),
            None => TransportError::stream(cause, self.room.is_silent()),
        }
    }

    /// Why there is no more of an answer: h2 may call it unprocessed, which it is not.
    pub(super) fn broken_off(&self, cause: h2::Error) -> BoxError {
        match self.failure.take() {
            Some(failed) => TransportError::request(failed).into(),
            None if self.room.is_silent() => TransportError::stream(cause, true).into(),
            None => cause.into(),
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(sending) = &self.sending {
            sending.abort();
        }
    }
}
