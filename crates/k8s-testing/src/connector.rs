//! The server behind an in-memory connector: real HTTP/1.1 and HTTP/2, upgrades too, without a port.

use std::error::Error as StdError;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::{fmt, io};

use bytes::Bytes;
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::listen::ListenOptions;
use crate::serve::{self, Settings};
use crate::server::ApiServer;
use crate::tls;

/// Bytes on the way in each direction before a writer waits.
const BUFFER: usize = 64 * 1024;

/// A connector (`Service<Uri>`) each of whose connections is served by a clone of `S`.
///
/// It takes every URI for its own: scheme, host and port are the client's business. Time is tokio's, so a paused clock
/// works. Making one spawns nothing; a connection is served by a task of the runtime it is made in, until the client
/// closes it, or [`disconnect`](Self::disconnect).
#[derive(Clone)]
pub struct MemoryConnector<S> {
    service: S,
    shared: Arc<Shared>,
}

struct Shared {
    acceptor: Option<TlsAcceptor>,
    max_streams: Option<u32>,
    goodbyes: watch::Sender<u64>,
    open: Mutex<Vec<AbortHandle>>,
}

/// The client's end of a connection in memory.
#[derive(Debug)]
pub struct MemoryStream {
    io: TokioIo<DuplexStream>,
}

// === impl MemoryConnector ===

impl<S> MemoryConnector<S> {
    /// Serves each connection without TLS: HTTP/1.1, or HTTP/2 when the client begins with it.
    pub fn new(service: S) -> Self {
        Self::with(service, None, None)
    }

    pub(crate) fn with(
        service: S,
        acceptor: Option<TlsAcceptor>,
        max_streams: Option<u32>,
    ) -> Self {
        let (goodbyes, _) = watch::channel(0);
        let shared = Shared {
            acceptor,
            max_streams,
            goodbyes,
            open: Mutex::default(),
        };
        Self {
            service,
            shared: Arc::new(shared),
        }
    }

    /// Breaks every connection that is open.
    pub fn disconnect(&self) {
        for task in self.shared.open().drain(..) {
            task.abort();
        }
    }

    /// Says goodbye on every connection that is open, as [`Listening::goaway`](crate::Listening::goaway).
    pub fn goaway(&self) {
        self.shared.goodbyes.send_modify(|count| *count += 1);
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        let mut open = self.shared.open();
        open.retain(|task| !task.is_finished());
        open.len()
    }
}

impl<S, B> Service<Uri> for MemoryConnector<S>
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = MemoryStream;
    type Error = io::Error;
    type Future = Ready<io::Result<MemoryStream>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let Ok(runtime) = Handle::try_current() else {
            return ready(Err(io::Error::other(
                "a connection in memory needs a tokio runtime",
            )));
        };
        let (client, server) = MemoryStream::pair();
        let settings = Settings {
            max_streams: self.shared.max_streams,
            goodbyes: self.shared.goodbyes.subscribe(),
        };
        let service = self.service.clone();
        let task = match self.shared.acceptor.clone() {
            Some(acceptor) => runtime.spawn(async move {
                if let Some((stream, shown)) = tls::accept(&acceptor, server).await {
                    serve::connection(stream, service, shown, settings).await;
                }
            }),
            None => runtime.spawn(serve::connection(server, service, None, settings)),
        };
        let mut open = self.shared.open();
        open.retain(|task| !task.is_finished());
        open.push(task.abort_handle());
        ready(Ok(client))
    }
}

impl<S> fmt::Debug for MemoryConnector<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryConnector").finish_non_exhaustive()
    }
}

impl Shared {
    fn open(&self) -> std::sync::MutexGuard<'_, Vec<AbortHandle>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ApiServer {
    /// A connector whose connections this server answers, without TLS.
    pub fn connector(&self) -> MemoryConnector<Self> {
        MemoryConnector::new(self.clone())
    }

    /// A connector whose connections this server answers as it would on a socket: with TLS, and the options' limits. The
    /// address is not looked at; an authority that is not chosen is the server's own.
    ///
    /// # Errors
    /// When the certificate does not fit TLS.
    pub fn connector_with(&self, options: ListenOptions) -> io::Result<MemoryConnector<Self>> {
        options.or_ca(self.ca()).connector(self.clone())
    }
}

// === impl MemoryStream ===

impl MemoryStream {
    /// The client's end, and the other one.
    pub(crate) fn pair() -> (Self, DuplexStream) {
        let (client, server) = tokio::io::duplex(BUFFER);
        let io = TokioIo::new(client);
        (Self { io }, server)
    }
}

impl Read for MemoryStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for MemoryStream {
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

impl Connection for MemoryStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}
