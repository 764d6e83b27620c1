//! One connection, served: HTTP/1.1 or HTTP/2 over any stream of bytes, upgrades included.

use std::error::Error as StdError;
use std::pin::pin;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower_service::Service;

use crate::certs::ClientCertificates;

/// What a connection allows its client.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// HTTP/2: requests at one time; `None` is hyper's own limit.
    pub(crate) max_streams: Option<u32>,
    /// Each rise says goodbye to the connections that are open: GOAWAY, or `connection: close`.
    pub(crate) goodbyes: watch::Receiver<u64>,
}

/// Serves one connection to its end. Its faults are the client's to see.
pub(crate) async fn connection<I, S, B>(
    io: I,
    service: S,
    shown: Option<ClientCertificates>,
    settings: Settings,
) where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new());
    builder.http2().timer(TokioTimer::new());
    if let Some(most) = settings.max_streams {
        builder.http2().max_concurrent_streams(most);
    }
    let service = TowerToHyperService::new(WithPeer {
        inner: service,
        shown,
    });
    let mut served = pin!(builder.serve_connection_with_upgrades(TokioIo::new(io), service));
    let mut goodbyes = settings.goodbyes;
    loop {
        tokio::select! {
            // The client sees how a connection ends; there is nobody else to tell.
            _ = &mut served => return,
            changed = goodbyes.changed() => match changed {
                Ok(()) => served.as_mut().graceful_shutdown(),
                Err(_) => {
                    let _ = served.await;
                    return;
                }
            },
        }
    }
}

/// Puts the client's certificates into each request.
#[derive(Clone)]
struct WithPeer<S> {
    inner: S,
    shown: Option<ClientCertificates>,
}

impl<S, B> Service<Request<B>> for WithPeer<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        if let Some(shown) = &self.shown {
            request.extensions_mut().insert(shown.clone());
        }
        self.inner.call(request)
    }
}
