//! A part of an object, changed: four kinds of patch.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request};
use serde::Serialize;
use serde_json::json;

use super::difference::difference;
use super::query::Query;
use super::{FieldValidation, InvalidRequest, accept, build};
use crate::{Collection, Representation};

/// What changes, and how it is meant.
#[derive(Clone, PartialEq, Eq)]
pub struct Patch {
    kind: Kind,
    body: Bytes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Merge,
    StrategicMerge,
    Apply,
}

/// How a patch is made (`metav1.PatchOptions`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatchParams {
    /// Goes through every check of the server and stores nothing.
    pub dry_run: bool,
    /// Who manages the fields of the patch. [`Patch::apply`] must have one.
    pub field_manager: Option<String>,
    /// Takes fields over from other managers; for [`Patch::apply`] only.
    pub force: bool,
    /// What becomes of fields that the server does not know; by default it warns.
    pub field_validation: Option<FieldValidation>,
}

// === impl Patch ===

impl Patch {
    /// A JSON patch (RFC 6902): a list of operations.
    ///
    /// # Errors
    ///
    /// If `operations` cannot be written as JSON; the same for the other kinds.
    pub fn json<T: Serialize>(operations: &T) -> Result<Self, InvalidRequest> {
        Self::new(Kind::Json, operations)
    }

    /// A merge patch (RFC 7386): an object with the fields that change; `null` removes one; lists are replaced.
    ///
    /// # Errors
    ///
    /// If `change` cannot be written as JSON.
    pub fn merge<T: Serialize>(change: &T) -> Result<Self, InvalidRequest> {
        Self::new(Kind::Merge, change)
    }

    /// The merge patch that makes `after` of `before`; `None`: they are the same.
    ///
    /// With the version of `before` the server refuses it when somebody else changed the object since
    /// ([`Status::is_conflict`](crate::Status::is_conflict)). Fields that `T` does not know stay as they are, but for those
    /// within a list that changed: lists are replaced whole.
    ///
    /// # Errors
    ///
    /// If one of them cannot be written as JSON.
    pub fn difference<T: Serialize>(
        before: &T,
        after: &T,
        version: Option<&str>,
    ) -> Result<Option<Self>, InvalidRequest> {
        let value = |object| serde_json::to_value(object).map_err(|_| InvalidRequest::body::<T>());
        let Some(mut change) = difference(&value(before)?, &value(after)?) else {
            return Ok(None);
        };
        if let (Some(version), Some(members)) = (version, change.as_object_mut()) {
            let metadata = members.entry("metadata").or_insert_with(|| json!({}));
            if let Some(metadata) = metadata.as_object_mut() {
                metadata.insert("resourceVersion".to_owned(), version.into());
            }
        }
        Self::merge(&change).map(Some)
    }

    /// A strategic merge patch: as [`merge`](Self::merge), but lists are merged by their keys. For built-in kinds only.
    ///
    /// # Errors
    ///
    /// If `change` cannot be written as JSON.
    pub fn strategic_merge<T: Serialize>(change: &T) -> Result<Self, InvalidRequest> {
        Self::new(Kind::StrategicMerge, change)
    }

    /// Server-side apply: the fields that one manager wants, with `apiVersion` and `kind`.
    ///
    /// # Errors
    ///
    /// If `object` cannot be written as JSON.
    pub fn apply<T: Serialize>(object: &T) -> Result<Self, InvalidRequest> {
        Self::new(Kind::Apply, object)
    }

    fn new<T: Serialize>(kind: Kind, body: &T) -> Result<Self, InvalidRequest> {
        let body = serde_json::to_vec(body).map_err(|_| InvalidRequest::body::<T>())?;
        let body = body.into();
        Ok(Self { kind, body })
    }

    fn content_type(&self) -> HeaderValue {
        HeaderValue::from_static(match self.kind {
            Kind::Json => "application/json-patch+json",
            Kind::Merge => "application/merge-patch+json",
            Kind::StrategicMerge => "application/strategic-merge-patch+json",
            // JSON is YAML; servers know this name alone.
            Kind::Apply => "application/apply-patch+yaml",
        })
    }
}

/// Its kind and length: what it sets may be a Secret's.
impl fmt::Debug for Patch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Patch")
            .field("kind", &self.kind)
            .field("bytes", &self.body.len())
            .finish()
    }
}

// === impl PatchParams ===

impl PatchParams {
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

    /// Takes fields over from other managers.
    #[must_use]
    pub fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// What becomes of fields that the server does not know.
    #[must_use]
    pub fn field_validation(mut self, validation: FieldValidation) -> Self {
        self.field_validation = Some(validation);
        self
    }
}

/// `PATCH` of one object.
///
/// # Errors
///
/// If the name, or a part of the collection, cannot be a path segment; if an apply has no field manager; if
/// anything but an apply is forced. (The server would refuse both.)
pub fn patch(
    to: &Collection,
    name: &str,
    patch: &Patch,
    params: &PatchParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    send(to.item(name)?, patch, params)
}

pub(super) fn send(
    path: String,
    patch: &Patch,
    params: &PatchParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    let apply = patch.kind == Kind::Apply;
    if apply && params.field_manager.as_ref().is_none_or(String::is_empty) {
        return Err(InvalidRequest::params("an apply needs a field manager"));
    }
    if params.force && !apply {
        return Err(InvalidRequest::params("only an apply can be forced"));
    }
    let mut query = Query::new(path);
    query
        .text("dryRun", params.dry_run.then_some("All"))
        .text("fieldManager", params.field_manager.as_deref())
        .text(
            "fieldValidation",
            params.field_validation.map(FieldValidation::as_str),
        )
        .text("force", params.force.then_some("true"));
    let mut request = build(
        Method::PATCH,
        query.as_str(),
        accept(Representation::Object, false),
        patch.body.clone(),
    )?;
    request
        .headers_mut()
        .insert(CONTENT_TYPE, patch.content_type());
    Ok(request)
}
