//! Verbs that write: create, replace, patch, apply, delete.

use bytes::Bytes;
use http::Request;
use k8s_api_core::request::{
    self, CreateParams, DeleteParams, ListParams, Patch, PatchParams, ReplaceParams,
};
use k8s_api_core::{List, Representation, Resource, Status, answer};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Api;
use crate::Error;

/// What a deletion is answered with.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the API has had these two since its first version"
)]
pub enum Deleted<T> {
    /// The object as it was, or as it lives on: until its grace period and its finalizers end.
    Object(T),
    /// That it is gone. The details hold its uid.
    Status(Status),
}

impl<T> Deleted<T> {
    /// The object, if that was the answer.
    pub fn object(self) -> Option<T> {
        match self {
            Self::Object(object) => Some(object),
            Self::Status(_) => None,
        }
    }

    /// The status, if that was the answer.
    pub fn status(&self) -> Option<&Status> {
        match self {
            Self::Object(_) => None,
            Self::Status(status) => Some(status),
        }
    }
}

impl<K: Resource + Serialize + DeserializeOwned> Api<K> {
    /// Creates an object, which must carry its `apiVersion` and `kind`; answers with the object as the server stored it.
    ///
    /// # Errors
    ///
    /// [`Error::is_already_exists`] if there is one of that name, [`Error::is_invalid`] if the server finds faults;
    /// else as [`Client::request`](crate::Client::request).
    pub async fn create(&self, object: &K, params: &CreateParams) -> Result<K, Error> {
        self.client
            .request(request::create(&self.collection, object, params)?)
            .await
    }

    /// Writes an object anew, whole: fields that `K` does not know are gone. With a resource version in it, only if
    /// nobody else changed it since. To change some fields, [`modify`](Self::modify) or [`patch`](Self::patch).
    ///
    /// # Errors
    ///
    /// [`Error::is_conflict`] if somebody else changed it first, [`Error::is_not_found`] if it is not there (a few kinds
    /// are created then), [`Error::is_invalid`] if the server finds faults; else as
    /// [`Client::request`](crate::Client::request).
    pub async fn replace(
        &self,
        name: &str,
        object: &K,
        params: &ReplaceParams,
    ) -> Result<K, Error> {
        self.client
            .request(request::replace(&self.collection, name, object, params)?)
            .await
    }
}

impl<K: Resource + DeserializeOwned> Api<K> {
    /// Changes a part of an object.
    ///
    /// # Errors
    ///
    /// As [`replace`](Self::replace); [`Error::is_conflict`] only if the patch names a resource version, or an apply
    /// wants fields of another manager.
    pub async fn patch(&self, name: &str, patch: &Patch, params: &PatchParams) -> Result<K, Error> {
        let request = request::patch(&self.collection, name, patch, params)?;
        self.client.request(in_form_of::<K>(request)).await
    }

    /// Server-side apply: states the fields that one manager wants, creates the object where it is not there, and
    /// removes the fields that the manager wanted before and no longer does. `wanted` carries `apiVersion` and `kind`.
    ///
    /// `params` must name the field manager; [`PatchParams::force`] takes fields over from others.
    ///
    /// # Errors
    ///
    /// [`Error::is_conflict`] if another manager has one of the fields, with its name in the causes of
    /// [`Error::status`]; else as [`patch`](Self::patch).
    pub async fn apply(
        &self,
        name: &str,
        wanted: &impl Serialize,
        params: &PatchParams,
    ) -> Result<K, Error> {
        self.patch(name, &Patch::apply(wanted)?, params).await
    }

    /// Deletes the object of this name. It may live on for a while: until its grace period and finalizers end; to wait
    /// for its end, [`wait_deleted`](Self::wait_deleted).
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`] if there is none, [`Error::is_conflict`] if it is not the uid or version that `params`
    /// want; else as [`Client::request`](crate::Client::request).
    pub async fn delete(&self, name: &str, params: &DeleteParams) -> Result<Deleted<K>, Error> {
        let request = request::delete(&self.collection, name, params)?;
        self.deleted(in_form_of::<K>(request)).await
    }

    /// Deletes all objects that `which` lists, in this namespace (of all namespaces at once the server deletes none).
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request). Some may be deleted by then.
    pub async fn delete_collection(
        &self,
        which: &ListParams,
        params: &DeleteParams,
    ) -> Result<Deleted<List<K>>, Error> {
        let request = request::delete_collection(&self.collection, which, params)?;
        self.deleted(request).await
    }

    async fn deleted<T: DeserializeOwned>(
        &self,
        request: Request<Bytes>,
    ) -> Result<Deleted<T>, Error> {
        let read = |kind: &str, code, body: &[u8]| match kind {
            "Status" => answer::read(code, body).map(Deleted::Status),
            _ => answer::read(code, body).map(Deleted::Object),
        };
        self.client.request_kind(request, read).await
    }
}

/// Asks for what `K` wants of the object that is answered with.
pub(super) fn in_form_of<K: Resource>(request: Request<Bytes>) -> Request<Bytes> {
    match K::REPRESENTATION {
        Representation::Metadata => request::as_metadata(request),
        _ => request,
    }
}
