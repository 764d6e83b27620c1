//! A stream of bytes that breaks, falls silent or crawls.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// What happens to a connection. Bytes are those of the server's answers, counted from the connection's first one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ConnectionFault {
    /// It ends behind this byte, as a clean close that comes too early: a chunk or a frame is truncated.
    CloseAt(u64),
    /// It is not made: refused by a connector, reset at once by a socket.
    Refuse,
    /// It is reset behind this byte; 0 is before the answer's head.
    ResetAt(u64),
    /// It is half-open from this byte on: nothing comes any more, and what is sent vanishes.
    SilentAt(u64),
    /// It crawls: at most so many bytes, then a pause.
    Slow {
        /// Bytes at one time; 0 counts as 1.
        bytes: usize,
        /// The pause.
        every: Duration,
    },
}

/// A stream with a fault in it: around the server's end, where it counts what is written, or around the client's end,
/// where it counts what is read.
#[derive(Debug)]
pub struct FaultyIo<I> {
    inner: I,
    fault: Option<ConnectionFault>,
    end: End,
    passed: u64,
    pause: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    Client,
    Server,
}

impl<I> FaultyIo<I> {
    /// Around the server's end.
    pub fn new(inner: I, fault: Option<ConnectionFault>) -> Self {
        Self {
            inner,
            fault,
            end: End::Server,
            passed: 0,
            pause: None,
        }
    }

    /// Around the client's end.
    pub fn client(inner: I, fault: Option<ConnectionFault>) -> Self {
        Self {
            end: End::Client,
            ..Self::new(inner, fault)
        }
    }

    /// The stream inside.
    pub fn get_ref(&self) -> &I {
        &self.inner
    }

    /// How many bytes of an answer may pass now; `None`: any number.
    fn allowance(&mut self, cx: &mut Context<'_>) -> Poll<Option<usize>> {
        let left = |at: u64| usize::try_from(at.saturating_sub(self.passed)).unwrap_or(usize::MAX);
        match self.fault {
            Some(
                ConnectionFault::CloseAt(at)
                | ConnectionFault::ResetAt(at)
                | ConnectionFault::SilentAt(at),
            ) => Poll::Ready(Some(left(at))),
            Some(ConnectionFault::Slow { bytes, .. }) => {
                if let Some(pause) = &mut self.pause {
                    ready!(pause.as_mut().poll(cx));
                    self.pause = None;
                }
                Poll::Ready(Some(bytes.max(1)))
            }
            Some(ConnectionFault::Refuse) => Poll::Ready(Some(0)),
            None => Poll::Ready(None),
        }
    }

    fn pass(&mut self, bytes: usize) {
        self.passed += bytes as u64;
        if let Some(ConnectionFault::Slow { every, .. }) = self.fault {
            self.pause = Some(Box::pin(sleep_until(Instant::now() + every)));
        }
    }

    /// What a reader of the answer meets where the allowance ends.
    fn end_of_reading(&self) -> Poll<io::Result<()>> {
        match self.fault {
            Some(ConnectionFault::CloseAt(_)) => Poll::Ready(Ok(())),
            Some(ConnectionFault::SilentAt(_)) => Poll::Pending,
            _ => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
    }

    /// Whether the fault has struck: its bytes have passed.
    fn has_struck(&self) -> bool {
        match self.fault {
            Some(
                ConnectionFault::CloseAt(at)
                | ConnectionFault::ResetAt(at)
                | ConnectionFault::SilentAt(at),
            ) => self.passed >= at,
            Some(ConnectionFault::Refuse) => true,
            Some(ConnectionFault::Slow { .. }) | None => false,
        }
    }

    fn is_silent(&self) -> bool {
        matches!(self.fault, Some(ConnectionFault::SilentAt(_))) && self.has_struck()
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for FaultyIo<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.end == End::Server {
            return if self.is_silent() {
                Poll::Pending
            } else {
                Pin::new(&mut self.inner).poll_read(cx, buf)
            };
        }
        let Some(allowed) = ready!(self.allowance(cx)) else {
            return Pin::new(&mut self.inner).poll_read(cx, buf);
        };
        if allowed == 0 {
            return self.end_of_reading();
        }
        let room = allowed.min(buf.remaining());
        let mut part = vec![0; room];
        let mut part = ReadBuf::new(&mut part);
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut part))?;
        buf.put_slice(part.filled());
        self.pass(part.filled().len());
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for FaultyIo<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_silent() {
            return Poll::Ready(Ok(buf.len()));
        }
        if self.end == End::Client {
            return Pin::new(&mut self.inner).poll_write(cx, buf);
        }
        let Some(allowed) = ready!(self.allowance(cx)) else {
            return Pin::new(&mut self.inner).poll_write(cx, buf);
        };
        if allowed == 0 {
            if let Some(ConnectionFault::CloseAt(_)) = self.fault {
                ready!(Pin::new(&mut self.inner).poll_shutdown(cx))?;
            }
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let most = allowed.min(buf.len());
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &buf[..most]))?;
        self.pass(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_silent() {
            return Poll::Pending;
        }
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
