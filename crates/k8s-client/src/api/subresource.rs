//! Parts of an object with a path of their own: status, scale, eviction, token, ephemeral containers, any.

use k8s_api_core::Resource;
use k8s_api_core::kinds::{Eviction, Scale, TokenRequest, TokenRequestSpec, TokenRequestStatus};
use k8s_api_core::request::{
    CreateParams, DeleteParams, GetParams, Patch, PatchParams, ReplaceParams, subresource,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::Api;
use crate::Error;

impl<K> Api<K> {
    /// Reads any subresource; `T` is what it answers with.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] if there is no such object, or its kind has no such part; else as
    /// [`Client::request`](crate::Client::request). The same for the other verbs here.
    pub async fn get_subresource<T: DeserializeOwned>(
        &self,
        name: &str,
        part: &str,
    ) -> Result<T, Error> {
        let params = GetParams::default();
        let request = subresource::get(&self.collection, name, part, &params)?;
        self.client.request(request).await
    }

    /// Posts to any subresource.
    ///
    /// # Errors
    ///
    /// As [`get_subresource`](Self::get_subresource).
    pub async fn create_subresource<T: DeserializeOwned>(
        &self,
        name: &str,
        part: &str,
        object: &impl Serialize,
        params: &CreateParams,
    ) -> Result<T, Error> {
        let request = subresource::create(&self.collection, name, part, object, params)?;
        self.client.request(request).await
    }

    /// Writes any subresource anew.
    ///
    /// # Errors
    ///
    /// As [`get_subresource`](Self::get_subresource); [`Error::is_conflict`] if somebody else changed the object first.
    pub async fn replace_subresource<T: DeserializeOwned>(
        &self,
        name: &str,
        part: &str,
        object: &impl Serialize,
        params: &ReplaceParams,
    ) -> Result<T, Error> {
        let request = subresource::replace(&self.collection, name, part, object, params)?;
        self.client.request(request).await
    }

    /// Changes a part of any subresource.
    ///
    /// # Errors
    ///
    /// As [`replace_subresource`](Self::replace_subresource).
    pub async fn patch_subresource<T: DeserializeOwned>(
        &self,
        name: &str,
        part: &str,
        patch: &Patch,
        params: &PatchParams,
    ) -> Result<T, Error> {
        let request = subresource::patch(&self.collection, name, part, patch, params)?;
        self.client.request(request).await
    }

    /// How many of a workload there are and are to be.
    ///
    /// # Errors
    ///
    /// As [`get_subresource`](Self::get_subresource).
    pub async fn get_scale(&self, name: &str) -> Result<Scale, Error> {
        self.get_subresource(name, "scale").await
    }

    /// Writes the scale anew; with a resource version in it, only if nobody else changed the object since.
    ///
    /// # Errors
    ///
    /// As [`replace_subresource`](Self::replace_subresource).
    pub async fn replace_scale(
        &self,
        name: &str,
        scale: &Scale,
        params: &ReplaceParams,
    ) -> Result<Scale, Error> {
        self.replace_subresource(name, "scale", scale, params).await
    }

    /// Says how many there are to be, whatever was wanted before.
    ///
    /// # Errors
    ///
    /// As [`get_subresource`](Self::get_subresource).
    pub async fn set_replicas(&self, name: &str, replicas: u32) -> Result<Scale, Error> {
        let patch = Patch::merge(&json!({"spec": {"replicas": replicas}}))?;
        self.patch_subresource(name, "scale", &patch, &PatchParams::default())
            .await
    }

    /// Asks that a Pod goes, if its disruption budget allows.
    ///
    /// # Errors
    ///
    /// [`Error::is_too_many_requests`] if the budget does not allow it now; else as
    /// [`get_subresource`](Self::get_subresource).
    pub async fn evict(&self, name: &str, params: &DeleteParams) -> Result<(), Error> {
        let namespace = self.collection.namespace().unwrap_or_default();
        let eviction = Eviction::of(name, namespace).delete_params(params);
        let create = CreateParams::default();
        let request = subresource::create(&self.collection, name, "eviction", &eviction, &create)?;
        self.client.request_bytes(request).await?;
        Ok(())
    }

    /// Asks for a token of a service account; the collection is of service accounts. It lives as long as the server
    /// says, an hour by default; nothing renews it.
    ///
    /// # Errors
    ///
    /// As [`get_subresource`](Self::get_subresource); [`Error::is_invalid`] if it is to live less than ten minutes.
    pub async fn create_token(
        &self,
        name: &str,
        wanted: TokenRequestSpec,
    ) -> Result<TokenRequestStatus, Error> {
        let request = TokenRequest::new(k8s_api_core::ObjectMeta::default(), wanted);
        let answer: TokenRequest = self
            .create_subresource(name, "token", &request, &CreateParams::default())
            .await?;
        answer
            .status
            .ok_or_else(|| Error::unsupported("the server gave no token"))
    }
}

impl<K: Resource + DeserializeOwned> Api<K> {
    /// The object, as its `status` subresource gives it.
    ///
    /// # Errors
    ///
    /// As [`get_subresource`](Self::get_subresource).
    pub async fn get_status(&self, name: &str) -> Result<K, Error> {
        self.get_subresource(name, "status").await
    }

    /// Changes a part of an object's status; what the patch says of its spec is passed over.
    ///
    /// # Errors
    ///
    /// As [`replace_subresource`](Self::replace_subresource).
    pub async fn patch_status(
        &self,
        name: &str,
        patch: &Patch,
        params: &PatchParams,
    ) -> Result<K, Error> {
        self.patch_subresource(name, "status", patch, params).await
    }

    /// Server-side apply of a status; `wanted` carries `apiVersion` and `kind`.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub async fn apply_status(
        &self,
        name: &str,
        wanted: &impl Serialize,
        params: &PatchParams,
    ) -> Result<K, Error> {
        self.patch_status(name, &Patch::apply(wanted)?, params)
            .await
    }

    /// The Pod, as its ephemeral containers' subresource gives it.
    ///
    /// # Errors
    ///
    /// As [`get_subresource`](Self::get_subresource).
    pub async fn get_ephemeral_containers(&self, name: &str) -> Result<K, Error> {
        self.get_subresource(name, "ephemeralcontainers").await
    }

    /// Adds ephemeral containers to a Pod that runs: a strategic merge patch of
    /// `{"spec": {"ephemeralContainers": […]}}` adds to those that are there. None can be changed or removed.
    ///
    /// # Errors
    ///
    /// As [`replace_subresource`](Self::replace_subresource); [`Error::is_invalid`] if one would change.
    pub async fn patch_ephemeral_containers(
        &self,
        name: &str,
        patch: &Patch,
        params: &PatchParams,
    ) -> Result<K, Error> {
        self.patch_subresource(name, "ephemeralcontainers", patch, params)
            .await
    }
}

impl<K: Resource + Serialize + DeserializeOwned> Api<K> {
    /// Writes an object's status anew; of the rest the server takes a few fields of its metadata.
    ///
    /// # Errors
    ///
    /// As [`replace_subresource`](Self::replace_subresource).
    pub async fn replace_status(
        &self,
        name: &str,
        object: &K,
        params: &ReplaceParams,
    ) -> Result<K, Error> {
        self.replace_subresource(name, "status", object, params)
            .await
    }
}
