//! How a transport behaves, as values that the caller states.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower_service::Service;

use super::spawn::{Spawn, Spawner};
use crate::BoxError;
use crate::connect::{Connect, Erased};

/// As good as never, and a time that a clock can still be set to.
const NEVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// How a [`Transport`](super::Transport) behaves. Nothing here is read from the environment.
///
/// # Defaults
///
/// Those of client-go: unused connections are kept for 90 s, 25 of HTTP/1.1 at most; an HTTP/2 connection that was
/// silent for 30 s is asked whether it lives (`HTTP2_READ_IDLE_TIMEOUT_SECONDS`), and has 15 s to answer
/// (`HTTP2_PING_TIMEOUT_SECONDS`). Thirty years are as good as never. Connections are run by tasks of the tokio runtime in which a request is made.
#[derive(Clone)]
pub struct TransportOptions {
    pub(super) http1: Option<Arc<dyn Connect>>,
    pub(super) idle_timeout: Duration,
    pub(super) max_idle: usize,
    pub(super) ping_timeout: Duration,
    pub(super) read_idle_timeout: Option<Duration>,
    pub(super) spawner: Spawner,
}

impl TransportOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            http1: None,
            idle_timeout: Duration::from_secs(90),
            max_idle: 25,
            ping_timeout: Duration::from_secs(15),
            read_idle_timeout: Some(Duration::from_secs(30)),
            spawner: Spawner::Tokio,
        }
    }

    /// Makes the connections of requests that need HTTP/1.1 ([`Http1Only`](super::Http1Only), upgrades): one that does
    /// not offer HTTP/2 to the server. Without it such a request fails where the server chooses HTTP/2.
    #[must_use]
    pub fn http1_connector<C>(mut self, connector: C) -> Self
    where
        C: Service<Uri, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Unpin + Send + 'static,
    {
        self.http1 = Some(Arc::new(Erased(connector)));
        self
    }

    /// How long an unused connection is kept (client-go's `IdleConnTimeout`).
    #[must_use]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.idle_timeout = limit.min(NEVER);
        self
    }

    /// How many unused HTTP/1.1 connections to one server are kept (client-go's `MaxIdleConnsPerHost`).
    #[must_use]
    pub fn max_idle_connections(mut self, most: usize) -> Self {
        self.max_idle = most;
        self
    }

    /// After how long a silence an HTTP/2 connection is asked whether it lives; zero: never. client-go's
    /// `HTTP2_READ_IDLE_TIMEOUT_SECONDS`.
    #[must_use]
    pub fn http2_read_idle_timeout(mut self, silence: Duration) -> Self {
        self.read_idle_timeout = (!silence.is_zero()).then_some(silence.min(NEVER));
        self
    }

    /// How long an HTTP/2 connection has to answer that it lives, before it and its requests are given up. client-go's
    /// `HTTP2_PING_TIMEOUT_SECONDS`.
    #[must_use]
    pub fn http2_ping_timeout(mut self, limit: Duration) -> Self {
        self.ping_timeout = limit.min(NEVER);
        self
    }

    /// Who runs the connections. A closure over a boxed future will do.
    #[must_use]
    pub fn spawn(mut self, spawn: impl Spawn) -> Self {
        self.spawner = Spawner::Custom(Arc::new(spawn));
        self
    }
}

impl Default for TransportOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TransportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportOptions")
            .field("idle_timeout", &self.idle_timeout)
            .field("max_idle", &self.max_idle)
            .field("read_idle_timeout", &self.read_idle_timeout)
            .field("ping_timeout", &self.ping_timeout)
            .finish_non_exhaustive()
    }
}
