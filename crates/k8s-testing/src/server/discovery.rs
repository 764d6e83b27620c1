//! Discovery: which groups, versions and resources the server has.

use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::answer;
use super::kinds::{self, KINDS, Kind, Subresource, VERBS};
use crate::body::Body;

/// The document at a discovery path; `None` when the path is none. `authority` is where the client reached the server.
pub(crate) fn document(path: &str, authority: &str) -> Option<Response<Body>> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let value = match segments.as_slice() {
        ["api"] => versions(authority),
        ["apis"] => group_list(),
        ["api", version] => resources("", version)?,
        ["apis", group] => one_group(group)?,
        ["apis", group, version] => resources(group, version)?,
        _ => return None,
    };
    Some(answer::json(StatusCode::OK, &value))
}

fn versions(authority: &str) -> Value {
    json!({
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": authority}],
    })
}

fn group_list() -> Value {
    let groups: Vec<Value> = kinds::groups()
        .into_iter()
        .map(|(name, versions)| group(name, &versions))
        .collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

fn one_group(name: &str) -> Option<Value> {
    let (name, versions) = kinds::groups()
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

fn resources(group: &str, version: &str) -> Option<Value> {
    if !kinds::has_group_version(group, version) {
        return None;
    }
    let mut listed = Vec::new();
    for kind in KINDS
        .iter()
        .filter(|kind| kind.group == group && kind.version == version)
    {
        listed.push(resource(kind));
        listed.extend(kind.subresources().map(|sub| subresource(kind, sub)));
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
    entry.insert("name".to_owned(), kind.resource.into());
    entry.insert("singularName".to_owned(), kind.singular.into());
    entry.insert("namespaced".to_owned(), kind.namespaced.into());
    entry.insert("kind".to_owned(), kind.kind.into());
    let verbs: &[&str] = if kind.is_stored() { VERBS } else { &["create"] };
    // Nobody deletes all namespaces at once.
    let offered = |verb: &&&str| kind.resource != "namespaces" || **verb != "deletecollection";
    let verbs: Vec<&str> = verbs.iter().filter(offered).copied().collect();
    entry.insert("verbs".to_owned(), verbs.into());
    if !kind.short_names.is_empty() {
        entry.insert("shortNames".to_owned(), kind.short_names.into());
    }
    if !kind.categories.is_empty() {
        entry.insert("categories".to_owned(), kind.categories.into());
    }
    Value::Object(entry)
}

fn subresource(of: &Kind, sub: &Subresource) -> Value {
    let mut entry = json!({
        "name": format!("{}/{}", sub.of, sub.name),
        "singularName": "",
        "namespaced": of.namespaced,
        "kind": sub.kind,
        "verbs": sub.verbs,
    });
    if let Some((group, version)) = sub.group_version {
        entry["group"] = group.into();
        entry["version"] = version.into();
    }
    entry
}
