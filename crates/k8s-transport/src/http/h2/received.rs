//! The body of an answer.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::{Reason, RecvStream};
use http::Response;
use http::header::CONTENT_LENGTH;
use http_body::{Body, Frame, SizeHint};

use super::super::error::TransportError;
use super::room::Room;
use crate::BoxError;

/// Data, then trailers. The server may send as much as was read before, and a window beyond it.
pub(in super::super) struct Received {
    stream: RecvStream,
    /// How much is still to come, where the server has said so.
    left: Option<u64>,
    data_done: bool,
    room: Room,
}

impl Received {
    pub(super) fn of(response: Response<RecvStream>, room: Room) -> Response<Self> {
        let said = response.headers().get(CONTENT_LENGTH);
        let said = said.and_then(|length| length.to_str().ok()?.parse().ok());
        response.map(|stream| Self {
            left: said.or_else(|| stream.is_end_stream().then_some(0)),
            stream,
            data_done: false,
            room,
        })
    }

    /// A server that resets a stream without an error has said what it had to say (RFC 9113, 8.1).
    fn end(&self, cause: h2::Error) -> Option<Result<Frame<Bytes>, BoxError>> {
        if cause.reason() == Some(Reason::NO_ERROR) {
            return None;
        }
        Some(Err(if self.room.is_silent() {
            TransportError::stream(cause, true).into()
        } else {
            cause.into()
        }))
    }

    fn read(&mut self, data: Bytes) -> Frame<Bytes> {
        let length = data.len();
        // It fails where the stream is closed, which nobody waits for then.
        let _ = self.stream.flow_control().release_capacity(length);
        let read = u64::try_from(length).unwrap_or(u64::MAX);
        self.left = self.left.map(|left| left.saturating_sub(read));
        Frame::data(data)
    }
}

impl Body for Received {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if !self.data_done {
            match ready!(self.stream.poll_data(cx)) {
                Some(Ok(data)) => return Poll::Ready(Some(Ok(self.read(data)))),
                Some(Err(cause)) => return Poll::Ready(self.end(cause)),
                None => self.data_done = true,
            }
        }
        Poll::Ready(match ready!(self.stream.poll_trailers(cx)) {
            Ok(trailers) => trailers.map(|trailers| Ok(Frame::trailers(trailers))),
            Err(cause) => self.end(cause),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map(SizeHint::with_exact).unwrap_or_default()
    }
}
