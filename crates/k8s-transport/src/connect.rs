//! Connectors: how a connection to a host comes about.
//!
//! ```text
//! Tcp ─────────────────────────┐
//! Unix ────────────────────────┤
//! Proxied ▸ Tcp, or TLS ▸ Tcp ─┼▸ AnyConnector ▸ (TLS to the server, somebody else's) ▸ the pool
//! your own Service<Uri> ───────┘
//! ```
//!
//! Which proxy is a value, [`Proxy`], which a caller states or [`ProxyEnvironment`] chooses.

mod any;
mod environment;
mod forward;
mod no_proxy;
mod proxied;
mod proxy;
mod resolve;
mod target;
mod tcp;
#[cfg(unix)]
mod unix;

pub use self::any::{AnyConnecting, AnyConnection, AnyConnector};
pub(crate) use self::any::{Connect, Erased};
pub use self::environment::{ProxyEnvironment, ProxyEnvironmentError};
#[cfg(feature = "http2")]
pub(crate) use self::forward::forward_write;
pub use self::no_proxy::NoProxy;
pub use self::proxied::{Proxied, ProxyConnecting, ProxyError, Tunnel};
pub use self::proxy::{InvalidProxy, Proxy, ProxyScheme};
pub use self::resolve::{Resolve, ResolveError, Resolving};
pub use self::tcp::{Tcp, TcpConnecting, TcpError, TcpStream};
#[cfg(unix)]
pub use self::unix::{Unix, UnixConnecting, UnixError, UnixStream};
