//! TLS over any connector, with the server's CA pinned.
//!
//! Works over any `Service<Uri>` whose connection speaks hyper's IO traits: hyper-util's `HttpConnector`, a proxy
//! tunnel, an in-memory pair.

mod connect;
mod error;
mod handshake;
mod layer;
mod stream;

pub use self::connect::PinnedTls;
pub use self::error::{TlsError, TlsFault};
pub use self::layer::PinnedTlsLayer;
pub use self::stream::{ClientCertificateRefused, TlsStream};
