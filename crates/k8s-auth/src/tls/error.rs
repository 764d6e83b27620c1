//! Why there is no verified connection.

use std::fmt;
use std::io;
use std::time::Duration;

use rustls_pki_types::ServerName;

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

    /// What our own verifier says of the certificate.
    fn verdict(&self) -> Option<&(dyn std::error::Error + 'static)> {
        use rustls::{CertificateError, Error};
        let Kind::Handshake { cause, .. } = &self.kind else {
            return None;
        };
        match cause.get_ref()?.downcast_ref()? {
            Error::InvalidCertificate(CertificateError::Other(other)) => Some(other.0.as_ref()),
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
