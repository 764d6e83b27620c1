//! Where objects are: those of a kind, in one namespace or wherever they are.

use k8s_client::discovery::ResourceInfo;
use k8s_client::{Api, Client, DynamicResource};

/// A kind, and the namespace to look in.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) info: ResourceInfo,
    /// `None`: all of them, or none has such objects.
    pub(super) namespace: Option<String>,
}

impl Place {
    /// The objects of a kind, in the namespace if the kind has any.
    pub(super) fn new(info: &ResourceInfo, namespace: Option<&str>) -> Self {
        let namespace = namespace.filter(|_| info.is_namespaced());
        Self {
            info: info.clone(),
            namespace: namespace.map(str::to_owned),
        }
    }

    pub(super) fn api<K: DynamicResource>(&self, client: &Client) -> Api<K> {
        let (client, resource) = (client.clone(), self.info.resource.clone());
        match &self.namespace {
            Some(namespace) => Api::namespaced_of(client, resource, namespace),
            None => Api::all_of(client, resource),
        }
    }

    /// `deployment.apps`.
    pub(super) fn kind(&self) -> String {
        let resource = &self.info.resource;
        let kind = resource.kind.to_lowercase();
        match &*resource.group {
            "" => kind,
            group => format!("{kind}.{group}"),
        }
    }

    /// Whether the objects are of the same kind as those of the other.
    pub(super) fn is_of_kind(&self, other: &Self) -> bool {
        let (own, other) = (&self.info.resource, &other.info.resource);
        (&own.group, &own.version, &own.kind) == (&other.group, &other.version, &other.kind)
    }
}
