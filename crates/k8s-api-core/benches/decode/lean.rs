//! A pod as a controller reads it: a few fields of each part, in types of its own.

use k8s_api_core::ObjectMeta;
use serde::Deserialize;

/// Metadata whole, spec and status in part.
#[derive(Debug, Deserialize)]
pub(crate) struct LeanPod {
    /// As every object has it.
    pub(crate) metadata: ObjectMeta,
    /// Where it runs, and what.
    pub(crate) spec: Spec,
    /// How it fares.
    pub(crate) status: Status,
}

/// Where it runs, and what.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spec {
    /// Where it runs.
    pub(crate) node_name: Option<Box<str>>,
    /// What runs.
    pub(crate) containers: Box<[Container]>,
}

/// What runs.
#[derive(Debug, Deserialize)]
pub(crate) struct Container {
    /// Of the container.
    pub(crate) name: Box<str>,
    /// Of the container.
    pub(crate) image: Option<Box<str>>,
}

/// How it fares.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status {
    /// `Running`.
    pub(crate) phase: Box<str>,
    /// Its address.
    #[serde(rename = "podIP")]
    pub(crate) pod_ip: Option<Box<str>>,
    /// What holds and what does not.
    #[serde(default)]
    pub(crate) conditions: Box<[Condition]>,
    /// How its containers fare.
    #[serde(default)]
    pub(crate) container_statuses: Box<[ContainerStatus]>,
}

/// What holds and what does not.
#[derive(Debug, Deserialize)]
pub(crate) struct Condition {
    /// `Ready`.
    #[serde(rename = "type")]
    pub(crate) kind: Box<str>,
    /// `True`, `False`, `Unknown`.
    pub(crate) status: Box<str>,
}

/// How a container fares.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContainerStatus {
    /// Of the container.
    pub(crate) name: Box<str>,
    /// Whether it answers.
    pub(crate) ready: bool,
    /// How often it was started anew.
    pub(crate) restart_count: u32,
}
