//! The connection behind a proxy.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf as _, Bytes};
use hyper::rt::{Read, ReadBufCursor};
use hyper_util::client::legacy::connect::{Connected, Connection};

use crate::connect::forward::forward_write;

/// A connection to a server through a proxy. What the server sent behind the proxy's answer is read first.
pub struct Tunnel<I> {
    io: I,
    behind: Bytes,
}

impl<I> Tunnel<I> {
    pub(super) fn new(io: I, behind: Bytes) -> Self {
        Self { io, behind }
    }

    /// The connection to the proxy.
    pub fn get_ref(&self) -> &I {
        &self.io
    }
}

impl<I: Read + Unpin> Read for Tunnel<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.behind.is_empty() {
            return Pin::new(&mut self.io).poll_read(cx, buf);
        }
        let length = self.behind.len().min(buf.remaining());
        buf.put_slice(&self.behind[..length]);
        self.behind.advance(length);
        Poll::Ready(Ok(()))
    }
}

forward_write!([I] Tunnel<I>, io);

/// What was agreed on with the proxy does not hold for the server.
impl<I> Connection for Tunnel<I> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl<I: fmt::Debug> fmt::Debug for Tunnel<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel")
            .field("io", &self.io)
            .finish_non_exhaustive()
    }
}
