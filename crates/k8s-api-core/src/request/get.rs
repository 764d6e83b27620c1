//! One object by name.

use bytes::Bytes;
use http::{Method, Request};

use super::query::Query;
use super::{InvalidRequest, accept, build};
use crate::{Collection, Resource};

/// How one object is read (`metav1.GetOptions`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GetParams {
    /// `None`: the newest. `"0"`: any version the server has at hand. Else: not older than this.
    pub resource_version: Option<String>,
}

impl GetParams {
    /// Asks for a version: see the field.
    #[must_use]
    pub fn resource_version(mut self, version: impl Into<String>) -> Self {
        self.resource_version = Some(version.into());
        self
    }
}

/// `GET` of one object, in the form that `K` wants.
///
/// # Errors
///
/// If the name, or a part of the collection, cannot be a path segment.
pub fn get<K: Resource>(
    from: &Collection,
    name: &str,
    params: &GetParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    let mut query = Query::new(from.item(name)?);
    query.text("resourceVersion", params.resource_version.as_deref());
    build(
        Method::GET,
        query.as_str(),
        accept(K::REPRESENTATION, false),
        Bytes::new(),
    )
}
