//! The answer to a request, which whoever sent it waits for.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use h2::client::ResponseFuture;
use http::Response;
use http_body::Body;

use super::super::error::TransportError;
use super::exchange::Exchange;
use super::received::Received;
use super::room::Room;
use super::upload::Upload;
use crate::BoxError;

/// Waits for the head of an answer. Dropped before, it resets the stream, and ends the request's body.
pub(in super::super) struct Answer<B> {
    response: ResponseFuture,
    /// The request's body, until it is gone or the connection's task has it.
    upload: Option<Box<Upload<B>>>,
    /// Gone when the answer has come.
    exchange: Option<Exchange>,
}

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
            exchange: Some(Exchange::new(room, failure)),
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
