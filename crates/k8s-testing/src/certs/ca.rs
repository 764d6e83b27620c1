//! A certificate authority that lives as long as a test.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use secrecy::SecretString;

use super::leaf::Leaf;
use super::writer::{self, Signer};
use super::x509::X509;

const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// A certificate authority with a P-256 key. Clones are the same authority.
#[derive(Clone)]
pub struct Ca {
    inner: Arc<Inner>,
}

struct Inner {
    params: CertificateParams,
    key: KeyPair,
    der: CertificateDer<'static>,
    pem: String,
}

/// A certificate with its private key.
#[derive(Clone)]
pub struct Certificate {
    der: CertificateDer<'static>,
    key: SecretString,
    key_der: Arc<Vec<u8>>,
}

// === impl Ca ===

impl Ca {
    /// A new authority of this common name, valid from one hour ago for ten years.
    pub fn new(common_name: &str) -> Self {
        let now = SystemTime::now();
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, common_name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        params.not_before = (now - Duration::from_secs(3_600)).into();
        params.not_after = (now + 10 * YEAR).into();
        let key = new_key();
        let certificate = params
            .self_signed(&key)
            .expect("a P-256 key signs any certificate");
        let (der, pem) = (certificate.der().clone(), certificate.pem());
        Self {
            inner: Arc::new(Inner {
                params,
                key,
                der,
                pem,
            }),
        }
    }

    /// The authority's certificate, as it stands in a `ca.crt`.
    pub fn pem(&self) -> &str {
        &self.inner.pem
    }

    /// The authority's certificate as DER.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.inner.der
    }

    /// Signs a certificate for a new key.
    pub fn issue(&self, leaf: &Leaf) -> Certificate {
        let own = X509::read(&self.inner.der).expect("our own certificate can be read");
        let signer = Signer {
            name: own.subject,
            key: &self.inner.key,
            identifier: &self.inner.params.key_identifier(&self.inner.key),
        };
        Certificate::write(leaf, new_key(), Some(&signer))
    }
}

impl fmt::Debug for Ca {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ca")
            .field("subject", &self.inner.params.distinguished_name)
            .finish_non_exhaustive()
    }
}

// === impl Certificate ===

impl Certificate {
    /// A certificate that its own key signed: a server's leaf that is also all there is to trust.
    pub fn self_signed(leaf: &Leaf) -> Self {
        Self::write(leaf, new_key(), None)
    }

    /// The certificate as PEM.
    pub fn pem(&self) -> String {
        super::pem_block("CERTIFICATE", &self.der)
    }

    /// The certificate as DER.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// The private key as PEM (PKCS #8).
    pub fn key_pem(&self) -> &SecretString {
        &self.key
    }

    pub(crate) fn key_der(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key_der.as_ref().clone()).into()
    }

    fn write(leaf: &Leaf, key: KeyPair, signer: Option<&Signer<'_>>) -> Self {
        let name = writer::subject(leaf);
        let own = Signer {
            name: &name,
            key: &key,
            identifier: &[1],
        };
        let der = writer::certificate(leaf, &key, signer.unwrap_or(&own));
        let der = der.expect("a P-256 key signs any bytes").into();
        Self {
            der,
            key: key.serialize_pem().into(),
            key_der: Arc::new(key.serialize_der()),
        }
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}

fn new_key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("the system's random source gives bytes")
}
