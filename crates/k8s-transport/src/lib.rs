//! Bytes to one API server: TCP, HTTP/1 and HTTP/2, over any connector.
//!
//! It moves bytes: it cannot read JSON, and knows no kubeconfig, token, certificate or verb. TLS is a connector
//! that somebody else puts in between.
//!
//! # The data's way
//!
//! ```text
//! request (relative URI) ▸ BaseUri ▸ Transport ▸ pool ┬ a connection with room, HTTP/1.1 or h2 ▸ server
//!                                                     └ a new one: connector.call(uri) ▸ handshake
//!
//! connector: Tcp │ Unix │ Proxied ▸ CONNECT or SOCKS5 over (your TLS over) Tcp │ your own; then (your TLS) over it
//! ```
//!
//! 1. [`BaseUri`] puts the server's scheme, host, port and path prefix in front of a relative URI, and refuses an
//!    absolute URI of another server.
//! 2. [`Transport`] takes a connection with room, or waits in line while the connector (any `Service<Uri>`) makes one.
//!    Whether it speaks HTTP/2 is what the connection says it agreed on by ALPN; [`Http1Only`] in a request's
//!    extensions, or an `Upgrade` header, has it sent over HTTP/1.1.
//! 3. [`Tcp`] is a connector: name resolution, happy eyeballs, keep-alive. So are `Unix`, for a socket's path, and
//!    [`Proxied`], through a [`Proxy`] that the caller states or [`ProxyEnvironment`] chooses; [`AnyConnector`] is
//!    whichever was decided on.
//! 4. [`DeadlinesLayer`] limits a request's time, for each part of it; the error says which part took too long.
//! 5. [`RetryLayer`] sends a request again that the server cannot have acted on, or that does no harm twice.
//! 6. `GunzipLayer` asks for compressed answers and undoes them as they arrive.
//! 7. Around them, each by itself: [`DefaultHeadersLayer`] (User-Agent), [`WarningsLayer`], [`RateLimitLayer`],
//!    [`BodyLimitLayer`], [`MeasureRequestsLayer`] and [`MeasureAttemptsLayer`], [`TraceLayer`]. What sort of request it
//!    is they learn from its extensions: [`RequestClass`], [`LongRunning`].
//! 8. The answer's [`Body`] holds its place on the connection until it has been read. Behind a 101, [`on_upgrade`]
//!    gives the connection itself.
//!
//! Constructing anything here spawns nothing and needs no runtime. A connection is run by a task of the runtime in
//! which it was needed, or by the caller's [`Spawn`].
//!
//! # Features
//!
//! `http2` (default): speaks HTTP/2 over connections that agreed on it. `gzip`: `GunzipLayer`, compressed answers.

mod base_uri;
mod body_limit;
mod class;
mod connect;
mod deadline;
#[cfg(feature = "gzip")]
mod gzip;
mod headers;
mod http;
mod measure;
mod rate_limit;
mod retry;
mod shared;
mod trace;
mod warnings;

pub use crate::base_uri::{
    BaseUri, BaseUriError, BaseUriFuture, BaseUriLayer, InvalidBaseUri, RefusedUri,
};
pub use crate::body_limit::{
    BodyLimit, BodyLimitLayer, BodyTooLong, LimitBody, LimitBodyFuture, LimitedBody,
};
pub use crate::class::{LongRunning, RequestClass};
pub use crate::connect::{
    AnyConnecting, AnyConnection, AnyConnector, InvalidProxy, NoProxy, Proxied, Proxy,
    ProxyConnecting, ProxyEnvironment, ProxyEnvironmentError, ProxyError, ProxyScheme, Resolve,
    ResolveError, Resolving, Tcp, TcpConnecting, TcpError, TcpStream, Tunnel,
};
#[cfg(unix)]
pub use crate::connect::{Unix, UnixConnecting, UnixError, UnixStream};
pub use crate::deadline::{
    Deadline, DeadlineBody, DeadlineError, DeadlineFuture, Deadlines, DeadlinesLayer, Exceeded,
    WithDeadlines,
};
#[cfg(feature = "gzip")]
pub use crate::gzip::{Gunzip, GunzipBody, GunzipError, GunzipFuture, GunzipLayer};
pub use crate::headers::{DefaultHeaders, DefaultHeadersLayer};
pub use crate::http::{
    Body, BodyError, Http1Only, OnUpgrade, ResponseFuture, Spawn, Task, Transport, TransportError,
    TransportOptions, UpgradeError, Upgraded, on_upgrade,
};
pub use crate::measure::{
    MeasureAttempts, MeasureAttemptsFuture, MeasureAttemptsLayer, MeasureRequests,
    MeasureRequestsFuture, MeasureRequestsLayer, MeasuredBody, Measurement, OnMeasurement,
};
pub use crate::rate_limit::{RateLimit, RateLimitFuture, RateLimitLayer};
pub use crate::retry::{
    Attempt, Attempts, DefaultRetry, IfClone, Never, Outcome, Repeatable, ReplayBody, Retry,
    RetryError, RetryFuture, RetryLayer, RetryPolicy, SendOnce,
};
pub use crate::shared::{Shared, SharedLayer};
pub use crate::trace::{Trace, TraceBody, TraceFuture, TraceLayer};
pub use crate::warnings::{
    LogWarnings, OnWarning, Warning, Warnings, WarningsFuture, WarningsLayer,
};

/// The error of a service or body whose error type is open.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
