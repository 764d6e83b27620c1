//! The wish that a Pod goes, if its disruption budget allows: the subresource `eviction`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::request::{DeleteParams, options_value};
use crate::{ObjectMeta, TypeMeta};

/// What is posted to a Pod's `eviction` (`policy/v1`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Eviction {
    /// `policy/v1`, `Eviction`.
    #[serde(flatten)]
    pub types: TypeMeta,
    /// Name and namespace of the Pod.
    #[serde(default)]
    pub metadata: ObjectMeta,
    /// How the Pod is deleted, as a `DeleteOptions`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_options: Option<Value>,
}

impl Eviction {
    /// The eviction of one Pod, in its own time.
    pub fn of(name: impl Into<Box<str>>, namespace: impl Into<Box<str>>) -> Self {
        let mut metadata = ObjectMeta::named(name);
        metadata.namespace = Some(namespace.into());
        Self {
            types: TypeMeta::new("policy/v1", "Eviction"),
            metadata,
            delete_options: None,
        }
    }

    /// How the Pod is deleted.
    #[must_use]
    pub fn delete_params(mut self, params: &DeleteParams) -> Self {
        self.delete_options = options_value(params);
        self
    }
}
