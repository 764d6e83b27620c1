//! A request and its answer, while both are under way.

use std::future::Future as _;
use std::pin::Pin;
use std::task::Context;

use futures_util::future::{AbortHandle, Abortable};
use http_body::Body;

use super::super::error::TransportError;
use super::room::Room;
use super::upload::{Failure, Upload};
use crate::BoxError;

/// What a request and its answer have to do with each other, as long as both are under way.
pub(super) struct Exchange {
    room: Room,
    failure: Failure,
    /// Ends a body that the connection's task has when nobody is left who wants the answer: h2 keeps a stream for either
    /// half of it.
    sending: Option<AbortHandle>,
}

impl Exchange {
    pub(super) fn new(room: Room, failure: Failure) -> Self {
        Self {
            room,
            failure,
            sending: None,
        }
    }

    /// Sends what there is of the body; the rest is the connection's business.
    pub(super) fn send<B>(&mut self, mut upload: Box<Upload<B>>, cx: &mut Context<'_>)
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
    pub(super) fn error(&self, cause: h2::Error) -> TransportError {
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
