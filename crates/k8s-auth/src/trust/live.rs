//! Verification that follows the bundle by itself: looks at it at once when a server is turned down.

use std::fmt;
use std::sync::{Arc, Weak};

use rustls::Error;
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::crypto::WebPkiSupportedAlgorithms;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use super::{Inner, Trust, TrustError, Verify};
use crate::crypto::Provider;
use crate::signatures::signatures_by_algorithms;

/// The verifier of a TLS configuration of ours. It holds the trust weakly: the trust holds the configuration.
pub(super) struct Following {
    trust: Weak<Inner>,
    /// The roots of the configuration's own generation: asked first, and alone once the trust is gone.
    own: Verify,
    algorithms: WebPkiSupportedAlgorithms,
}

/// The verifier for configurations of others. It holds the trust.
pub(super) struct Live {
    trust: Trust,
    algorithms: WebPkiSupportedAlgorithms,
}

/// What a handshake asks a verifier.
struct Shown<'a> {
    leaf: &'a CertificateDer<'a>,
    intermediates: &'a [CertificateDer<'a>],
    name: &'a ServerName<'a>,
    ocsp: &'a [u8],
    now: UnixTime,
}

impl Shown<'_> {
    /// Asks the present roots; after a refusal looks at the bundle at once, and asks again if it has changed.
    fn verify(&self, present: &Verify, trust: Option<&Trust>) -> Result<ServerCertVerified, Error> {
        let refusal = match self.ask(present) {
            Ok(verified) => return Ok(verified),
            Err(refusal) => refusal,
        };
        let Some(trust) = trust else {
            return Err(refusal);
        };
        let next = trust.generation_after_refusal().map_err(failed)?;
        if Arc::ptr_eq(&next.verifier, present) {
            Err(refusal)
        } else {
            self.ask(&next.verifier)
        }
    }

    fn ask(&self, verifier: &Verify) -> Result<ServerCertVerified, Error> {
        let Self {
            leaf,
            intermediates,
            name,
            ocsp,
            now,
        } = *self;
        verifier.verify_server_cert(leaf, intermediates, name, ocsp, now)
    }
}

fn failed(error: TrustError) -> Error {
    Error::General(error.to_string())
}

// === impl Following ===

impl Following {
    pub(super) fn new(trust: Weak<Inner>, own: Verify, provider: &Provider) -> Self {
        let algorithms = provider.rustls().signature_verification_algorithms;
        Self {
            trust,
            own,
            algorithms,
        }
    }
}

// === impl Live ===

impl Live {
    pub(super) fn new(trust: Trust) -> Self {
        let algorithms = trust
            .inner
            .plan
            .provider
            .rustls()
            .signature_verification_algorithms;
        Self { trust, algorithms }
    }
}

macro_rules! verifies {
    ($verifier:ty, $verify:expr) => {
        impl ServerCertVerifier for $verifier {
            fn verify_server_cert(
                &self,
                leaf: &CertificateDer<'_>,
                intermediates: &[CertificateDer<'_>],
                name: &ServerName<'_>,
                ocsp: &[u8],
                now: UnixTime,
            ) -> Result<ServerCertVerified, Error> {
                $verify(
                    self,
                    Shown {
                        leaf,
                        intermediates,
                        name,
                        ocsp,
                        now,
                    },
                )
            }

            signatures_by_algorithms!();
        }
    };
}

verifies!(Following, |this: &Self, shown: Shown<'_>| {
    let trust = this.trust.upgrade().map(|inner| Trust { inner });
    shown.verify(&this.own, trust.as_ref())
});

verifies!(Live, |this: &Self, shown: Shown<'_>| {
    let name = this.trust.name_override().unwrap_or(shown.name);
    let present = this.trust.generation().map_err(failed)?;
    Shown { name, ..shown }.verify(&present.verifier, Some(&this.trust))
});

impl fmt::Debug for Following {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Following").finish_non_exhaustive()
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}
