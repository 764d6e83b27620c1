//! A part of a kubeconfig that this crate hands on without understanding it, as JSON text that is never shown.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

/// JSON text of unknown meaning; it may hold secrets, so `Debug` shows nothing of it.
#[derive(Clone)]
pub struct RawJson(Arc<SecretString>);

impl RawJson {
    pub(crate) fn new(json: String) -> Self {
        Self(Arc::new(SecretString::from(json)))
    }

    /// The JSON text: one value, no white space, keys in the order of the file.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawJson").finish_non_exhaustive()
    }
}
