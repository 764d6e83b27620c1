//! Objects of one kind, in one namespace or in all: verbs that take and give objects.

mod logs;
mod modify;
mod read;
mod subresource;
mod write;

use std::fmt;
use std::marker::PhantomData;

use k8s_api_core::{ApiResource, Collection, DynamicResource, PartialObject, StaticResource};

use crate::Client;

pub use self::write::Deleted;

/// The objects of kind `K` in one namespace, in all namespaces, or of the whole cluster.
///
/// `K` may be a type that names its own resource ([`StaticResource`]), a [`DynamicObject`](crate::DynamicObject), or the metadata alone of
/// either ([`PartialObject`](crate::PartialObject)).
pub struct Api<K> {
    client: Client,
    collection: Collection,
    kind: PhantomData<fn() -> K>,
}

impl<K: StaticResource> Api<K> {
    /// All objects of the kind: over all namespaces, or of the whole cluster.
    pub fn all(client: Client) -> Self {
        Self::of(client, Collection::all(K::api_resource()))
    }

    /// The objects in one namespace.
    pub fn namespaced(client: Client, namespace: impl Into<String>) -> Self {
        Self::of(client, Collection::namespaced(K::api_resource(), namespace))
    }

    /// The objects in the client's own namespace: the Pod's, or the kubeconfig context's.
    pub fn default_namespaced(client: Client) -> Self {
        let namespace = client.namespace().to_owned();
        Self::namespaced(client, namespace)
    }
}

impl<K: DynamicResource> Api<K> {
    /// All objects of the resource: over all namespaces, or of the whole cluster.
    pub fn all_of(client: Client, resource: ApiResource) -> Self {
        Self::of(client, Collection::all(resource))
    }

    /// The objects of the resource in one namespace.
    pub fn namespaced_of(
        client: Client,
        resource: ApiResource,
        namespace: impl Into<String>,
    ) -> Self {
        Self::of(client, Collection::namespaced(resource, namespace))
    }

    /// The objects of the resource in the client's own namespace.
    pub fn default_namespaced_of(client: Client, resource: ApiResource) -> Self {
        let namespace = client.namespace().to_owned();
        Self::namespaced_of(client, resource, namespace)
    }
}

impl<K> Api<K> {
    fn of(client: Client, collection: Collection) -> Self {
        Self {
            client,
            collection,
            kind: PhantomData,
        }
    }

    /// The same objects, by their metadata alone: whatever is read, the server leaves the rest out.
    pub fn metadata(&self) -> Api<PartialObject<K>> {
        Api::of(self.client.clone(), self.collection.clone())
    }

    /// The same objects, read as another type: your own short struct, or a dynamic object.
    pub fn as_kind<T>(&self) -> Api<T> {
        Api::of(self.client.clone(), self.collection.clone())
    }

    /// Where the objects stand.
    pub fn collection(&self) -> &Collection {
        &self.collection
    }

    /// The client that sends.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl<K> Clone for Api<K> {
    fn clone(&self) -> Self {
        Self::of(self.client.clone(), self.collection.clone())
    }
}

impl<K> fmt::Debug for Api<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("collection", &self.collection)
            .finish_non_exhaustive()
    }
}
