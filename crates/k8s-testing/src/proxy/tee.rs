//! A stream whose reader is overheard.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Link;

pub(super) struct Tee<F> {
    io: Link,
    overhear: F,
}

impl<F: FnMut(&[u8]) + Unpin> Tee<F> {
    pub(super) fn new(io: Link, overhear: F) -> Self {
        Self { io, overhear }
    }
}

impl<F: FnMut(&[u8]) + Unpin> AsyncRead for Tee<F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buf))?;
        (self.overhear)(&buf.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<F: Unpin> AsyncWrite for Tee<F> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
