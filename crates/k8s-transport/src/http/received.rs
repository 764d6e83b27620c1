//! The body of an answer, as either protocol brings it.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;

#[cfg(feature = "http2")]
use super::h2;
use crate::BoxError;

pub(super) enum Received {
    Http1(Incoming),
    #[cfg(feature = "http2")]
    Http2(h2::Received),
}

impl Body for Received {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut *self {
            Self::Http1(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            #[cfg(feature = "http2")]
            Self::Http2(body) => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Http1(body) => body.is_end_stream(),
            #[cfg(feature = "http2")]
            Self::Http2(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Http1(body) => body.size_hint(),
            #[cfg(feature = "http2")]
            Self::Http2(body) => body.size_hint(),
        }
    }
}
