//! The only doors to a connection that nobody vouches for, and to a credential that goes anywhere.
//!
//! A server that is not verified can be anybody, and everybody in between reads the token. What people who reach for
//! this mostly want is the server's CA in a file: [`Trust::new`](crate::Trust::new).

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::crypto::Provider;
use crate::{Origin, Trust, TrustError};

/// Believes every server (`insecure-skip-tls-verify`). Each connection logs a warning.
///
/// # Errors
///
/// If the provider cannot make a TLS configuration.
pub fn trust_any_server(provider: Provider) -> Result<Trust, TrustError> {
    Trust::anybody(provider)
}

/// Lets a credential go to every server that a request names, over plain `http` too.
///
/// One request with a wrong URI gives the credential away.
pub fn any_origin() -> Origin {
    Origin::any()
}

/// Accepts any certificate; still checks that the server holds its key.
#[derive(Debug)]
pub(crate) struct AcceptAnyServer {
    algorithms: WebPkiSupportedAlgorithms,
}

impl AcceptAnyServer {
    pub(crate) fn new(provider: &Provider) -> Self {
        Self {
            algorithms: provider.rustls().signature_verification_algorithms,
        }
    }
}

impl ServerCertVerifier for AcceptAnyServer {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
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
