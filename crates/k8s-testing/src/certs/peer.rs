//! A client's certificate, seen from the server: taken in the handshake whatever it says, judged with the request.

use std::sync::Arc;
use std::time::SystemTime;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::UnixTime;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::CertificateDer;

use super::x509::X509;
use crate::server::{CREDENTIAL, User};

/// The certificates that a client showed on its connection, its own first.
///
/// Connections put it into each request's extensions; so may a test that calls the server as a `Service`.
#[derive(Clone, Debug)]
pub struct ClientCertificates(Arc<[CertificateDer<'static>]>);

/// Whether certificates that were shown name a user.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// This one.
    User(User),
    /// None: a good certificate without a common name.
    Nobody,
    /// It is not signed by a known authority, not valid now, or not for clients.
    Refused,
}

impl ClientCertificates {
    /// Certificates as a client would show them.
    pub fn new(chain: impl IntoIterator<Item = CertificateDer<'static>>) -> Self {
        Self(chain.into_iter().collect())
    }

    /// Judges the first certificate, as kube-apiserver's x509 authenticator: common name and organizations of what one
    /// of `authorities` signed. Intermediate authorities are not followed.
    pub(crate) fn judge(
        &self,
        authorities: &[CertificateDer<'static>],
        now: SystemTime,
    ) -> Verdict {
        let Some(leaf) = self.0.first().and_then(|der| X509::read(der)) else {
            return Verdict::Refused;
        };
        let algorithms = algorithms();
        let trusted = authorities
            .iter()
            .filter_map(|der| X509::read(der))
            .any(|authority| leaf.is_signed_by(&authority, &algorithms));
        if !trusted || !leaf.is_valid_at(now) || !leaf.is_for_clients() {
            return Verdict::Refused;
        }
        match leaf.common_name() {
            Some(name) if !name.is_empty() => {
                let mut user = User {
                    groups: leaf.organizations(),
                    ..User::new(name)
                };
                let id = format!(
                    "X509SHA256={}",
                    self.0.first().map(|der| sha256(der)).unwrap_or_default()
                );
                user.extra.insert(CREDENTIAL.to_owned(), vec![id]);
                Verdict::User(user.authenticated())
            }
            _ => Verdict::Nobody,
        }
    }
}

/// Asks for a client certificate and takes any, of any X.509 version, whose key the client holds; takes none too.
#[derive(Debug)]
pub(crate) struct AnyClientCertificate;

impl ClientCertVerifier for AnyClientCertificate {
    fn offer_client_auth(&self) -> bool {
        true
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        holds_key(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        holds_key(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        algorithms().supported_schemes()
    }
}

fn holds_key(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
) -> Result<HandshakeSignatureValid, Error> {
    let read = X509::read(certificate).ok_or(CertificateError::BadEncoding)?;
    let algorithms = algorithms();
    let fitting = algorithms
        .mapping
        .iter()
        .find(|(scheme, _)| *scheme == signed.scheme);
    let held = fitting
        .is_some_and(|(_, algorithms)| read.key.made(signed.signature(), message, algorithms));
    if held {
        Ok(HandshakeSignatureValid::assertion())
    } else {
        Err(CertificateError::BadSignature.into())
    }
}

/// SHA-256, by the hash of a cipher suite that uses it.
pub(crate) fn digest(bytes: &[u8]) -> Vec<u8> {
    let suite = rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let digest = suite
        .tls13()
        .map(|suite| suite.common.hash_provider.hash(bytes));
    let digest = digest.expect("a suite of TLS 1.3 is one");
    digest.as_ref().to_vec()
}

/// The same in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = digest(bytes).into_iter();
    digest.map(|byte| format!("{byte:02x}")).collect()
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    provider().signature_verification_algorithms
}

/// The crypto that every connection of this crate uses; never the process's default.
pub(crate) fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn hashes_as_everybody_does() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
    }
}
