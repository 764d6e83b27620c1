//! Any connector and any connection, with their types given up.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use tower_service::Service;

use super::forward::forward_io;
use crate::BoxError;

/// A connector of any kind, so that which one it is can be decided at run time and handed on as a value.
///
/// Clones share the connector; each connection is made by a clone of it. This is one of the few places where a box
/// stands: one for each attempt to connect, one for each connection.
#[derive(Clone)]
pub struct AnyConnector {
    inner: Arc<dyn Connect>,
}

/// A connection of any kind.
pub struct AnyConnection {
    io: AnyIo,
    http2: bool,
}

/// The future of [`AnyConnector`].
pub struct AnyConnecting {
    connecting: Connecting,
}

type AnyIo = Box<dyn Io>;

trait Io: Read + Write + Unpin + Send {}

impl<T: Read + Write + Unpin + Send> Io for T {}

type Connecting = Pin<Box<dyn Future<Output = Result<AnyConnection, BoxError>> + Send>>;

pub(crate) trait Connect: Send + Sync {
    fn connect(&self, uri: Uri) -> AnyConnecting;
}

/// A connector that is cloned for each connection.
pub(crate) struct Erased<C>(pub(crate) C);

impl AnyConnector {
    /// Gives the type of this connector up.
    pub fn new<C>(connector: C) -> Self
    where
        C: Service<Uri, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Unpin + Send + 'static,
    {
        Self {
            inner: Arc::new(Erased(connector)),
        }
    }
}

impl<C> Connect for Erased<C>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Connection + Unpin + Send + 'static,
{
    fn connect(&self, uri: Uri) -> AnyConnecting {
        let mut connector = self.0.clone();
        let connecting = Box::pin(async move {
            poll_fn(|cx| connector.poll_ready(cx))
                .await
                .map_err(Into::into)?;
            let io = connector.call(uri).await.map_err(Into::into)?;
            Ok(AnyConnection {
                http2: io.connected().is_negotiated_h2(),
                io: Box::new(io),
            })
        });
        AnyConnecting { connecting }
    }
}

impl Service<Uri> for AnyConnector {
    type Response = AnyConnection;
    type Error = BoxError;
    type Future = AnyConnecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> AnyConnecting {
        self.inner.connect(uri)
    }
}

impl Future for AnyConnecting {
    type Output = Result<AnyConnection, BoxError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.connecting.as_mut().poll(cx)
    }
}

// === impl AnyConnection ===

impl AnyConnection {
    /// Whether HTTP/2 was agreed on.
    pub(crate) const fn is_http2(&self) -> bool {
        self.http2
    }
}

forward_io!([] AnyConnection, io);

impl Connection for AnyConnection {
    fn connected(&self) -> Connected {
        if self.http2 {
            Connected::new().negotiated_h2()
        } else {
            Connected::new()
        }
    }
}

// === Debug ===

impl fmt::Debug for AnyConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyConnector").finish_non_exhaustive()
    }
}

impl fmt::Debug for AnyConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyConnection")
            .field("http2", &self.http2)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AnyConnecting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyConnecting").finish_non_exhaustive()
    }
}
