//! Nodes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cell::Cell::{Made, Text};
use super::cell::{AGE, Cell, NAME, at, items, or_none, status_of, text, text_or};

pub(super) const CELLS: &[Cell] = &[
    NAME,
    Made(|node, _| status(node).into()),
    Made(|node, _| roles(node).into()),
    AGE,
    Text("/status/nodeInfo/kubeletVersion"),
    Made(|node, _| address(node, "InternalIP").into()),
    Made(|node, _| address(node, "ExternalIP").into()),
    Made(|node, _| known(node, "/status/nodeInfo/osImage").into()),
    Made(|node, _| kernel(node).into()),
    Made(|node, _| known(node, "/status/nodeInfo/containerRuntimeVersion").into()),
];

fn status(node: &Value) -> String {
    let ready = match status_of(node, "Ready") {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    if node["spec"]["unschedulable"] == true {
        return format!("{ready},SchedulingDisabled");
    }
    ready.to_owned()
}

/// Roles stand in labels, of two shapes.
fn roles(node: &Value) -> String {
    let labels = at(node, "/metadata/labels").as_object();
    let role = |(key, value): (&String, &Value)| match key.strip_prefix("node-role.kubernetes.io/")
    {
        Some(role) => Some(role.to_owned()),
        None if key == "kubernetes.io/role" => value.as_str().map(str::to_owned),
        None => None,
    };
    let roles = labels.into_iter().flatten().filter_map(role);
    let roles: BTreeSet<String> = roles.filter(|role| !role.is_empty()).collect();
    or_none(roles.into_iter().collect::<Vec<_>>().join(","))
}

fn address(node: &Value, of_type: &str) -> String {
    let mut addresses = items(node, "/status/addresses").iter();
    let found = addresses.find(|address| address["type"] == of_type);
    found.map_or_else(
        || "<none>".to_owned(),
        |found| text(found, "/address").to_owned(),
    )
}

fn known(node: &Value, place: &str) -> String {
    match text_or(node, place, "") {
        text if text.is_empty() => "<unknown>".to_owned(),
        text => text,
    }
}

fn kernel(node: &Value) -> String {
    let version = known(node, "/status/nodeInfo/kernelVersion");
    match text(node, "/status/nodeInfo/architecture") {
        "" => version,
        architecture => format!("{version} ({architecture})"),
    }
}
