//! The connector: dial, shake hands, verify.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper::rt::{Read, Write};
use tower_service::Service;

use super::handshake::Handshakes;
use super::{PinnedTlsLayer, TlsError, TlsStream};
use crate::BoxError;

/// Dials with the inner connector, then verifies the server: `https` by the trust's CAs, anything else in clear.
///
/// The name that is verified is the URI's host (IPv4, IPv6 or DNS), or the trust's `server_name`.
///
/// When a server is turned down, the CA bundle is looked at again at once, while the server still waits; if it has
/// changed, the server is verified again by what it holds now.
///
/// # Cancel safety
///
/// Dropping the future closes the connection that was being made.
#[derive(Clone)]
pub struct PinnedTls<C> {
    inner: C,
    handshakes: Arc<Handshakes>,
}

impl<C> PinnedTls<C> {
    pub(super) fn new(inner: C, layer: PinnedTlsLayer) -> Self {
        Self {
            inner,
            handshakes: Arc::new(Handshakes::new(layer)),
        }
    }

    /// The inner connector.
    pub fn get_ref(&self) -> &C {
        &self.inner
    }

    /// The inner connector.
    pub fn get_mut(&mut self) -> &mut C {
        &mut self.inner
    }

    /// The inner connector, without TLS.
    pub fn into_inner(self) -> C {
        self.inner
    }
}

type Connecting<IO> = Pin<Box<dyn Future<Output = Result<TlsStream<IO>, TlsError>> + Send>>;

impl<C> Service<Uri> for PinnedTls<C>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Send + 'static>,
    C::Response: Read + Write + Unpin + Send + 'static,
{
    type Response = TlsStream<C::Response>;
    type Error = TlsError;
    type Future = Connecting<C::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TlsError>> {
        self.inner.poll_ready(cx).map_err(dial)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if !self.handshakes.encrypts(&uri) {
            let dialling = self.inner.call(uri);
            return Box::pin(async move { dialling.await.map(TlsStream::plain).map_err(dial) });
        }
        // Settled before dialling: without roots nothing is dialled.
        let handshake = match self.handshakes.next(&uri) {
            Ok(handshake) => handshake,
            Err(error) => return Box::pin(ready(Err(error))),
        };
        let dialling = self.inner.call(uri);
        Box::pin(async move {
            let io = dialling.await.map_err(dial)?;
            handshake.perform(io).await
        })
    }
}

fn dial(error: impl Into<BoxError>) -> TlsError {
    TlsError::dial(error.into())
}

impl<C: fmt::Debug> fmt::Debug for PinnedTls<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinnedTls")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
