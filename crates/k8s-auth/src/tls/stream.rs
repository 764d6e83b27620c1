//! The connection: encrypted, or in clear where the URI asked for that.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls_pki_types::CertificateDer;

mod refused;

pub use self::refused::ClientCertificateRefused;
pub(super) use self::refused::is_refusal;

/// A connection of [`PinnedTls`](super::PinnedTls).
///
/// It tells hyper-util's clients whether HTTP/2 was agreed on.
pub struct TlsStream<IO> {
    kind: Kind<IO>,
}

enum Kind<IO> {
    Plain(IO),
    Tls(Box<TokioIo<tokio_rustls::client::TlsStream<TokioIo<IO>>>>),
}

impl<IO> TlsStream<IO> {
    pub(super) fn plain(io: IO) -> Self {
        Self {
            kind: Kind::Plain(io),
        }
    }

    pub(super) fn tls(stream: tokio_rustls::client::TlsStream<TokioIo<IO>>) -> Self {
        Self {
            kind: Kind::Tls(Box::new(TokioIo::new(stream))),
        }
    }

    /// Whether the connection is encrypted and its server verified by the trust.
    pub fn is_encrypted(&self) -> bool {
        matches!(self.kind, Kind::Tls(_))
    }

    /// The protocol that both sides agreed on by ALPN: `h2` or `http/1.1`.
    pub fn protocol(&self) -> Option<&[u8]> {
        match &self.kind {
            Kind::Plain(_) => None,
            Kind::Tls(stream) => stream.inner().get_ref().1.alpn_protocol(),
        }
    }

    /// What the server showed, its own certificate first; nothing where the connection is in clear.
    pub fn peer_certificates(&self) -> &[CertificateDer<'static>] {
        match &self.kind {
            Kind::Plain(_) => &[],
            Kind::Tls(stream) => {
                let shown = stream.inner().get_ref().1.peer_certificates();
                shown.unwrap_or_default()
            }
        }
    }

    /// The connection below.
    pub fn get_ref(&self) -> &IO {
        match &self.kind {
            Kind::Plain(io) => io,
            Kind::Tls(stream) => stream.inner().get_ref().0.inner(),
        }
    }
}

macro_rules! forward {
    ($self:ident, $call:ident ( $($arg:expr),* )) => {
        match &mut $self.get_mut().kind {
            Kind::Plain(io) => Pin::new(io).$call($($arg),*),
            Kind::Tls(stream) => Pin::new(stream.as_mut()).$call($($arg),*).map_err(refused::name),
        }
    };
}

impl<IO: Read + Write + Unpin> Read for TlsStream<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        forward!(self, poll_read(cx, buf))
    }
}

impl<IO: Read + Write + Unpin> Write for TlsStream<IO> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        forward!(self, poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, poll_shutdown(cx))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.kind {
            Kind::Plain(io) => io.is_write_vectored(),
            Kind::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        forward!(self, poll_write_vectored(cx, bufs))
    }
}

impl<IO: Connection> Connection for TlsStream<IO> {
    fn connected(&self) -> Connected {
        let connected = self.get_ref().connected();
        if self.protocol() == Some(b"h2") {
            connected.negotiated_h2()
        } else {
            connected
        }
    }
}

impl<IO> fmt::Debug for TlsStream<IO> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream")
            .field("encrypted", &self.is_encrypted())
            .finish_non_exhaustive()
    }
}
