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

/// A field that is not known, kept as it was.
#[derive(Clone)]
#[non_exhaustive]
pub struct UnknownField {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: RawJson,
}

impl UnknownField {
    pub(crate) fn new(name: &str, json: String) -> Self {
        Self {
            name: name.to_owned(),
            value: RawJson::new(json),
        }
    }
}

impl fmt::Debug for UnknownField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnknownField")
            .field(&shown(&self.name))
            .finish()
    }
}

/// A key as it may be shown: `{token s3cret}` is a map whose *key* is the secret, so what does not look like a field's name stays unsaid.
pub(crate) fn shown(key: &str) -> &str {
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if !key.is_empty() && key.len() <= 64 && key.bytes().all(of_a_name) {
        key
    } else {
        "(not a name)"
    }
}
