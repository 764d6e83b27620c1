//! One TLS configuration for each state of the files, with a session store of its own.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use rustls::client::Resumption;
use rustls::{ClientConfig, RootCertStore};

use super::live::Following;
use super::pin::PinVerifier;
use super::verifier::Verifier;
use super::{Anchors, Inner, Plan, Roots, TrustError, Verify};
use crate::danger::AcceptAnyServer;
use crate::identity::Certified;

/// The TLS configuration of one state of the roots and the client certificate.
#[derive(Debug)]
pub(crate) struct Generation {
    /// Numbers of the roots and of the client certificate.
    number: (u64, u64),
    pub(crate) config: Arc<ClientConfig>,
    /// Of these roots and no later ones.
    pub(super) verifier: Verify,
}

/// The newest generation.
#[derive(Default)]
pub(super) struct Latest {
    slot: Mutex<Option<Arc<Generation>>>,
}

impl Generation {
    pub(crate) fn number(&self) -> (u64, u64) {
        self.number
    }
}

type Made = (Arc<ClientConfig>, Verify);

impl Latest {
    /// The generation of this number or a later one, made by `make` when there is none yet.
    pub(super) fn get(
        &self,
        number: (u64, u64),
        make: impl FnOnce() -> Result<Made, TrustError>,
    ) -> Result<Arc<Generation>, TrustError> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let is_late =
            |latest: &&Arc<Generation>| latest.number.0 >= number.0 && latest.number.1 >= number.1;
        // A caller who was slow does not put an older one in the place of a newer.
        if let Some(latest) = slot.as_ref().filter(is_late) {
            return Ok(latest.clone());
        }
        let (config, verifier) = make()?;
        let made = Arc::new(Generation {
            number,
            config,
            verifier,
        });
        *slot = Some(made.clone());
        Ok(made)
    }
}

/// A configuration of `roots`, with a session store of its own: no session outlives its roots.
pub(super) fn make(
    roots: &Roots,
    certified: Option<Certified>,
    plan: &Plan,
    trust: Weak<Inner>,
) -> Result<Made, TrustError> {
    let own = verifier(roots, plan)?;
    let following = Following::new(trust, own.clone(), &plan.provider);
    let builder = ClientConfig::builder_with_provider(plan.provider.rustls().clone())
        .with_safe_default_protocol_versions()
        .map_err(TrustError::config)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(following));
    let mut config = match certified {
        Some(certified) => builder.with_client_cert_resolver(certified.resolver()),
        None => builder.with_no_client_auth(),
    };
    config.resumption = Resumption::in_memory_sessions(64);
    Ok((Arc::new(config), own))
}

fn verifier(roots: &Roots, plan: &Plan) -> Result<Verify, TrustError> {
    Ok(match &plan.anchors {
        Anchors::Anybody => Arc::new(AcceptAnyServer::new(&plan.provider)),
        Anchors::Pins(pins) => Arc::new(PinVerifier::new(pins.clone(), &plan.provider)?),
        _ => Arc::new(Verifier::new(store(roots), roots.clone(), plan)?),
    })
}

fn store(roots: &Roots) -> RootCertStore {
    let mut store = RootCertStore::empty();
    let (_, ignored) = store.add_parsable_certificates(roots.iter().cloned());
    if ignored > 0 {
        tracing::warn!(
            ignored,
            "some certificates of the CA bundle cannot be roots"
        );
    }
    store
}
