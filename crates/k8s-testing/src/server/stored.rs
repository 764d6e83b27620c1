//! One version of an object as the store keeps it, with the bytes that it is sent as.

use std::ops::Deref;
use std::sync::OnceLock;

use bytes::Bytes;
use serde_json::Value;

use super::object;

/// An object that no longer changes; what it looks like on the wire is written once, by whoever needs it first.
#[derive(Debug)]
pub(crate) struct Stored {
    value: Value,
    whole: OnceLock<Bytes>,
    metadata: OnceLock<Bytes>,
}

impl Stored {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            value,
            whole: OnceLock::new(),
            metadata: OnceLock::new(),
        }
    }

    /// The object as JSON.
    pub(crate) fn whole(&self) -> &Bytes {
        self.whole.get_or_init(|| self.value.to_string().into())
    }

    /// Its metadata alone, as `PartialObjectMetadata`.
    pub(crate) fn metadata(&self) -> &Bytes {
        self.metadata
            .get_or_init(|| object::partial(&self.value).to_string().into())
    }

    /// The same object, said to be of another revision.
    pub(crate) fn at(&self, revision: u64) -> Self {
        let mut value = self.value.clone();
        value["metadata"]["resourceVersion"] = revision.to_string().into();
        Self::new(value)
    }
}

impl Deref for Stored {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}
