//! Discovery in two documents: every group with its versions and their resources.
//!
//! Follows k8s.io/api `apidiscovery/v2` (v0.36).

use serde_json::{Value, json};

use crate::server::kinds::{Kind, Kinds, Subresource};

pub(super) fn core(kinds: &Kinds) -> Value {
    list(vec![group(kinds, "", &["v1"])])
}

pub(super) fn groups(kinds: &Kinds) -> Value {
    let groups = kinds.groups().into_iter();
    list(
        groups
            .map(|(name, versions)| group(kinds, name, &versions))
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

fn group(kinds: &Kinds, name: &str, versions: &[&str]) -> Value {
    let version = |version: &&str| {
        let of_it = kinds
            .all()
            .filter(|kind| kind.group == name && kind.version == *version);
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
        "responseKind": own_kind(kind),
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
    let below = kind.subresources.iter();
    let below: Vec<Value> = below.map(|sub| subresource(kind, sub)).collect();
    if !below.is_empty() {
        entry["subresources"] = below.into();
    }
    entry
}

/// What the objects of a kind are; of built-in kinds only the name is told.
fn own_kind(kind: &Kind) -> Value {
    let (group, version) = parent(kind);
    json!({"group": group, "version": version, "kind": kind.kind})
}

fn parent(kind: &Kind) -> (&str, &str) {
    if kind.is_built_in() {
        ("", "")
    } else {
        (&kind.group, &kind.version)
    }
}

fn subresource(kind: &Kind, sub: &Subresource) -> Value {
    let (group, version) = match &sub.group_version {
        Some((group, version)) => (group.as_str(), version.as_str()),
        None => parent(kind),
    };
    json!({
        "subresource": sub.name,
        "responseKind": {"group": group, "version": version, "kind": sub.kind},
        "verbs": sub.verbs,
    })
}
