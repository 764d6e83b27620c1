//! A client certificate that is handed over while the client runs: by a program, or by a service that signs certificates.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretSlice;

use super::{Cause, Certified, IdentityError, error};
use crate::crypto::Provider;
use crate::pem;

/// A place for a client certificate that comes later and is replaced from time to time.
///
/// Made into an [`Identity`](super::Identity) and handed to [`Trust::identity`](crate::Trust::identity): until something was
/// issued the client stays unnamed to TLS; each certificate makes a new generation. Clones are the same place.
#[derive(Clone, Default)]
pub struct IssuedIdentity {
    slot: Arc<RwLock<Slot>>,
}

#[derive(Default)]
struct Slot {
    certified: Option<Certified>,
    /// Counts the changes.
    number: u64,
}

impl IssuedIdentity {
    /// A place in which nothing was put yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a certificate chain, leaf first, and its private key there, both in PEM; `place` says where they come from, for
    /// errors. Returns whether they are others than before.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read, or they do not belong together. What was there stays.
    pub fn issue(
        &self,
        certificate: &[u8],
        key: SecretSlice<u8>,
        place: &str,
        provider: &Provider,
    ) -> Result<bool, IdentityError> {
        let chain = pem::certificates(certificate).map_err(|e| error(place, Cause::Pem(e)))?;
        let certified = Certified::new(chain, key, provider).map_err(|cause| match cause {
            Cause::Pair { .. } => error(
                place,
                Cause::Pair {
                    certificate: place.to_owned(),
                },
            ),
            cause => error(place, cause),
        })?;
        Ok(self.put(Some(certified)))
    }

    /// Takes away what was there. Returns whether there was something.
    pub fn withdraw(&self) -> bool {
        self.put(None)
    }

    fn put(&self, certified: Option<Certified>) -> bool {
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        let changed = slot.certified != certified;
        if changed {
            slot.certified = certified;
            slot.number += 1;
        }
        changed
    }

    pub(crate) fn number(&self) -> u64 {
        self.slot
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .number
    }

    pub(crate) fn certified(&self) -> (Option<Certified>, u64) {
        let slot = self.slot.read().unwrap_or_else(PoisonError::into_inner);
        (slot.certified.clone(), slot.number)
    }
}

impl fmt::Debug for IssuedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedIdentity")
            .field("number", &self.number())
            .finish_non_exhaustive()
    }
}
