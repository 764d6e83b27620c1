//! Why nobody could be trusted.

use std::fmt;

use k8s_config::{Material, ReadError};

use crate::identity::IdentityError;
use crate::pem::PemError;

/// A trust that cannot be made: nobody would be believed, so no connection is.
#[derive(Debug)]
pub struct TrustError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Read {
        place: String,
        cause: ReadError,
    },
    Pem {
        place: String,
        cause: PemError,
    },
    NoRoot {
        place: String,
    },
    #[cfg(feature = "system-roots")]
    NoSystemRoot,
    NoPin,
    NoSha256,
    Name {
        name: String,
    },
    Identity(IdentityError),
    Config(rustls::Error),
}

impl TrustError {
    pub(super) fn read(place: &Material, cause: ReadError) -> Self {
        Self {
            kind: Kind::Read {
                place: place.to_string(),
                cause,
            },
        }
    }

    pub(super) fn pem(place: &Material, cause: PemError) -> Self {
        Self {
            kind: Kind::Pem {
                place: place.to_string(),
                cause,
            },
        }
    }

    pub(super) fn no_root(place: &Material) -> Self {
        Self {
            kind: Kind::NoRoot {
                place: place.to_string(),
            },
        }
    }

    #[cfg(feature = "system-roots")]
    pub(super) fn no_system_root() -> Self {
        Self {
            kind: Kind::NoSystemRoot,
        }
    }

    pub(super) fn no_pin() -> Self {
        Self { kind: Kind::NoPin }
    }

    pub(super) fn no_sha256() -> Self {
        Self {
            kind: Kind::NoSha256,
        }
    }

    pub(super) fn name(name: &str) -> Self {
        Self {
            kind: Kind::Name {
                name: name.to_owned(),
            },
        }
    }

    pub(super) fn config(error: rustls::Error) -> Self {
        Self {
            kind: Kind::Config(error),
        }
    }
}

impl From<IdentityError> for TrustError {
    fn from(error: IdentityError) -> Self {
        Self {
            kind: Kind::Identity(error),
        }
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Read { place, .. } | Kind::Pem { place, .. } => {
                write!(f, "reading the CA bundle in {place}")
            }
            Kind::NoRoot { place } => {
                write!(
                    f,
                    "the CA bundle in {place} holds no certificate that can be a root"
                )
            }
            #[cfg(feature = "system-roots")]
            Kind::NoSystemRoot => f.write_str("the system has no CA certificates that can be read"),
            Kind::NoPin => f.write_str("no pin, and so no server that could be believed"),
            Kind::NoSha256 => f.write_str("the cryptography provider has no SHA-256"),
            Kind::Name { name } => {
                write!(
                    f,
                    "the TLS server name {name:?} is neither a DNS name nor an IP address"
                )
            }
            Kind::Identity(_) => f.write_str("preparing the client certificate"),
            Kind::Config(_) => f.write_str("preparing the TLS configuration"),
        }
    }
}

impl std::error::Error for TrustError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            // The read error says what we say; its cause says why.
            Kind::Read { cause, .. } => std::error::Error::source(cause).or(Some(cause)),
            Kind::Pem { cause, .. } => Some(cause),
            Kind::Identity(error) => Some(error),
            Kind::Config(error) => Some(error),
            _ => None,
        }
    }
}
