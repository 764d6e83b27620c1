//! A verifier that follows the bundle by itself.

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::Trust;

/// Verifies against the newest generation; looks at the bundle at once when that turns a server down.
#[derive(Debug)]
pub(super) struct Live {
    trust: Trust,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Live {
    pub(super) fn new(trust: Trust) -> Self {
        let algorithms = trust.provider().rustls().signature_verification_algorithms;
        Self { trust, algorithms }
    }
}

impl ServerCertVerifier for Live {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let failed = |error: super::TrustError| Error::General(error.to_string());
        let name = self.trust.name_override().unwrap_or(name);
        let present = self.trust.generation().map_err(failed)?;
        let refusal =
            match present
                .verifier
                .verify_server_cert(leaf, intermediates, name, ocsp, now)
            {
                Ok(verified) => return Ok(verified),
                Err(refusal) => refusal,
            };
        let next = self.trust.generation_after_refusal().map_err(failed)?;
        if next.number() == present.number() {
            return Err(refusal);
        }
        next.verifier
            .verify_server_cert(leaf, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
