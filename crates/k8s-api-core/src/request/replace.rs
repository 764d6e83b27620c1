//! An object written anew, whole.

use bytes::Bytes;
use http::{Method, Request};
use serde::Serialize;

use super::query::Query;
use super::{FieldValidation, InvalidRequest, accept, build};
use crate::{Collection, Representation};

/// How an object is replaced (`metav1.UpdateOptions`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplaceParams {
    /// Goes through every check of the server and stores nothing.
    pub dry_run: bool,
    /// Who is recorded as manager of the fields; by default the server takes it from the user agent.
    pub field_manager: Option<String>,
    /// What becomes of fields that the server does not know; by default it warns.
    pub field_validation: Option<FieldValidation>,
}

impl ReplaceParams {
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

/// `PUT` of a whole object under its name. With a resource version in it, the server refuses it when somebody else
/// changed the object since ([`Status::is_conflict`](crate::Status::is_conflict)).
///
/// # Errors
///
/// If the name, or a part of the collection, cannot be a path segment, or `object` cannot be written as JSON.
pub fn replace<T: Serialize>(
    to: &Collection,
    name: &str,
    object: &T,
    params: &ReplaceParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    put(to.item(name)?, object, params)
}

pub(super) fn put<T: Serialize>(
    path: String,
    object: &T,
    params: &ReplaceParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    let body = serde_json::to_vec(object).map_err(|_| InvalidRequest::body::<T>())?;
    build(
        Method::PUT,
        query(path, params).as_str(),
        accept(Representation::Object, false),
        body.into(),
    )
}

pub(super) fn query(path: String, params: &ReplaceParams) -> Query {
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
