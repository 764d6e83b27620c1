//! The proxy behind an in-memory connector, so that a paused clock works.

use std::fmt;
use std::future::{Ready, ready};
use std::io;
use std::task::{Context, Poll};

use http::Uri;
use hyper::rt::{Read, Write};
use tokio::runtime::Handle;
use tower_service::Service;

use super::{Proxy, dial_by};
use crate::connector::MemoryStream;

/// A connector (`Service<Uri>`) each of whose connections is to a [`Proxy`].
#[derive(Clone)]
pub struct ProxyConnector<C> {
    proxy: Proxy,
    servers: C,
}

impl<C> ProxyConnector<C> {
    pub(super) fn new(proxy: Proxy, servers: C) -> Self {
        Self { proxy, servers }
    }
}

impl<C> Service<Uri> for ProxyConnector<C>
where
    C: Service<Uri> + Clone + Send + 'static,
    C::Response: Read + Write + Unpin + Send + 'static,
    C::Error: Into<Box<dyn std::error::Error + Send + Sync>> + Send,
    C::Future: Send,
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
        let (client, end) = MemoryStream::pair();
        let (proxy, servers) = (self.proxy.clone(), self.servers.clone());
        runtime.spawn(async move {
            let dial = async |server| dial_by(servers, server).await;
            // The client sees how it ends.
            let _ = proxy.serve(end, dial).await;
        });
        ready(Ok(client))
    }
}

impl<C> fmt::Debug for ProxyConnector<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyConnector").finish_non_exhaustive()
    }
}
