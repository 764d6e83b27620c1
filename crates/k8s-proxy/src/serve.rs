//! Serves a proxy on a socket, until it is told to end.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use k8s_client::BoxError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use tower_service::Service;

use crate::drain::Drain;
use crate::listen::{Accepted, Listener};

/// How long to wait after an accept that failed for want of something, file descriptors say.
const BREATH: Duration = Duration::from_millis(50);

/// Serves a service over HTTP/1.1, changes of protocol included.
///
/// # Defaults
/// A request's head must have come within 30 s; once the [`Drain`] has begun, what is under way has 25 s (a Pod has 30 s from
/// SIGTERM to SIGKILL).
#[derive(Clone, Copy, Debug)]
pub struct Server {
    head: Duration,
    grace: Duration,
}

impl Server {
    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            head: Duration::from_secs(30),
            grace: Duration::from_secs(25),
        }
    }

    /// How long the head of a request may take, the wait for it on an idle connection included.
    #[must_use]
    pub const fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head = timeout;
        self
    }

    /// How long what is under way may go on once the drain has begun.
    #[must_use]
    pub const fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Accepts connections and serves them, until `drain` begins; then ends in order and returns.
    ///
    /// Several listeners may share one `drain`. A failed accept is tried again: it is of one connection, or of a moment.
    ///
    /// # Cancel safety
    /// Dropped, it accepts no more; the connections that are open go on as tasks of the runtime, until the drain.
    pub async fn serve<S, R>(self, listener: Listener, service: S, drain: &Drain)
    where
        S: Service<Request<Incoming>, Response = Response<R>, Error = Infallible>,
        S: Clone + Send + 'static,
        S::Future: Send,
        R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = drain.started() => break,
            };
            match accepted {
                Ok(Accepted::Tcp(stream)) => self.spawn(stream, &service, drain),
                #[cfg(unix)]
                Ok(Accepted::Unix(stream)) => self.spawn(stream, &service, drain),
                Err(error) => {
                    tracing::debug!(%error, "accepting a connection failed");
                    sleep(BREATH).await;
                }
            }
        }
        drop(listener);
        if timeout(self.grace, drain.finished()).await.is_err() {
            drain.cut();
            drain.finished().await;
        }
    }

    fn spawn<I, S, R>(self, io: I, service: &S, drain: &Drain)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        S: Service<Request<Incoming>, Response = Response<R>, Error = Infallible>,
        S: Clone + Send + 'static,
        S::Future: Send,
        R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let service = TowerToHyperService::new(service.clone());
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.head);
        let ending = drain.clone();
        drain.spawn(async move {
            // In one expression: a task keeps room for each step that it gives a name.
            let mut connection = pin!(
                http.serve_connection(TokioIo::new(io), service)
                    .with_upgrades()
            );
            // How a connection ends, its client sees.
            if ending.until_started(connection.as_mut()).await.is_none() {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        });
    }
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}
