//! Discovery as it was from the beginning: groups, versions, and the resources of one version.

use serde_json::{Map, Value, json};

use crate::server::kinds::{self, Kind, Kinds, Subresource};

pub(super) fn versions(authority: &str) -> Value {
    json!({
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": authority}],
    })
}

pub(super) fn group_list(kinds: &Kinds) -> Value {
    let groups: Vec<Value> = kinds
        .groups()
        .into_iter()
        .map(|(name, versions)| group(name, &versions))
        .collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

pub(super) fn one_group(kinds: &Kinds, name: &str) -> Option<Value> {
    let (name, versions) = kinds
        .groups()
        .into_iter()
        .find(|(group, _)| *group == name)?;
    let mut document = group(name, &versions);
    document["kind"] = "APIGroup".into();
    document["apiVersion"] = "v1".into();
    Some(document)
}

fn group(name: &str, versions: &[&str]) -> Value {
    let versions: Vec<Value> = versions
        .iter()
        .map(|version| json!({"groupVersion": kinds::group_version(name, version), "version": version}))
        .collect();
    json!({"name": name, "preferredVersion": versions.first(), "versions": versions})
}

pub(super) fn resources(kinds: &Kinds, group: &str, version: &str) -> Option<Value> {
    if !kinds.has_group_version(group, version) {
        return None;
    }
    let mut listed = Vec::new();
    for kind in kinds
        .all()
        .filter(|kind| kind.group == group && kind.version == version)
    {
        listed.push(resource(kind));
        listed.extend(kind.subresources.iter().map(|sub| subresource(kind, sub)));
    }
    let group_version = kinds::group_version(group, version);
    let mut list =
        json!({"kind": "APIResourceList", "groupVersion": group_version, "resources": listed});
    if !group.is_empty() {
        list["apiVersion"] = "v1".into();
    }
    Some(list)
}

fn resource(kind: &Kind) -> Value {
    let mut entry = Map::new();
    let mut set = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    set("name", kind.resource.as_str().into());
    set("singularName", kind.singular.as_str().into());
    set("namespaced", kind.namespaced.into());
    set("kind", kind.kind.as_str().into());
    set("verbs", kind.verbs.clone().into());
    if !kind.short_names.is_empty() {
        set("shortNames", kind.short_names.clone().into());
    }
    if !kind.categories.is_empty() {
        set("categories", kind.categories.clone().into());
    }
    if let Some(hash) = &kind.storage_hash {
        set("storageVersionHash", hash.as_str().into());
    }
    entry.into()
}

fn subresource(of: &Kind, sub: &Subresource) -> Value {
    let mut entry = json!({
        "name": format!("{}/{}", of.resource, sub.name),
        "singularName": "",
        "namespaced": of.namespaced,
        "kind": sub.kind,
        "verbs": sub.verbs,
    });
    if let Some((group, version)) = &sub.group_version {
        entry["group"] = group.as_str().into();
        entry["version"] = version.as_str().into();
    }
    entry
}
