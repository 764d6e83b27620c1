//! A new object.

use bytes::Bytes;
use http::{Method, Request};
use serde::Serialize;

use super::query::Query;
use super::{FieldValidation, InvalidRequest, accept, build};
use crate::{Collection, Representation};

/// How an object is created (`metav1.CreateOptions`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreateParams {
    /// Goes through every check of the server and stores nothing.
    pub dry_run: bool,
    /// Who is recorded as manager of the fields; by default the server takes it from the user agent.
    pub field_manager: Option<String>,
    /// What becomes of fields that the server does not know; by default it warns.
    pub field_validation: Option<FieldValidation>,
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

    /// What becomes of fields that the server does not know.
    #[must_use]
    pub fn field_validation(mut self, validation: FieldValidation) -> Self {
        self.field_validation = Some(validation);
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
    is_in_one_namespace(to)?;
    post(to.path()?, object, params)
}

pub(super) fn is_in_one_namespace(to: &Collection) -> Result<(), InvalidRequest> {
    if to.namespace().is_none() && to.resource().scope == crate::Scope::Namespaced {
        return Err(InvalidRequest::params(
            "an object is created in one namespace, not in all",
        ));
    }
    Ok(())
}

pub(super) fn post<T: Serialize>(
    path: String,
    object: &T,
    params: &CreateParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    let body = serde_json::to_vec(object).map_err(|_| InvalidRequest::body::<T>())?;
    build(
        Method::POST,
        query(path, params).as_str(),
        accept(Representation::Object, false),
        body.into(),
    )
}

pub(super) fn query(path: String, params: &CreateParams) -> Query {
    let mut query = Query::new(path);
    query
        .text("dryRun", params.dry_run.then_some("All"))
        .text("fieldManager", params.field_manager.as_deref())
        .text(
            "fieldValidation",
            params.field_validation.map(FieldValidation::as_str),
        );
    query
}
