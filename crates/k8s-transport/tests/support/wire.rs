//! A connector for tests: counts what passes, and says HTTP/2 was agreed on where a test wants that.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test binary uses its part"
)]

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use k8s_transport::{Body, Transport, TransportError};
use tower::ServiceExt as _;
use tower::util::MapResponse;
use tower_service::Service;

/// What passed a [`Wire`], and what is open.
#[derive(Clone, Default)]
pub struct Counters(Arc<Counts>);

#[derive(Default)]
struct Counts {
    made: AtomicUsize,
    open: AtomicUsize,
    bytes: AtomicU64,
}

impl Counters {
    pub fn made(&self) -> usize {
        self.0.made.load(Ordering::SeqCst)
    }

    pub fn open(&self) -> usize {
        self.0.open.load(Ordering::SeqCst)
    }

    /// Bytes that the client sent.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::SeqCst)
    }
}

pub struct Wire<I> {
    io: I,
    http2: bool,
    counters: Counters,
}

/// `connector`, counted; over HTTP/2 by agreement without TLS if `http2`.
pub fn counted<C>(
    connector: C,
    http2: bool,
) -> (
    MapResponse<C, impl FnOnce(C::Response) -> Wire<C::Response> + Clone>,
    Counters,
)
where
    C: Service<Uri>,
{
    let counters = Counters::default();
    let counting = counters.clone();
    let connector = connector.map_response(move |io| {
        counting.0.made.fetch_add(1, Ordering::SeqCst);
        counting.0.open.fetch_add(1, Ordering::SeqCst);
        Wire {
            io,
            http2,
            counters: counting,
        }
    });
    (connector, counters)
}

pub type Request1 = Request<Full<Bytes>>;

pub fn get(uri: &str) -> Request1 {
    Request::get(uri).body(Full::default()).unwrap()
}

pub fn post(uri: &str, body: &'static str) -> Request1 {
    Request::post(uri).body(Full::from(body)).unwrap()
}

/// Sends, and reads the answer to its end.
pub async fn fetch(
    transport: &Transport<Full<Bytes>>,
    request: Request1,
) -> Result<Response<Bytes>, TransportError> {
    let (head, body) = transport.clone().oneshot(request).await?.into_parts();
    Ok(Response::from_parts(head, read(body).await))
}

pub async fn read(body: Body) -> Bytes {
    body.collect().await.unwrap().to_bytes()
}

impl<I> Drop for Wire<I> {
    fn drop(&mut self) {
        self.counters.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl<I: Read + Unpin> Read for Wire<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl<I: Write + Unpin> Write for Wire<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, buf);
        if let Poll::Ready(Ok(written)) = &polled {
            let written = *written as u64;
            self.counters.0.bytes.fetch_add(written, Ordering::SeqCst);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = bufs.iter().find(|buf| !buf.is_empty());
        self.poll_write(cx, first.map_or(&[], |buf| buf))
    }
}

impl<I> Connection for Wire<I> {
    fn connected(&self) -> Connected {
        let connected = Connected::new();
        if self.http2 {
            connected.negotiated_h2()
        } else {
            connected
        }
    }
}
