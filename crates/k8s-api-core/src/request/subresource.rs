//! A part of an object with a path of its own: `status`, `scale`, `eviction`, `token`.

use bytes::Bytes;
use http::{Method, Request};
use serde::Serialize;

use super::create::post;
use super::query::Query;
use super::{
    CreateParams, GetParams, InvalidRequest, Patch, PatchParams, ReplaceParams, accept, build,
};
use crate::{Collection, Representation};

/// `GET` of a subresource: `scale` answers with a [`Scale`](crate::kinds::Scale), `status` with the whole object.
///
/// # Errors
///
/// If the name, the subresource, or a part of the collection cannot be a path segment; the same for every verb here.
pub fn get(
    from: &Collection,
    name: &str,
    subresource: &str,
    params: &GetParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    let mut query = Query::new(from.subresource(name, subresource)?);
    query.text("resourceVersion", params.resource_version.as_deref());
    build(
        Method::GET,
        query.as_str(),
        accept(Representation::Object, false),
        Bytes::new(),
    )
}

/// `POST` to a subresource: an [`Eviction`](crate::kinds::Eviction) to `eviction`, a
/// [`TokenRequest`](crate::kinds::TokenRequest) to `token`.
///
/// # Errors
///
/// As [`get`], or if `object` cannot be written as JSON.
pub fn create<T: Serialize>(
    to: &Collection,
    name: &str,
    subresource: &str,
    object: &T,
    params: &CreateParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    post(to.subresource(name, subresource)?, object, params)
}

/// `PUT` of a subresource. For `status` the server takes the status of `object`, and its metadata in part.
///
/// # Errors
///
/// As [`get`], or if `object` cannot be written as JSON.
pub fn replace<T: Serialize>(
    to: &Collection,
    name: &str,
    subresource: &str,
    object: &T,
    params: &ReplaceParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    super::replace::put(to.subresource(name, subresource)?, object, params)
}

/// `PATCH` of a subresource.
///
/// # Errors
///
/// As [`get`]; if an apply has no field manager; if anything but an apply is forced.
pub fn patch(
    to: &Collection,
    name: &str,
    subresource: &str,
    patch: &Patch,
    params: &PatchParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    super::patch::send(to.subresource(name, subresource)?, patch, params)
}
