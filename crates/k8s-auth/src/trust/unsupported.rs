//! Signatures that the cryptography provider cannot check, and what would.

use std::fmt;

use rustls::{CertificateError, Error};

/// The OIDs of the curve P-521 (`secp521r1`) and of what its keys sign with (`ecdsa-with-SHA512`), as they stand in DER.
const P521: [&[u8]; 2] = [
    &[0x2b, 0x81, 0x04, 0x00, 0x23],
    &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04],
];

/// A certificate in the chain is signed in a way that the provider does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Unsupported {
    p521: bool,
}

impl Unsupported {
    /// What the error says of signatures, if it does.
    pub(super) fn of(error: &Error) -> Option<Self> {
        let Error::InvalidCertificate(error) = error else {
            return None;
        };
        let algorithm = match error {
            CertificateError::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id,
                ..
            } => signature_algorithm_id,
            CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext {
                public_key_algorithm_id,
                ..
            } => public_key_algorithm_id,
            _ => return None,
        };
        let names = |oid: &[u8]| algorithm.windows(oid.len()).any(|window| window == oid);
        Some(Self {
            p521: P521.into_iter().any(names),
        })
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.p521 {
            "the server's certificate is signed by a key on the curve P-521, which this cryptography provider \
             cannot check; the one of the feature aws-lc-rs can"
        } else {
            "the server's certificate is signed in a way that this cryptography provider cannot check"
        })
    }
}

/// As `Display`: rustls prints what it cannot know by `Debug`, and people read that.
impl fmt::Debug for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Unsupported {}
