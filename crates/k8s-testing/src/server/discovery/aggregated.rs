//! Discovery in two documents: every group with its versions and their resources.
//!
//! Follows k8s.io/api `apidiscovery/v2` (v0.36).

use serde_json::{Value, json};

use crate::server::kinds::{self, Kind, Subresource};

pub(super) fn core() -> Value {
    list(vec![group("", &["v1"])])
}

pub(super) fn groups() -> Value {
    let groups = kinds::groups().into_iter();
    list(
        groups
            .map(|(name, versions)| group(name, &versions))
            .collect(),
    )
}

fn list(items: Vec<Value>) -> Value {
    json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    })
}

fn group(name: &str, versions: &[&str]) -> Value {
    let version = |version: &&str| {
        let kinds = kinds::all().iter();
        let of_it = kinds.filter(|kind| kind.group == name && kind.version == *version);
        let resources: Vec<Value> = of_it.map(|kind| resource(kind)).collect();
        json!({"version": version, "resources": resources, "freshness": "Current"})
    };
    let versions: Vec<Value> = versions.iter().map(version).collect();
    let metadata = if name.is_empty() {
        json!({})
    } else {
        json!({"name": name})
    };
    json!({"metadata": metadata, "versions": versions})
}

fn resource(kind: &Kind) -> Value {
    let mut entry = json!({
        "resource": kind.resource,
        "responseKind": {"group": "", "version": "", "kind": kind.kind},
        "scope": if kind.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": kind.singular,
        "verbs": kind.verbs,
    });
    if !kind.short_names.is_empty() {
        entry["shortNames"] = kind.short_names.clone().into();
    }
    if !kind.categories.is_empty() {
        entry["categories"] = kind.categories.clone().into();
    }
    let below: Vec<Value> = kind.subresources.iter().map(subresource).collect();
    if !below.is_empty() {
        entry["subresources"] = below.into();
    }
    entry
}

fn subresource(sub: &Subresource) -> Value {
    let (group, version) = match &sub.group_version {
        Some((group, version)) => (group.as_str(), version.as_str()),
        None => ("", ""),
    };
    json!({
        "subresource": sub.name,
        "responseKind": {"group": group, "version": version, "kind": sub.kind},
        "verbs": sub.verbs,
    })
}
