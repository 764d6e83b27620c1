//! How many of a workload there are to be: the subresource `scale`.

use serde::{Deserialize, Serialize};

use super::resource;
use crate::Object;

/// The `scale` of a workload (`autoscaling/v1`).
pub type Scale = Object<ScaleSpec, ScaleStatus>;

/// How many there are to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ScaleSpec {
    /// Replicas that are wanted.
    pub replicas: i32,
}

/// How many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ScaleStatus {
    /// Replicas that are there.
    pub replicas: i32,
    /// Which Pods they are, as a label selector.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub selector: String,
}

impl ScaleSpec {
    /// So many replicas.
    pub fn new(replicas: i32) -> Self {
        Self { replicas }
    }
}

resource!(
    ScaleSpec,
    "autoscaling",
    "v1",
    "Scale",
    "scales",
    Namespaced
);
