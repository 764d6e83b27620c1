//! Why there is no verified connection.

use std::fmt;
use std::io;
use std::time::Duration;

use rustls::{CertificateError, Error};
use rustls_pki_types::ServerName;

use super::stream::is_refusal;
use crate::{BoxError, TrustError, UnknownIssuer};

/// A connection that was not made, or whose server was not believed. No request was sent.
#[derive(Debug)]
pub struct TlsError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Dial(BoxError),
    Trust(TrustError),
    Name { host: String },
    Handshake { server: String, cause: io::Error },
    Timeout { server: String, limit: Duration },
}

/// What sort of failure a [`TlsError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsFault {
    /// The server's certificate is not signed by the key that is trusted under its issuer's name, as after a CA's rotation.
    BadSignature,
    /// The server ended the connection in the handshake.
    Closed,
    /// There was no connection to shake hands over.
    Dial,
    /// The server's certificate is not valid any more.
    Expired,
    /// The host is neither a DNS name nor an IP address.
    Name,
    /// What answers does not speak TLS.
    NotTls,
    /// The server's certificate is not valid yet.
    NotYetValid,
    /// Another one; the causes say which.
    Other,
    /// The server refused us, most likely the certificate that we showed or did not show.
    Refused,
    /// The time ran out.
    Timeout,
    /// Whom to trust could not be read.
    Trust,
    /// The server's certificate is signed by nobody who is trusted.
    UnknownIssuer,
    /// The server's certificate is for other names.
    WrongName,
}

impl TlsFault {
    fn of(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(fault) => Self::of_certificate(fault),
            Error::InvalidMessage(_) | Error::InappropriateMessage { .. } => Self::NotTls,
            Error::AlertReceived(alert) if is_refusal(*alert) => Self::Refused,
            _ => Self::Other,
        }
    }

    fn of_certificate(fault: &CertificateError) -> Self {
        match fault {
            CertificateError::BadSignature => Self::BadSignature,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::WrongName
            }
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::Other(other) if other.0.is::<UnknownIssuer>() => Self::UnknownIssuer,
            _ => Self::Other,
        }
    }
}

impl TlsError {
    pub(super) fn dial(cause: BoxError) -> Self {
        Self {
            kind: Kind::Dial(cause),
        }
    }

    pub(super) fn trust(cause: TrustError) -> Self {
        Self {
            kind: Kind::Trust(cause),
        }
    }

    pub(super) fn name(host: &str) -> Self {
        Self {
            kind: Kind::Name {
                host: host.to_owned(),
            },
        }
    }

    pub(super) fn handshake(server: &ServerName<'_>, cause: io::Error) -> Self {
        Self {
            kind: Kind::Handshake {
                server: server.to_str().into_owned(),
                cause,
            },
        }
    }

    pub(super) fn timeout(server: &ServerName<'_>, limit: Duration) -> Self {
        Self {
            kind: Kind::Timeout {
                server: server.to_str().into_owned(),
                limit,
            },
        }
    }

    /// The issuer that is not known, when that is why.
    pub fn unknown_issuer(&self) -> Option<&UnknownIssuer> {
        self.verdict()?.downcast_ref()
    }

    /// Whether the time ran out.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, Kind::Timeout { .. })
    }

    /// What sort of failure it is, for whoever explains it.
    pub fn fault(&self) -> TlsFault {
        match &self.kind {
            Kind::Dial(_) => TlsFault::Dial,
            Kind::Trust(_) => TlsFault::Trust,
            Kind::Name { .. } => TlsFault::Name,
            Kind::Timeout { .. } => TlsFault::Timeout,
            Kind::Handshake { cause, .. } => self.rustls().map_or_else(
                || match cause.kind() {
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => {
                        TlsFault::Closed
                    }
                    _ => TlsFault::Other,
                },
                TlsFault::of,
            ),
        }
    }

    /// What our own verifier says of the certificate.
    fn verdict(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.rustls()? {
            Error::InvalidCertificate(CertificateError::Other(other)) => Some(other.0.as_ref()),
            _ => None,
        }
    }

    /// What rustls says of the handshake.
    fn rustls(&self) -> Option<&Error> {
        match &self.kind {
            Kind::Handshake { cause, .. } => cause.get_ref()?.downcast_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Dial(_) => f.write_str("dialling"),
            Kind::Trust(_) => f.write_str("reading whom to trust"),
            Kind::Name { host } => {
                write!(
                    f,
                    "{host:?} is neither a DNS name nor an IP address, so no certificate fits it"
                )
            }
            Kind::Handshake { server, .. } => write!(f, "in the TLS handshake with {server}"),
            Kind::Timeout { server, limit } => {
                write!(f, "no TLS handshake with {server} within {limit:?}")
            }
        }
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Dial(cause) => Some(cause.as_ref()),
            Kind::Trust(cause) => Some(cause),
            Kind::Handshake { cause, .. } => Some(self.verdict().unwrap_or(cause)),
            Kind::Name { .. } | Kind::Timeout { .. } => None,
        }
    }
}
