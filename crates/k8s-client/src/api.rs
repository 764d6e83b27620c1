//! Objects of one kind, in one namespace or in all: verbs that take and give objects.

use std::fmt;
use std::marker::PhantomData;

use k8s_api_core::request::{self, CreateParams, DeleteParams, GetParams, ListParams};
use k8s_api_core::{ApiResource, Collection, DynamicResource, List, Resource, StaticResource};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Client, Error};

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

    /// Where the objects stand.
    pub fn collection(&self) -> &Collection {
        &self.collection
    }

    /// The client that sends.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl<K: Resource + DeserializeOwned> Api<K> {
    /// The object of this name, in its newest version.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] if there is none; else as [`Client::request`].
    pub async fn get(&self, name: &str) -> Result<K, Error> {
        self.get_with(name, &GetParams::default()).await
    }

    /// The object of this name, read as `params` say.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn get_with(&self, name: &str, params: &GetParams) -> Result<K, Error> {
        self.client
            .request(request::get::<K>(&self.collection, name, params)?)
            .await
    }

    /// The object of this name, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), but for "not found".
    pub async fn get_opt(&self, name: &str) -> Result<Option<K>, Error> {
        match self.get(name).await {
            Ok(object) => Ok(Some(object)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// One page of the objects; all of them unless [`ListParams::limit`] is set.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    pub async fn list(&self, params: &ListParams) -> Result<List<K>, Error> {
        self.client
            .request(request::list::<K>(&self.collection, params)?)
            .await
    }
}

impl<K: Resource + Serialize + DeserializeOwned> Api<K> {
    /// Creates an object, which must carry its `apiVersion` and `kind`; answers with the object as the server stored it.
    ///
    /// # Errors
    ///
    /// [`Error::is_already_exists`] if there is one of that name, [`Error::is_invalid`] if the server finds faults;
    /// else as [`Client::request`].
    pub async fn create(&self, object: &K, params: &CreateParams) -> Result<K, Error> {
        self.client
            .request(request::create(&self.collection, object, params)?)
            .await
    }
}

impl<K: Resource> Api<K> {
    /// Deletes the object of this name. It may live on for a while: until its grace period and finalizers end.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] if there is none; else as [`Client::request`].
    pub async fn delete(&self, name: &str, params: &DeleteParams) -> Result<(), Error> {
        self.client
            .request_bytes(request::delete(&self.collection, name, params)?)
            .await?;
        Ok(())
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
