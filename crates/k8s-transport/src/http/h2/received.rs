//! The body of an answer.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use h2::RecvStream;
use http::Response;
use http::header::CONTENT_LENGTH;
use http_body::{Body, Frame, SizeHint};

use super::exchange::Exchange;
use crate::BoxError;

/// Data, then trailers. The server may send as much as was read before, and a window beyond it.
///
/// What breaks off is an error, whatever the server says of it. A server that has said all may refuse to read the rest of
/// the request (RFC 9113, 8.1): h2 keeps such an answer whole.
pub(in super::super) struct Received {
    stream: RecvStream,
    /// How much is still to come, where the server has said so.
    left: Option<u64>,
    data_done: bool,
    exchange: Exchange,
}

impl Received {
    pub(super) fn of(response: Response<RecvStream>, exchange: Exchange) -> Response<Self> {
        let said = response.headers().get(CONTENT_LENGTH);
        let said = said.and_then(|length| length.to_str().ok()?.parse().ok());
        response.map(|stream| {
            let mut received = Self {
                // The length of an answer to HEAD is not that of what comes.
                left: if stream.is_end_stream() {
                    Some(0)
                } else {
                    said
                },
                stream,
                data_done: false,
                exchange,
            };
            received.look_for_the_end();
            received
        })
    }

    /// Once all has come, the request may be sent to its end by itself.
    fn look_for_the_end(&mut self) {
        if self.stream.is_end_stream() {
            self.exchange.is_answered();
        }
    }

    fn read(&mut self, data: Bytes) -> Frame<Bytes> {
        let length = data.len();
        // It fails where the stream is closed, which nobody waits for then.
        let _ = self.stream.flow_control().release_capacity(length);
        let read = u64::try_from(length).unwrap_or(u64::MAX);
        self.left = self.left.map(|left| left.saturating_sub(read));
        self.look_for_the_end();
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
                Some(Err(cause)) => return Poll::Ready(Some(Err(self.exchange.broken_off(cause)))),
                None => self.data_done = true,
            }
        }
        let trailers =
            ready!(self.stream.poll_trailers(cx)).map_err(|cause| self.exchange.broken_off(cause));
        if trailers.is_ok() {
            self.exchange.is_answered();
        }
        Poll::Ready(
            trailers
                .transpose()
                .map(|trailers| trailers.map(Frame::trailers)),
        )
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map(SizeHint::with_exact).unwrap_or_default()
    }
}
