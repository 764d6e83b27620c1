//! The events of one watch request.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use k8s_api_core::decode::ManagedFields;
use k8s_api_core::watch::{WatchDecoder, WatchEvent};
use serde::de::DeserializeOwned;

use crate::{Body, Error};

/// What one watch request tells, event by event: of [`Api::watch`](crate::Api::watch). It is a [`Stream`].
///
/// An object that is not of your type is an event ([`WatchEvent::Undecodable`]) and the watch goes on. So is the
/// server's own error ([`WatchEvent::Error`]), after which it ends.
#[must_use = "a stream does nothing until it is polled"]
pub struct Events<K> {
    /// `None` from its end on.
    body: Option<Body>,
    decoder: WatchDecoder,
    kind: PhantomData<fn() -> K>,
}

impl<K> Events<K> {
    pub(crate) fn new(body: Body) -> Self {
        Self {
            body: Some(body),
            decoder: WatchDecoder::new(),
            kind: PhantomData,
        }
    }

    /// Keeps or skips `metadata.managedFields` of the objects.
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.decoder = self.decoder.managed_fields(managed_fields);
        self
    }
}

impl<K: DeserializeOwned> Events<K> {
    /// The next event; `None`: the server ended the watch.
    ///
    /// # Errors
    ///
    /// If the connection breaks, or what comes is no watch. It is the end then.
    ///
    /// # Cancel safety
    ///
    /// No event is lost.
    pub async fn next(&mut self) -> Option<Result<WatchEvent<K>, Error>> {
        std::future::poll_fn(|cx| self.poll_event(cx)).await
    }

    pub(super) fn poll_event(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<WatchEvent<K>, Error>>> {
        loop {
            let event = match self.decoder.poll_event() {
                Ok(event) => event.map(|event| event.decode::<K>()).transpose(),
                Err(error) => Err(error),
            };
            match event {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) => {}
                Err(error) => return self.failed(Error::watch(error)),
            }
            let Some(body) = &mut self.body else {
                return Poll::Ready(None);
            };
            match ready!(body.poll_bytes(cx)) {
                Some(Ok(bytes)) => self.decoder.handle_bytes(&bytes),
                Some(Err(error)) => return self.failed(Error::body(error)),
                None => {
                    self.decoder.handle_end();
                    self.body = None;
                }
            }
        }
    }

    fn failed(&mut self, error: Error) -> Poll<Option<Result<WatchEvent<K>, Error>>> {
        self.body = None;
        self.decoder = WatchDecoder::new();
        Poll::Ready(Some(Err(error)))
    }
}

impl<K: DeserializeOwned> Stream for Events<K> {
    type Item = Result<WatchEvent<K>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl<K> fmt::Debug for Events<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("decoder", &self.decoder)
            .field("ended", &self.body.is_none())
            .finish_non_exhaustive()
    }
}
