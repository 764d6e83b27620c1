//! HTTP over connections that are kept and shared.

mod body;
mod error;
mod h1;
#[cfg(feature = "http2")]
mod h2;
mod options;
mod pool;
mod received;
mod send;
mod sending;
mod spawn;
mod upgrade;
mod wire;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::{Request, Response, Uri};
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower_service::Service;

use self::pool::Pool;
use crate::BoxError;
use crate::connect::Erased;

pub use self::body::{Body, BodyError};
pub use self::error::TransportError;
pub use self::options::TransportOptions;
pub use self::spawn::{Spawn, Task};
pub use self::upgrade::{OnUpgrade, UpgradeError, Upgraded, on_upgrade};

/// Sends requests over connections that a connector makes, and keeps those for the next ones.
///
/// `B` is the request's body. HTTP/2 is spoken over connections that agreed on it by ALPN, HTTP/1.1 over all others. An
/// HTTP/2 connection that is full, or that the server is about to close, gets another one beside it.
/// URIs must be absolute. Clones share the connections.
///
/// Making one spawns nothing and dials nothing; each connection is run by a task of the runtime in which the request
/// was made that needed it, so that a transport made in one runtime works in another. When the last clone is dropped,
/// connections close: unused ones at once, others when their answers end.
///
/// One task runs all of a connection, what its requests' bodies have not at once included: a body that blocks keeps the
/// others waiting, and one that panics ends them. Over HTTP/2 their data is copied, unless it is [`Bytes`](bytes::Bytes).
///
/// A request that was never written, because its connection ended just then, goes out over another one by itself.
/// Whatever was written is the business of a retry above.
///
/// # Cancel safety
///
/// Dropping the future of a request that is under way ends it: its HTTP/1.1 connection is closed, its HTTP/2 stream
/// reset. The server may have acted on it.
pub struct Transport<B> {
    pool: Arc<Pool<B>>,
}

/// Has a request sent over HTTP/1.1, as a value in the request's extensions.
///
/// Requests with an `Upgrade` header need none, nor does `CONNECT`: HTTP/2 cannot carry them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Http1Only;

/// The future of [`Transport`].
pub struct ResponseFuture {
    answer: Pin<Box<dyn Future<Output = Result<Response<Body>, TransportError>> + Send>>,
}

impl<B> Transport<B> {
    /// A transport over this connector, with the [defaults](TransportOptions).
    pub fn new<C>(connector: C) -> Self
    where
        C: Service<Uri, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Unpin + Send + 'static,
    {
        Self::with_options(connector, TransportOptions::new())
    }

    /// A transport over this connector, as the options say.
    pub fn with_options<C>(connector: C, options: TransportOptions) -> Self
    where
        C: Service<Uri, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Unpin + Send + 'static,
    {
        Self {
            pool: Arc::new(Pool::new(Arc::new(Erased(connector)), options)),
        }
    }
}

impl<B> Service<Request<B>> for Transport<B>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Response = Response<Body>;
    type Error = TransportError;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        ResponseFuture {
            answer: Box::pin(send::send(Arc::clone(&self.pool), request)),
        }
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, TransportError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.answer.as_mut().poll(cx)
    }
}

impl<B> Clone for Transport<B> {
    fn clone(&self) -> Self {
        Self {
            pool: Arc::clone(&self.pool),
        }
    }
}

impl<B> fmt::Debug for Transport<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
