//! The server's account of itself, whichever way it was given.

use std::collections::HashSet;

use k8s_api_core::discovery::{
    ApiGroup, ApiResourceList, GroupDiscovery, ListedResource, ResourceDiscovery,
};
use k8s_api_core::{ApiResource, GroupVersionKind, Scope};

use crate::Error;

/// All groups of a server, the core group first, then in the server's order of preference.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Resources {
    /// The groups.
    pub groups: Vec<Group>,
    /// What could not be asked for: the server that an aggregated API stands on is down.
    pub unavailable: Vec<Unavailable>,
}

/// A group and its versions, the preferred one first.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Group {
    /// `apps`; empty for the core group.
    pub name: String,
    /// Its versions.
    pub versions: Vec<GroupVersionResources>,
}

/// The resources of one version of a group.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GroupVersionResources {
    /// `v1`.
    pub version: String,
    /// Its resources, in the server's order.
    pub resources: Vec<ResourceInfo>,
}

/// A resource, what people call it, and what can be done with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResourceInfo {
    /// Ready for requests.
    pub resource: ApiResource,
    /// `pod`; the kind in small letters where the server does not say.
    pub singular: String,
    /// `po`.
    pub short_names: Vec<String>,
    /// `all`.
    pub categories: Vec<String>,
    /// `get`, `list`, `watch`, …
    pub verbs: Vec<String>,
    /// `status`, `scale`, …
    pub subresources: Vec<String>,
}

/// A version of a group whose resources are not known.
#[derive(Debug)]
#[non_exhaustive]
pub struct Unavailable {
    /// `metrics.k8s.io/v1beta1`.
    pub group_version: String,
    /// Why; `None`: the server has an old account of it, which is used.
    pub error: Option<Error>,
}

impl Resources {
    /// Every resource: of each group its versions in order of preference.
    pub fn iter(&self) -> impl Iterator<Item = &ResourceInfo> {
        let versions = self.groups.iter().flat_map(|group| &group.versions);
        versions.flat_map(|version| &version.resources)
    }

    /// Every resource once: of each group what its preferred version has, then what only another version has.
    ///
    /// Follows `ServerPreferredResources` of client-go.
    pub fn preferred(&self) -> impl Iterator<Item = &ResourceInfo> {
        let groups = self.groups.iter();
        let preferred = groups.clone().filter_map(|group| group.versions.first());
        let others = groups.flat_map(|group| group.versions.iter().skip(1));
        let mut seen = HashSet::new();
        preferred
            .chain(others)
            .flat_map(|version| &version.resources)
            .filter(move |info| seen.insert((&info.resource.group, &info.resource.plural)))
    }

    /// What belongs to a category: `all` has pods, services, deployments and more.
    pub fn in_category(&self, name: &str) -> impl Iterator<Item = &ResourceInfo> {
        self.preferred()
            .filter(move |info| info.categories.iter().any(|own| own == name))
    }

    /// The resource of a kind by group, version and name of the kind.
    pub fn of_kind(&self, kind: &GroupVersionKind) -> Option<&ResourceInfo> {
        self.iter()
            .find(|info| info.resource.group_version_kind() == *kind)
    }

    /// The group of this name; the core group is `""`.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.name == name)
    }
}

impl ResourceInfo {
    /// `deployments.apps`; of the core group the plural alone.
    pub fn full_name(&self) -> String {
        let resource = &self.resource;
        match &*resource.group {
            "" => resource.plural.to_string(),
            group => format!("{}.{group}", resource.plural),
        }
    }

    /// Whether its objects live in namespaces.
    pub fn is_namespaced(&self) -> bool {
        self.resource.scope == Scope::Namespaced
    }

    /// Whether this can be done with it: `list`, `watch`, …
    pub fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|has| has == verb)
    }
}

impl Group {
    /// From one document of all groups.
    pub(super) fn aggregated(group: GroupDiscovery) -> Self {
        let name = group.metadata.name.unwrap_or_default().into_string();
        let versions = group.versions.into_iter().map(|version| {
            let of = |resource| ResourceInfo::aggregated(&name, &version.version, resource);
            GroupVersionResources {
                resources: version.resources.into_iter().filter_map(of).collect(),
                version: version.version.clone(),
            }
        });
        Self {
            versions: versions.collect(),
            name: name.clone(),
        }
    }

    /// From the list of groups: the versions in order, empty yet.
    pub(super) fn listed(group: &ApiGroup) -> Self {
        let preferred = group.preferred_version.as_ref().map(|v| v.version.as_str());
        let mut versions: Vec<_> = group.versions.iter().map(|v| v.version.clone()).collect();
        versions.sort_by_key(|version| Some(version.as_str()) != preferred);
        Self::of_versions(group.name.clone(), versions)
    }

    pub(super) fn of_versions(name: String, versions: Vec<String>) -> Self {
        let versions = versions.into_iter().map(|version| GroupVersionResources {
            version,
            resources: Vec::new(),
        });
        Self {
            name,
            versions: versions.collect(),
        }
    }
}

impl GroupVersionResources {
    /// From the document of one version.
    pub(super) fn fill(&mut self, group: &str, list: ApiResourceList) {
        for resource in list.resources {
            match resource.name.split_once('/') {
                None => self
                    .resources
                    .push(ResourceInfo::listed(group, &self.version, resource)),
                Some((parent, part)) => {
                    let mut known = self.resources.iter_mut();
                    if let Some(parent) = known.find(|known| known.resource.plural == parent) {
                        parent.subresources.push(part.to_owned());
                    }
                }
            }
        }
    }
}

impl ResourceInfo {
    fn aggregated(group: &str, version: &str, info: ResourceDiscovery) -> Option<Self> {
        let scope = match info.scope.as_str() {
            "Namespaced" => Scope::Namespaced,
            _ => Scope::Cluster,
        };
        let kind = info.response_kind?.kind;
        let [group, version] = [group, version].map(str::to_owned);
        let subresources = info.subresources.into_iter().map(|part| part.subresource);
        let resource = ApiResource::new(group, version, kind, info.resource, scope);
        Some(Self {
            singular: singular(info.singular_resource, &resource),
            resource,
            short_names: info.short_names,
            categories: info.categories,
            verbs: info.verbs,
            subresources: subresources.collect(),
        })
    }

    fn listed(group: &str, version: &str, info: ListedResource) -> Self {
        let scope = if info.namespaced {
            Scope::Namespaced
        } else {
            Scope::Cluster
        };
        let [group, version] = [group, version].map(str::to_owned);
        let resource = ApiResource::new(group, version, info.kind, info.name, scope);
        Self {
            singular: singular(info.singular_name, &resource),
            resource,
            short_names: info.short_names,
            categories: info.categories,
            verbs: info.verbs,
            subresources: Vec::new(),
        }
    }
}

fn singular(told: String, resource: &ApiResource) -> String {
    if told.is_empty() {
        resource.kind.to_lowercase()
    } else {
        told
    }
}
