//! Who the client is, by certificate: a certificate chain and its key, read again when their files change.

mod issued;

use std::fmt;
use std::sync::Arc;

use k8s_config::{Material, ReadError};
use rustls::client::ResolvesClientCert;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls_pki_types::CertificateDer;
use secrecy::ExposeSecret as _;

pub use self::issued::IssuedIdentity;
use crate::crypto::Provider;
use crate::pem::{self, PemError};

/// A client certificate and where it and its key are read.
///
/// Handed to [`Trust::identity`](crate::Trust::identity). The API server takes the user's name from the subject's CN
/// and the groups from its Os.
#[derive(Clone, Debug)]
pub struct Identity {
    pub(crate) kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Files(Files),
    Issued(IssuedIdentity),
}

/// A certificate chain and its key, and where both are read.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    certificate: Material,
    key: Material,
}

/// A client certificate that cannot be used.
#[derive(Debug)]
pub struct IdentityError {
    place: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Read(ReadError),
    Pem(PemError),
    Key(rustls::Error),
    Pair { certificate: String },
}

/// A certificate and key as read; equal if the certificates are, and the key was read from the same bytes.
#[derive(Clone)]
pub(crate) struct Certified {
    chain: Vec<CertificateDer<'static>>,
    resolver: Arc<SingleCertAndKey>,
    key: Arc<secrecy::SecretSlice<u8>>,
}

impl Identity {
    /// A certificate chain, leaf first, and its private key, both in PEM. Nothing is read yet.
    pub fn new(certificate: Material, key: Material) -> Self {
        Self {
            kind: Kind::Files(Files { certificate, key }),
        }
    }
}

impl From<IssuedIdentity> for Identity {
    fn from(issued: IssuedIdentity) -> Self {
        Self {
            kind: Kind::Issued(issued),
        }
    }
}

// === impl Files ===

impl Files {
    pub(crate) fn materials(&self) -> [&Material; 2] {
        [&self.certificate, &self.key]
    }

    pub(crate) fn read(&self, provider: &Provider) -> Result<Certified, IdentityError> {
        let chain = read(&self.certificate, pem::certificates)?;
        let key_text = self
            .key
            .read()
            .map_err(|e| error(&self.key, Cause::Read(e)))?;
        Certified::new(chain, key_text, provider).map_err(|cause| match cause {
            Cause::Pair { .. } => {
                let certificate = self.certificate.to_string();
                error(&self.key, Cause::Pair { certificate })
            }
            cause => error(&self.key, cause),
        })
    }
}

fn read<T>(from: &Material, parse: fn(&[u8]) -> Result<T, PemError>) -> Result<T, IdentityError> {
    let text = from.read().map_err(|e| error(from, Cause::Read(e)))?;
    parse(text.expose_secret()).map_err(|e| error(from, Cause::Pem(e)))
}

fn error(place: impl ToString, cause: Cause) -> IdentityError {
    IdentityError {
        place: place.to_string(),
        cause,
    }
}

// === impl Certified ===

impl Certified {
    fn new(
        chain: Vec<CertificateDer<'static>>,
        key_text: secrecy::SecretSlice<u8>,
        provider: &Provider,
    ) -> Result<Self, Cause> {
        let key = pem::private_key(key_text.expose_secret()).map_err(Cause::Pem)?;
        let key = provider
            .rustls()
            .key_provider
            .load_private_key(key)
            .map_err(Cause::Key)?;
        // `new` and not `from_der`: that one refuses X.509 v1 certificates, which API servers accept.
        let pair = CertifiedKey::new(chain.clone(), key);
        if let Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) =
            pair.keys_match()
        {
            let certificate = String::new();
            return Err(Cause::Pair { certificate });
        }
        Ok(Self {
            chain,
            resolver: Arc::new(SingleCertAndKey::from(pair)),
            key: Arc::new(key_text),
        })
    }

    pub(crate) fn resolver(&self) -> Arc<dyn ResolvesClientCert> {
        self.resolver.clone()
    }
}

impl PartialEq for Certified {
    fn eq(&self, other: &Self) -> bool {
        self.chain == other.chain && self.key.expose_secret() == other.key.expose_secret()
    }
}

// === impl IdentityError ===

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = &self.place;
        match &self.cause {
            Cause::Pair { certificate } => {
                write!(
                    f,
                    "the key in {place} does not belong to the certificate in {certificate}"
                )
            }
            _ => write!(f, "reading the client certificate or key in {place}"),
        }
    }
}

impl std::error::Error for IdentityError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Read(error) => std::error::Error::source(error).or(Some(error)),
            Cause::Pem(error) => Some(error),
            Cause::Key(error) => Some(error),
            Cause::Pair { .. } => None,
        }
    }
}
