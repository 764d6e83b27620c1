//! The only doors to a connection that nobody vouches for, and to a credential that goes anywhere.
//!
//! A server that is not verified can be anybody, and everybody in between reads the token. What people who reach for
//! this mostly want is the server's CA in a file: [`Trust::new`](crate::Trust::new).

use rustls::Error;
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::crypto::Provider;
use crate::signatures::signatures_by_algorithms;
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

    signatures_by_algorithms!();
}
