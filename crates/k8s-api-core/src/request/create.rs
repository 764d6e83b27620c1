//! A new object.

use bytes::Bytes;
use http::{Method, Request};
use serde::Serialize;

use super::query::Query;
use super::{InvalidRequest, accept, build};
use crate::{Collection, Representation};

/// How an object is created (`metav1.CreateOptions`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateParams {
    /// Goes through every check of the server and stores nothing.
    pub dry_run: bool,
    /// Who is recorded as manager of the fields; by default the server takes it from the user agent.
    pub field_manager: Option<String>,
}

impl CreateParams {
    /// Goes through every check of the server and stores nothing.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }

    /// Names the manager of the fields.
    #[must_use]
    pub fn field_manager(mut self, name: impl Into<String>) -> Self {
        self.field_manager = Some(name.into());
        self
    }
}

/// `POST` of a new object to its collection. `object` must carry its `apiVersion` and `kind`.
///
/// # Errors
///
/// If the collection is all namespaces of a namespaced resource (an object is created in one), if a part of it
/// cannot be a path segment, or if `object` cannot be written as JSON.
pub fn create<T: Serialize>(
    to: &Collection,
    object: &T,
    params: &CreateParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    if to.namespace().is_none() && to.resource().scope == crate::Scope::Namespaced {
        return Err(InvalidRequest::params(
            "an object is created in one namespace, not in all",
        ));
    }
    let body = serde_json::to_vec(object).map_err(|_| InvalidRequest::body::<T>())?;
    let mut query = Query::new(to.path()?);
    query
        .text("dryRun", params.dry_run.then_some("All"))
        .text("fieldManager", params.field_manager.as_deref());
    build(
        Method::POST,
        query.as_str(),
        accept(Representation::Object, false),
        body.into(),
    )
}
