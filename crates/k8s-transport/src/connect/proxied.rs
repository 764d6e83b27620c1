//! Connections through a proxy: dialled, asked for the server, and from then on the server's own.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use tower_service::Service;

use super::proxy::{Proxy, ProxyScheme};
use super::target::Target;
use crate::BoxError;

mod connect_method;
mod error;
mod socks5;
mod tunnel;

pub use self::error::ProxyError;
pub use self::tunnel::Tunnel;

/// A connector that reaches every server through a proxy.
///
/// It dials the proxy by the inner connector, with the [proxy's URI](Proxy::uri), and asks it for the server. A proxy whose
/// scheme is `https` is spoken to over TLS, which is the inner connector's to do. TLS to the *server* stands over this
/// connector: the proxy carries what it cannot read.
///
/// `http` and `https` proxies are asked by `CONNECT` for every server, also for one that speaks no TLS. User name and
/// password go to the proxy alone.
///
/// # Defaults
///
/// The proxy has a minute to answer, as in Go, counted from when it has been reached.
///
/// # Cancel safety
///
/// Dropping the future closes the connection that was being made.
#[derive(Clone)]
pub struct Proxied<C> {
    inner: C,
    proxy: Arc<Proxy>,
    limit: Duration,
}

/// The future of [`Proxied`].
pub struct ProxyConnecting<I> {
    connecting: Connecting<I>,
}

type Connecting<I> = Pin<Box<dyn Future<Output = Result<Tunnel<I>, ProxyError>> + Send>>;

impl<C> Proxied<C> {
    /// Through this proxy, dialled by this connector.
    pub fn new(proxy: Proxy, connector: C) -> Self {
        Self {
            inner: connector,
            proxy: Arc::new(proxy),
            limit: Duration::from_secs(60),
        }
    }

    /// How long the proxy may take to answer, once it has been reached.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

impl<C> Service<Uri> for Proxied<C>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Send + 'static>,
    C::Response: Read + Write + Unpin + Send + 'static,
{
    type Response = Tunnel<C::Response>;
    type Error = ProxyError;
    type Future = ProxyConnecting<C::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ProxyError>> {
        let proxy = &self.proxy;
        self.inner
            .poll_ready(cx)
            .map_err(|cause| ProxyError::dial(proxy, cause.into()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let proxy = Arc::clone(&self.proxy);
        let Some(target) = Target::of(&uri) else {
            let error = ProxyError::no_target(&proxy);
            return ProxyConnecting {
                connecting: Box::pin(ready(Err(error))),
            };
        };
        let dialling = self.inner.call(proxy.uri().clone());
        let limit = self.limit;
        let connecting = Box::pin(async move {
            let io = dialling
                .await
                .map_err(|cause| ProxyError::dial(&proxy, cause.into()))?;
            let asking = tokio::time::timeout(limit, ask(&proxy, &target, io));
            match asking.await {
                Ok(Ok(tunnel)) => Ok(tunnel),
                Ok(Err(fault)) => Err(ProxyError::asked(&proxy, &target, fault)),
                Err(_) => Err(ProxyError::timeout(&proxy, &target, limit)),
            }
        });
        ProxyConnecting { connecting }
    }
}

async fn ask<I>(proxy: &Proxy, target: &Target, io: I) -> Result<Tunnel<I>, error::Fault>
where
    I: Read + Write + Unpin,
{
    let mut io = TokioIo::new(io);
    let behind = match proxy.scheme() {
        ProxyScheme::Http | ProxyScheme::Https => {
            connect_method::ask(&mut io, target, proxy.who()).await?
        }
        ProxyScheme::Socks5 => socks5::ask(&mut io, target, proxy.who()).await?,
    };
    Ok(Tunnel::new(io.into_inner(), behind))
}

impl<I> Future for ProxyConnecting<I> {
    type Output = Result<Tunnel<I>, ProxyError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.connecting.as_mut().poll(cx)
    }
}

impl<C: fmt::Debug> fmt::Debug for Proxied<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxied")
            .field("inner", &self.inner)
            .field("proxy", &self.proxy)
            .field("limit", &self.limit)
            .finish()
    }
}

impl<I> fmt::Debug for ProxyConnecting<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyConnecting").finish_non_exhaustive()
    }
}
