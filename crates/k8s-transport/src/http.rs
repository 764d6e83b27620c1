//! HTTP over connections that are kept and shared.

mod body;
mod error;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::{Request, Response, Uri};
use hyper::rt::{Read, Write};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::Connection;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::BoxError;

pub use self::body::{Body, BodyError};
pub use self::error::TransportError;

/// How long an unused connection is kept (client-go's `IdleConnTimeout`).
const IDLE: Duration = Duration::from_secs(90);

/// Sends requests over connections that `C` makes, and keeps those for the next ones.
///
/// `B` is the request's body. HTTP/2 is spoken over connections that agreed on it by ALPN, HTTP/1.1 over all others.
/// URIs must be absolute. Clones share the connections; nothing is dialled before the first request.
///
/// # Cancel safety
///
/// Dropping the future of a request that is under way ends it: its HTTP/1.1 connection is closed, its HTTP/2 stream
/// reset. The server may have acted on it.
pub struct Transport<C, B> {
    client: legacy::Client<C, B>,
}

pin_project! {
    /// The future of [`Transport`].
    pub struct ResponseFuture {
        #[pin]
        answer: legacy::ResponseFuture,
    }
}

impl<C, B> Transport<C, B>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Unpin + Send> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Connection + Unpin + Send + 'static,
    B: http_body::Body<Data: Send> + Send,
{
    /// A transport over this connector.
    pub fn new(connector: C) -> Self {
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .build(connector);
        Self { client }
    }
}

impl<C, B> Service<Request<B>> for Transport<C, B>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Unpin + Send> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Connection + Unpin + Send + 'static,
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
            answer: self.client.request(request),
        }
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<Body>, TransportError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project()
            .answer
            .poll(cx)
            .map_ok(|response| response.map(Body::new))
            .map_err(TransportError::new)
    }
}

impl<C: Clone, B> Clone for Transport<C, B> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
        }
    }
}

impl<C, B> fmt::Debug for Transport<C, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
