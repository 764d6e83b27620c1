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
    ending: Ending,
    failure: Failure,
    room: Room,
}

/// Ends a body that the connection's task has, unless the answer has come.
#[derive(Default)]
struct Ending(Option<AbortHandle>);

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
            ending: Ending::default(),
            failure,
            room,
        }
    }
}

impl<B> Answer<B>
where
    B: Body<Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// Sends what there is of the body; the rest is the connection's business.
    fn upload(&mut self, mut upload: Box<Upload<B>>, cx: &mut Context<'_>) {
        if Pin::new(&mut upload).poll(cx).is_pending() {
            let (handle, registration) = AbortHandle::new_pair();
            let rest = Abortable::new(upload, registration);
            self.ending = Ending(Some(handle));
            self.room.take_over(Box::pin(async {
                // Whoever ended it knows.
                let _ = rest.await;
            }));
        }
    }

    fn error(&self, cause: h2::Error) -> TransportError {
        match self.failure.take() {
            Some(failed) => TransportError::request(failed),
            None => TransportError::stream(cause, self.room.is_silent()),
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
        if let Some(upload) = this.upload.take() {
            this.upload(upload, cx);
        }
        let answered = ready!(Pin::new(&mut this.response).poll(cx));
        Poll::Ready(match answered {
            Ok(response) => {
                this.ending.0 = None;
                Ok(Received::of(response, this.room.clone()))
            }
            Err(cause) => Err(this.error(cause)),
        })
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(handle) = &self.0 {
            handle.abort();
        }
    }
}
