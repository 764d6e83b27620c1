//! A pod as this program needs it: a struct of its own, and nothing of any Kubernetes release.

use k8s_api_core::{ApiResource, ObjectMeta, Resource, Scope, StaticResource};
use serde::Deserialize;

/// Where a pod runs, and how it fares.
#[derive(Debug, Deserialize)]
pub(crate) struct Pod {
    metadata: ObjectMeta,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    node_name: Option<Box<str>>,
}

#[derive(Debug, Default, Deserialize)]
struct Status {
    phase: Option<Box<str>>,
}

impl Pod {
    /// `Running`, or `unknown`.
    pub(crate) fn phase(&self) -> &str {
        self.status.phase.as_deref().unwrap_or("unknown")
    }

    /// Its node, or `no node`.
    pub(crate) fn node(&self) -> &str {
        self.spec.node_name.as_deref().unwrap_or("no node")
    }
}

impl Resource for Pod {
    type Metadata = ObjectMeta;

    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
}

impl StaticResource for Pod {
    fn api_resource() -> ApiResource {
        ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced)
    }
}
