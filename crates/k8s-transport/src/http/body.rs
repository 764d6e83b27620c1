//! The body of an answer, as it arrives.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;

use super::received::Received;
use crate::BoxError;

/// The body of an answer: bytes as they arrive, then trailers.
///
/// It holds its connection's place until it has been read to its end. Dropped before, it closes an HTTP/1.1
/// connection, and resets an HTTP/2 stream.
pub struct Body {
    kind: Kind,
}

enum Kind {
    Received {
        received: Received,
        lease: Option<Box<dyn Held>>,
    },
    Wrapped(Wrapped),
}

type Wrapped = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BoxError> + Send>>;

/// A connection's place, held while the body comes.
pub(super) trait Held: Send {
    /// The body has come whole: the connection can be used again.
    fn finish(self: Box<Self>);
}

/// The answer broke off, or was not HTTP.
#[derive(Debug)]
pub struct BodyError {
    cause: BoxError,
}

impl Body {
    /// Another layer's body, with its type given up.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        Self {
            kind: Kind::Wrapped(Box::pin(Boxing { inner: body })),
        }
    }

    pub(super) fn new(received: Received, lease: Box<dyn Held>) -> Self {
        let mut lease = Some(lease);
        release_at_end(&received, &mut lease);
        Self {
            kind: Kind::Received { received, lease },
        }
    }
}

fn release_at_end(received: &Received, lease: &mut Option<Box<dyn Held>>) {
    if http_body::Body::is_end_stream(received)
        && let Some(lease) = lease.take()
    {
        lease.finish();
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.kind {
            Kind::Received { received, lease } => {
                let polled = Pin::new(&mut *received).poll_frame(cx);
                match &polled {
                    Poll::Ready(None) => {
                        if let Some(lease) = lease.take() {
                            lease.finish();
                        }
                    }
                    Poll::Ready(Some(Ok(_))) => release_at_end(received, lease),
                    Poll::Ready(Some(Err(_))) => *lease = None,
                    Poll::Pending => {}
                }
                polled.map_err(|cause| BodyError { cause })
            }
            Kind::Wrapped(body) => {
                body.as_mut()
                    .poll_frame(cx)
                    .map_err(|cause| match cause.downcast::<BodyError>() {
                        Ok(error) => *error,
                        Err(cause) => BodyError { cause },
                    })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Received { received, .. } => received.is_end_stream(),
            Kind::Wrapped(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Received { received, .. } => received.size_hint(),
            Kind::Wrapped(body) => body.size_hint(),
        }
    }
}

pin_project! {
    /// A body whose error's type is given up.
    struct Boxing<B> {
        #[pin]
        inner: B,
    }
}

impl<B: http_body::Body<Data = Bytes, Error: Into<BoxError>>> http_body::Body for Boxing<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.project().inner.poll_frame(cx).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").finish_non_exhaustive()
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reading the body of the answer")
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
