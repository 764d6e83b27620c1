//! The layer: a trust, and which protocols are offered.

use std::time::Duration;

use tower_layer::Layer;

use super::PinnedTls;
use crate::Trust;

/// Makes [`PinnedTls`] of a connector.
///
/// # Defaults
///
/// HTTP/1.1 alone is offered by ALPN; the handshake may take 10 s (client-go's `TLSHandshakeTimeout`); a URI with
/// another scheme than `https` goes through in clear.
#[derive(Clone, Debug)]
pub struct PinnedTlsLayer {
    pub(super) trust: Trust,
    pub(super) alpn: Alpn,
    pub(super) handshake: Duration,
    pub(super) always: bool,
}

/// Which protocols are offered, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alpn {
    Http1,
    Http2OrHttp1,
}

impl PinnedTlsLayer {
    /// TLS with this trust.
    pub fn new(trust: Trust) -> Self {
        Self {
            trust,
            alpn: Alpn::Http1,
            handshake: Duration::from_secs(10),
            always: false,
        }
    }

    /// Offers HTTP/2 before HTTP/1.1, or HTTP/1.1 alone.
    #[must_use]
    pub fn http2(mut self, offer: bool) -> Self {
        self.alpn = if offer {
            Alpn::Http2OrHttp1
        } else {
            Alpn::Http1
        };
        self
    }

    /// Encrypts connections to every URI, whatever its scheme: tonic dials `http` URIs and leaves TLS to the connector.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.always = true;
        self
    }

    /// How long a handshake may take.
    #[must_use]
    pub fn handshake_timeout(mut self, limit: Duration) -> Self {
        self.handshake = limit;
        self
    }
}

impl Alpn {
    pub(super) fn protocols(self) -> Vec<Vec<u8>> {
        match self {
            Self::Http1 => vec![b"http/1.1".to_vec()],
            Self::Http2OrHttp1 => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        }
    }
}

impl<C> Layer<C> for PinnedTlsLayer {
    type Service = PinnedTls<C>;

    fn layer(&self, inner: C) -> PinnedTls<C> {
        PinnedTls::new(inner, self.clone())
    }
}
