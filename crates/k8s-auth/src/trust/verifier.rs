//! Verification by webpki, with an error that names the issuer which is not known.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::EndEntityCert;

use super::TrustError;
use crate::crypto::Provider;
use crate::dn;

/// The server's certificate is not signed by a CA that is trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownIssuer {
    subject: String,
    issuer: String,
    anchors: String,
}

/// webpki's verifier; it says `UnknownIssuer` and nothing more, we say which.
#[derive(Debug)]
pub(super) struct Verifier {
    /// `None` where there is no root at all: webpki refuses to be made, we refuse every server.
    webpki: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
    anchors: String,
}

impl Verifier {
    pub(super) fn new(
        roots: RootCertStore,
        provider: &Provider,
        anchors: String,
    ) -> Result<Self, TrustError> {
        let provider = provider.rustls().clone();
        let algorithms = provider.signature_verification_algorithms;
        let webpki = (!roots.is_empty())
            .then(|| WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build())
            .transpose()
            .map_err(|error| TrustError::config(Error::General(error.to_string())))?;
        Ok(Self {
            webpki,
            algorithms,
            anchors,
        })
    }

    fn explain(&self, error: Error, leaf: &CertificateDer<'_>) -> Error {
        let Error::InvalidCertificate(CertificateError::UnknownIssuer) = error else {
            return error;
        };
        let names = EndEntityCert::try_from(leaf)
            .map(|leaf| (dn::print(leaf.subject()), dn::print(leaf.issuer())));
        let Ok((subject, issuer)) = names else {
            return error;
        };
        let unknown = UnknownIssuer {
            subject,
            issuer,
            anchors: self.anchors.clone(),
        };
        Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(unknown))))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = match &self.webpki {
            Some(webpki) => webpki.verify_server_cert(leaf, intermediates, name, ocsp, now),
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        };
        verified.map_err(|error| self.explain(error, leaf))
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

impl fmt::Display for UnknownIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            subject,
            issuer,
            anchors,
        } = self;
        write!(
            f,
            "unknown issuer: the server's certificate ({subject}) is signed by {issuer}, not by a CA in {anchors}"
        )
    }
}

impl std::error::Error for UnknownIssuer {}
