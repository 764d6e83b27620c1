//! Verification by webpki, with an error that names the issuer which is not known.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, OtherError, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use webpki::EndEntityCert;

use super::unsupported::Unsupported;
use super::{Plan, Roots, TrustError};
use crate::der;
use crate::signatures::signatures_by_algorithms;

/// The server's certificate is not signed by a CA that is trusted.
#[derive(Clone, PartialEq, Eq)]
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
    /// The bundle's certificates, to find the server's own among them.
    roots: Roots,
    anchors: String,
}

impl Verifier {
    pub(super) fn new(store: RootCertStore, roots: Roots, plan: &Plan) -> Result<Self, TrustError> {
        let provider = plan.provider.rustls().clone();
        let algorithms = provider.signature_verification_algorithms;
        let webpki = (!store.is_empty())
            .then(|| WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider).build())
            .transpose()
            .map_err(|error| TrustError::config(Error::General(error.to_string())))?;
        Ok(Self {
            webpki,
            algorithms,
            roots,
            anchors: plan.anchors(),
        })
    }

    fn explain(&self, error: Error, leaf: &CertificateDer<'_>) -> Error {
        if let Some(unsupported) = Unsupported::of(&error) {
            return other(unsupported);
        }
        let Error::InvalidCertificate(CertificateError::UnknownIssuer) = error else {
            return error;
        };
        let names = EndEntityCert::try_from(leaf)
            .map(|leaf| (der::name(leaf.subject()), der::name(leaf.issuer())));
        let Ok((subject, issuer)) = names else {
            return error;
        };
        let unknown = UnknownIssuer {
            subject,
            issuer,
            anchors: self.anchors.clone(),
        };
        other(unknown)
    }
}

fn other(verdict: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(verdict))))
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
        match verified {
            Err(_) if self.roots.iter().any(|root| root == leaf) => own_leaf(leaf, name, now),
            verified => verified.map_err(|error| self.explain(error, leaf)),
        }
    }

    signatures_by_algorithms!();
}

/// The bundle holds this very certificate: Go's `x509` takes it as its own chain, and checks its name and dates.
fn own_leaf(
    leaf: &CertificateDer<'_>,
    name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, Error> {
    verify_server_name(&ParsedCertificate::try_from(leaf)?, name)?;
    let (not_before, not_after) =
        der::validity(leaf).ok_or(Error::InvalidCertificate(CertificateError::BadEncoding))?;
    if now < not_before {
        let early = CertificateError::NotValidYetContext {
            time: now,
            not_before,
        };
        return Err(Error::InvalidCertificate(early));
    }
    if now > not_after {
        let late = CertificateError::ExpiredContext {
            time: now,
            not_after,
        };
        return Err(Error::InvalidCertificate(late));
    }
    Ok(ServerCertVerified::assertion())
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

/// As `Display`: rustls prints what it cannot know by `Debug`, and people read that.
impl fmt::Debug for UnknownIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for UnknownIssuer {}
