//! Spec and status of a pod as a controller reads them: what `LeanPod` of ours has, beside kube's metadata.

use serde::Deserialize;

/// Where it runs, and what.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spec {
    node_name: Option<Box<str>>,
    containers: Box<[Container]>,
}

#[derive(Clone, Debug, Deserialize)]
struct Container {
    name: Box<str>,
    image: Option<Box<str>>,
}

/// How it fares. kube wants a default of it, for objects without one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    phase: Box<str>,
    #[serde(rename = "podIP")]
    pod_ip: Option<Box<str>>,
    #[serde(default)]
    conditions: Box<[Condition]>,
    #[serde(default)]
    container_statuses: Box<[ContainerStatus]>,
}

#[derive(Clone, Debug, Deserialize)]
struct Condition {
    #[serde(rename = "type")]
    kind: Box<str>,
    status: Box<str>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContainerStatus {
    name: Box<str>,
    ready: bool,
    restart_count: u32,
}
