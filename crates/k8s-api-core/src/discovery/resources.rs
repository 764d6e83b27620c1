//! The resources of a server: one document a group and version, or one of all groups.

use serde::{Deserialize, Serialize};

use super::GroupVersion;
use crate::metadata::{exact, null_is_empty};
use crate::{ApiResource, GroupVersionKind, ObjectMeta, Scope};

/// The answer to `GET /api/v1` and `GET /apis/GROUP/VERSION` (`metav1.APIResourceList`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ApiResourceList {
    /// `v1`, `apps/v1`.
    pub group_version: String,
    /// Resources, and subresources by names with a slash.
    #[serde(deserialize_with = "exact")]
    pub resources: Vec<ListedResource>,
}

/// A resource or subresource of one group and version (`metav1.APIResource`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ListedResource {
    /// The plural, `pods`; `pods/log` is a subresource.
    pub name: String,
    /// The singular, `pod`.
    pub singular_name: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// The group of the kind; empty: the list's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The version of the kind; empty: the list's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The kind of its objects.
    pub kind: String,
    /// What can be done with it.
    #[serde(deserialize_with = "null_is_empty")]
    pub verbs: Vec<String>,
    /// `po`.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub short_names: Vec<String>,
    /// `all`.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub categories: Vec<String>,
}

/// The answer to [`request::aggregated_discovery`](crate::request::aggregated_discovery)
/// (`apidiscovery.k8s.io/v2.APIGroupDiscoveryList`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ApiGroupDiscoveryList {
    /// Groups, in the server's order of preference.
    #[serde(deserialize_with = "exact")]
    pub items: Vec<GroupDiscovery>,
}

/// One group with all in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct GroupDiscovery {
    /// Its name is the group's; the core group has none.
    pub metadata: ObjectMeta,
    /// Its versions, in the server's order of preference.
    #[serde(deserialize_with = "exact")]
    pub versions: Vec<VersionDiscovery>,
}

/// One version of a group with all in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct VersionDiscovery {
    /// `v1`.
    pub version: String,
    /// Its resources.
    #[serde(deserialize_with = "exact")]
    pub resources: Vec<ResourceDiscovery>,
    /// `Current`, or `Stale`: an aggregated server did not answer.
    pub freshness: String,
}

/// One resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ResourceDiscovery {
    /// The plural, `pods`.
    pub resource: String,
    /// The kind of its objects; `None` for a resource that is only a parent of subresources.
    pub response_kind: Option<ResponseKind>,
    /// `Namespaced` or `Cluster`.
    pub scope: String,
    /// The singular, `pod`.
    pub singular_resource: String,
    /// What can be done with it.
    #[serde(deserialize_with = "null_is_empty")]
    pub verbs: Vec<String>,
    /// `po`.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub short_names: Vec<String>,
    /// `all`.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub categories: Vec<String>,
    /// Its subresources.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub subresources: Vec<SubresourceDiscovery>,
}

/// One subresource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SubresourceDiscovery {
    /// `status`.
    pub subresource: String,
    /// The kind that it answers with.
    pub response_kind: Option<ResponseKind>,
    /// What can be done with it.
    #[serde(deserialize_with = "null_is_empty")]
    pub verbs: Vec<String>,
}

/// A kind as aggregated discovery writes it; group and version are empty where they are the resource's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ResponseKind {
    /// The API group.
    pub group: String,
    /// The version within the group.
    pub version: String,
    /// The kind.
    pub kind: String,
}

impl ApiResourceList {
    /// The resources without the subresources, ready for requests.
    pub fn api_resources(&self) -> impl Iterator<Item = ApiResource> + '_ {
        let (group, version) = split(&self.group_version);
        self.resources
            .iter()
            .filter(|resource| !resource.name.contains('/'))
            .map(move |resource| {
                let scope = if resource.namespaced {
                    Scope::Namespaced
                } else {
                    Scope::Cluster
                };
                let [group, version, kind, plural] =
                    [group, version, &resource.kind, &resource.name].map(str::to_owned);
                ApiResource::new(group, version, kind, plural, scope)
            })
    }
}

impl ApiGroupDiscoveryList {
    /// The resources of all groups and versions, ready for requests. One whose kind is not told is left out.
    pub fn api_resources(&self) -> impl Iterator<Item = ApiResource> + '_ {
        self.items.iter().flat_map(|group| {
            let name = group.metadata.name.as_deref().unwrap_or_default();
            group.versions.iter().flat_map(move |version| {
                let of_version = |resource| api_resource(name, &version.version, resource);
                version.resources.iter().filter_map(of_version)
            })
        })
    }
}

fn api_resource(group: &str, version: &str, resource: &ResourceDiscovery) -> Option<ApiResource> {
    let scope = match resource.scope.as_str() {
        "Namespaced" => Scope::Namespaced,
        _ => Scope::Cluster,
    };
    let kind = &resource.response_kind.as_ref()?.kind;
    let [group, version, kind, plural] =
        [group, version, kind, &resource.resource].map(str::to_owned);
    Some(ApiResource::new(group, version, kind, plural, scope))
}

impl ResponseKind {
    /// The kind with the group and version that stand where they are empty here.
    pub fn within(&self, own: &GroupVersion) -> GroupVersionKind {
        let (group, version) = match self.version.as_str() {
            "" => split(&own.group_version),
            version => (self.group.as_str(), version),
        };
        let [group, version, kind] = [group, version, &self.kind].map(str::to_owned);
        GroupVersionKind::new(group, version, kind)
    }
}

/// `apps/v1` into its two; `v1` is the core group's.
fn split(group_version: &str) -> (&str, &str) {
    group_version.split_once('/').unwrap_or(("", group_version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_resources_of_one_version() {
        let text = r#"{"kind":"APIResourceList","groupVersion":"apps/v1","resources":[
            {"name":"deployments","singularName":"deployment","namespaced":true,"kind":"Deployment","verbs":["get"],"shortNames":["deploy"],"categories":["all"],"storageVersionHash":"x="},
            {"name":"deployments/scale","singularName":"","namespaced":true,"group":"autoscaling","version":"v1","kind":"Scale","verbs":["get"]}]}"#;
        let list: ApiResourceList = serde_json::from_str(text).unwrap();
        let resources: Vec<_> = list.api_resources().collect();
        let deployments =
            ApiResource::new("apps", "v1", "Deployment", "deployments", Scope::Namespaced);
        assert_eq!(resources, [deployments]);
        assert_eq!(list.resources[1].group, "autoscaling");
    }

    #[test]
    fn reads_all_groups_at_once() {
        let text = r#"{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
            {"metadata":{"creationTimestamp":null},"versions":[{"version":"v1","freshness":"Current","resources":[
                {"resource":"nodes","responseKind":{"group":"","version":"v1","kind":"Node"},"scope":"Cluster","singularResource":"node","verbs":["get"],
                 "subresources":[{"subresource":"status","responseKind":{"group":"","version":"v1","kind":"Node"},"verbs":["get"]}]},
                {"resource":"odd","scope":"Cluster","singularResource":"","verbs":[]}]}]},
            {"metadata":{"name":"batch"},"versions":[{"version":"v1","resources":[
                {"resource":"jobs","responseKind":{"group":"","version":"","kind":"Job"},"scope":"Namespaced","singularResource":"job","verbs":["get"]}]}]}]}"#;
        let list: ApiGroupDiscoveryList = serde_json::from_str(text).unwrap();
        let resources: Vec<_> = list.api_resources().collect();
        assert_eq!(
            resources,
            [
                ApiResource::new("", "v1", "Node", "nodes", Scope::Cluster),
                ApiResource::new("batch", "v1", "Job", "jobs", Scope::Namespaced),
            ]
        );
        let job = list.items[1].versions[0].resources[0]
            .response_kind
            .as_ref()
            .unwrap();
        let own = GroupVersion {
            group_version: "batch/v1".to_owned(),
            version: "v1".to_owned(),
        };
        assert_eq!(job.within(&own).to_string(), "batch/v1, Kind=Job");
    }
}
