//! A Secret, by its data alone.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use k8s_api_core::{ApiResource, ObjectMeta, Resource, Scope, StaticResource};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::{Deserialize, Deserializer};

use crate::Error;

/// A Secret as it is read: what it holds is decoded when it is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct SecretData {
    #[serde(default)]
    pub(crate) metadata: ObjectMeta,
    #[serde(default, rename = "type")]
    pub(crate) kind: String,
    #[serde(default)]
    data: Option<BTreeMap<String, Encoded>>,
}

/// Base64 that is never shown.
struct Encoded(SecretString);

impl SecretData {
    /// Whether there is something under this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.encoded(key)
            .is_some_and(|text| !text.0.expose_secret().is_empty())
    }

    /// What is under this key.
    pub(crate) fn decode(&self, key: &str) -> Result<SecretSlice<u8>, Error> {
        let encoded = self
            .encoded(key)
            .ok_or_else(|| Error::failed(format!("the Secret has no key {key:?}")))?;
        BASE64_STANDARD
            .decode(encoded.0.expose_secret())
            .map(SecretSlice::from)
            .map_err(|_| Error::failed(format!("what the Secret has under {key:?} is no base64")))
    }

    fn encoded(&self, key: &str) -> Option<&Encoded> {
        self.data.as_ref()?.get(key)
    }
}

impl<'de> Deserialize<'de> for Encoded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl Resource for SecretData {
    type Metadata = ObjectMeta;

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl StaticResource for SecretData {
    fn api_resource() -> ApiResource {
        ApiResource::new("", "v1", "Secret", "secrets", Scope::Namespaced)
    }
}
