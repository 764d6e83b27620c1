//! Bytes to one API server: TCP, HTTP/1 and HTTP/2, over any connector.
//!
//! It moves bytes: it cannot read JSON, and knows no kubeconfig, token, certificate or verb. TLS is a connector
//! that somebody else puts in between.
//!
//! # The data's way
//!
//! ```text
//! request (relative URI) ▸ BaseUri ▸ Transport ┬ a pooled connection, HTTP/1.1 or h2 ▸ server
//!                                              └ a new one: connector.call(uri) ▸ Tcp ▸ (your TLS) ▸ handshake
//! ```
//!
//! 1. [`BaseUri`] puts the server's scheme, host, port and path prefix in front of a relative URI, and refuses an
//!    absolute URI of another server.
//! 2. [`Transport`] finds an idle connection, or asks the connector (any `Service<Uri>`) for a new one. Whether it
//!    speaks HTTP/2 is what the connection says it agreed on by ALPN.
//! 3. [`Tcp`] is a connector: name resolution, happy eyeballs, keep-alive.
//!
//! Constructing anything here spawns nothing and needs no runtime.
//!
//! # Features
//!
//! `http2` (default): speaks HTTP/2 over connections that agreed on it.

mod base_uri;
mod connect;
mod http;

pub use crate::base_uri::{
    BaseUri, BaseUriError, BaseUriFuture, BaseUriLayer, InvalidBaseUri, RefusedUri,
};
pub use crate::connect::{Tcp, TcpConnecting, TcpError, TcpStream};
pub use crate::http::{Body, BodyError, ResponseFuture, Transport, TransportError};

/// The error of a service or body whose error type is open.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
