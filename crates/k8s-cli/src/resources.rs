//! What the server has, and which of it a person means.

use k8s_api_core::discovery::{ApiGroupDiscoveryList, ResourceDiscovery, path};
use k8s_api_core::request;
use k8s_client::{ApiResource, Client, Scope};

use crate::failure::Failure;

/// A resource, with the names that people call it by.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) resource: ApiResource,
    pub(crate) singular: String,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
    pub(crate) verbs: Vec<String>,
    /// Whether its version is the one that the server prefers in its group.
    pub(crate) is_preferred: bool,
}

/// Everything, in the server's order: the core group first.
pub(crate) async fn all(client: &Client) -> Result<Vec<Known>, Failure> {
    let ask = |path| -> Result<_, Failure> {
        let request = request::aggregated_discovery(path)?;
        Ok(client.request::<ApiGroupDiscoveryList>(request))
    };
    let (core, groups) = tokio::try_join!(ask(path::API)?, ask(path::APIS)?)?;
    let mut all = Vec::new();
    for group in core.items.iter().chain(&groups.items) {
        let name = group.metadata.name.as_deref().unwrap_or_default();
        for (at, version) in group.versions.iter().enumerate() {
            let known = version.resources.iter();
            all.extend(
                known.filter_map(|found| Known::new(name, &version.version, found, at == 0)),
            );
        }
    }
    Ok(all)
}

/// The resource that `name` means: plural, singular, short name or kind, in any case; behind a point its group, or
/// version and group.
pub(crate) fn find<'a>(all: &'a [Known], name: &str) -> Option<&'a Known> {
    let (name, rest) = match name.split_once('.') {
        Some((name, rest)) => (name.to_lowercase(), Some(rest)),
        None => (name.to_lowercase(), None),
    };
    let here = |known: &&Known| rest.is_none_or(|rest| known.is_of(rest));
    let called = |known: &&Known| *known.resource.plural == *name || known.singular == name;
    let shortly = |known: &&Known| known.short_names.contains(&name);
    let kind = |known: &&Known| known.resource.kind.to_lowercase() == name;
    let all = || all.iter().filter(here);
    all()
        .find(called)
        .or_else(|| all().find(shortly))
        .or_else(|| all().find(kind))
}

/// The other resource that the short name could mean as well, if `name` is one.
pub(crate) fn also_meant<'a>(all: &'a [Known], name: &str, found: &Known) -> Option<&'a Known> {
    let has = |known: &&Known| known.short_names.iter().any(|short| short == name);
    let other = |known: &&Known| known.is_preferred && known.full_name() != found.full_name();
    all.iter().filter(has).find(other)
}

impl Known {
    fn new(
        group: &str,
        version: &str,
        found: &ResourceDiscovery,
        is_preferred: bool,
    ) -> Option<Self> {
        let kind = found.response_kind.as_ref()?;
        let or = |own: &str, group: &str| {
            if own.is_empty() {
                group.to_owned()
            } else {
                own.to_owned()
            }
        };
        let scope = if found.scope == "Namespaced" {
            Scope::Namespaced
        } else {
            Scope::Cluster
        };
        Some(Self {
            resource: ApiResource::new(
                group.to_owned(),
                or(version, &kind.version),
                kind.kind.clone(),
                found.resource.clone(),
                scope,
            ),
            singular: or(&found.singular_resource, &kind.kind.to_lowercase()),
            short_names: found.short_names.clone(),
            categories: found.categories.clone(),
            verbs: found.verbs.clone(),
            is_preferred,
        })
    }

    pub(crate) fn is_namespaced(&self) -> bool {
        self.resource.scope == Scope::Namespaced
    }

    /// `deployments.apps`.
    pub(crate) fn full_name(&self) -> String {
        match &*self.resource.group {
            "" => self.resource.plural.to_string(),
            group => format!("{}.{group}", self.resource.plural),
        }
    }

    fn is_of(&self, rest: &str) -> bool {
        let (group, version) = (&*self.resource.group, &*self.resource.version);
        let versioned = rest.split_once('.').unwrap_or((rest, ""));
        rest == group || versioned == (version, group)
    }
}
