//! A connector whose connections are counted: how many were made, and how many have ended.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use pin_project_lite::pin_project;
use tower::Service;

/// The counters; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    made: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
}

/// A connector whose connections are counted.
#[derive(Clone, Debug)]
pub struct Counted<C> {
    inner: C,
    connections: Connections,
}

pin_project! {
    /// A connection on its way.
    #[derive(Debug)]
    pub struct Counting<F> {
        #[pin]
        connecting: F,
        connections: Connections,
    }
}

/// A connection that is counted.
#[derive(Debug)]
pub struct CountedStream<T> {
    inner: T,
    connections: Connections,
}

impl Connections {
    /// How many were made.
    pub fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    /// How many of them have ended.
    pub fn closed(&self) -> usize {
        self.closed.load(Ordering::SeqCst)
    }
}

impl<C> Counted<C> {
    /// Counts the connections of this connector.
    pub fn new(inner: C, connections: Connections) -> Self {
        Self { inner, connections }
    }
}

impl<C: Service<Uri>> Service<Uri> for Counted<C> {
    type Response = CountedStream<C::Response>;
    type Error = C::Error;
    type Future = Counting<C::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Counting {
            connecting: self.inner.call(uri),
            connections: self.connections.clone(),
        }
    }
}

impl<F: Future<Output = Result<T, E>>, T, E> Future for Counting<F> {
    type Output = Result<CountedStream<T>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let inner = ready!(this.connecting.poll(cx))?;
        this.connections.made.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Ok(CountedStream {
            inner,
            connections: this.connections.clone(),
        }))
    }
}

impl<T> Drop for CountedStream<T> {
    fn drop(&mut self) {
        self.connections.closed.fetch_add(1, Ordering::SeqCst);
    }
}

impl<T: Read + Unpin> Read for CountedStream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<T: Write + Unpin> Write for CountedStream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }
}

impl<T: Connection> Connection for CountedStream<T> {
    fn connected(&self) -> Connected {
        self.inner.connected()
    }
}
