//! Lines of a log, while they come.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use futures_core::Stream;

use crate::{Body, Error};

/// A line longer than this is handed out in pieces.
const LONGEST: usize = 1 << 20;

/// What a container prints, line by line, without the lines' ends: of
/// [`Api::log_lines`](crate::Api::log_lines). It is a [`Stream`].
///
/// Lines are bytes: a container may print what is no UTF-8. One of more than 1 MiB comes in pieces of that length.
#[must_use = "a stream does nothing until it is polled"]
pub struct LogLines {
    body: Option<Body>,
    /// Why the body broke off, until that is told.
    broken: Option<Error>,
    buffer: BytesMut,
    /// How much of the buffer holds no line's end.
    looked_at: usize,
}

impl LogLines {
    pub(crate) fn new(body: Body) -> Self {
        Self {
            body: Some(body),
            broken: None,
            buffer: BytesMut::new(),
            looked_at: 0,
        }
    }

    /// The next line; `None` at the end of the log.
    ///
    /// # Errors
    ///
    /// If the connection breaks: what had come of the last line comes first. Then it is the end.
    ///
    /// # Cancel safety
    ///
    /// No line is lost.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn line(&mut self) -> Option<Bytes> {
        let unseen = &self.buffer[self.looked_at..];
        if let Some(end) = unseen.iter().position(|&byte| byte == b'\n') {
            let line = self.buffer.split_to(self.looked_at + end);
            self.buffer.advance(1);
            self.looked_at = 0;
            return Some(line.freeze());
        }
        self.looked_at = self.buffer.len();
        (self.buffer.len() >= LONGEST).then(|| {
            self.looked_at = 0;
            self.buffer.split_to(LONGEST).freeze()
        })
    }

    /// What stands behind the last line's end.
    fn rest(&mut self) -> Option<Bytes> {
        self.looked_at = 0;
        let rest = std::mem::take(&mut self.buffer);
        (!rest.is_empty()).then(|| rest.freeze())
    }
}

impl Stream for LogLines {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(line) = self.line() {
                return Poll::Ready(Some(Ok(line)));
            }
            let Some(body) = &mut self.body else {
                let rest = self.rest().map(Ok);
                return Poll::Ready(rest.or_else(|| self.broken.take().map(Err)));
            };
            match ready!(body.poll_bytes(cx)) {
                Some(Ok(bytes)) => self.buffer.extend_from_slice(&bytes),
                None => self.body = None,
                Some(Err(error)) => {
                    self.body = None;
                    self.broken = Some(Error::body(error));
                }
            }
        }
    }
}

impl fmt::Debug for LogLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLines")
            .field("buffered", &self.buffer.len())
            .field("ended", &self.body.is_none())
            .finish()
    }
}
