//! The end of an object, or of all that a list would show.

use bytes::Bytes;
use http::{Method, Request};
use serde::Serialize;

use super::list::list_query;
use super::{InvalidRequest, ListParams, accept, build};
use crate::{Collection, Representation, Scope};

/// How an object is deleted (`metav1.DeleteOptions`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeleteParams {
    /// Seconds until the end; `None`: the resource's own default, `Some(0)`: at once.
    pub grace_period_seconds: Option<u32>,
    /// What happens to dependents; `None`: the resource's own default.
    pub propagation: Option<Propagation>,
    /// Delete only if the object has this uid.
    pub uid: Option<String>,
    /// Delete only if the object has this resource version.
    pub resource_version: Option<String>,
    /// Goes through every check of the server and deletes nothing.
    pub dry_run: bool,
}

/// What a deletion does to the objects that the deleted one owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Propagation {
    /// They stay, without owner.
    Orphan,
    /// They go later.
    Background,
    /// They go first.
    Foreground,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeleteOptions<'a> {
    kind: &'static str,
    api_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_period_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    propagation_policy: Option<Propagation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preconditions: Option<Preconditions<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<[&'static str; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Preconditions<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_version: Option<&'a str>,
}

// === impl DeleteParams ===

impl DeleteParams {
    /// Seconds until the end; 0: at once.
    #[must_use]
    pub fn grace_period_seconds(mut self, seconds: u32) -> Self {
        self.grace_period_seconds = Some(seconds);
        self
    }

    /// What happens to dependents.
    #[must_use]
    pub fn propagation(mut self, propagation: Propagation) -> Self {
        self.propagation = Some(propagation);
        self
    }

    /// Only if the object has this uid.
    #[must_use]
    pub fn uid(mut self, uid: impl Into<String>) -> Self {
        self.uid = Some(uid.into());
        self
    }

    /// Only if the object has this resource version.
    #[must_use]
    pub fn resource_version(mut self, version: impl Into<String>) -> Self {
        self.resource_version = Some(version.into());
        self
    }

    /// Goes through every check of the server and deletes nothing.
    #[must_use]
    pub fn dry_run(mut self) -> Self {
        self.dry_run = true;
        self
    }
}

/// `DELETE` of one object. The answer is the object as it was, or a [`Status`](crate::Status) of success.
///
/// # Errors
///
/// If the name, or a part of the collection, cannot be a path segment.
pub fn delete(
    from: &Collection,
    name: &str,
    params: &DeleteParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    send(&from.item(name)?, params)
}

/// `DELETE` of every object that `which` lists. The answer is the list of them, or a [`Status`](crate::Status).
///
/// # Errors
///
/// If a part of the collection cannot be a path segment, the collection is all namespaces of a namespaced resource
/// (objects are deleted in one), or the parameters of the list contradict each other.
pub fn delete_collection(
    from: &Collection,
    which: &ListParams,
    params: &DeleteParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    if from.namespace().is_none() && from.resource().scope == Scope::Namespaced {
        return Err(InvalidRequest::params(
            "objects are deleted in one namespace, not in all",
        ));
    }
    send(&list_query(from, which)?, params)
}

fn send(path_and_query: &str, params: &DeleteParams) -> Result<Request<Bytes>, InvalidRequest> {
    let body = if *params == DeleteParams::default() {
        Bytes::new()
    } else {
        serde_json::to_vec(&options(params))
            .map_err(|_| InvalidRequest::body::<DeleteParams>())?
            .into()
    };
    build(
        Method::DELETE,
        path_and_query,
        accept(Representation::Object, false),
        body,
    )
}

/// The options as a value of an object's field.
pub(crate) fn options_value(params: &DeleteParams) -> Option<serde_json::Value> {
    let some = *params != DeleteParams::default();
    some.then(|| serde_json::to_value(options(params)).unwrap_or_default())
}

fn options(params: &DeleteParams) -> DeleteOptions<'_> {
    let preconditions = Preconditions {
        uid: params.uid.as_deref(),
        resource_version: params.resource_version.as_deref(),
    };
    DeleteOptions {
        kind: "DeleteOptions",
        api_version: "v1",
        grace_period_seconds: params.grace_period_seconds,
        propagation_policy: params.propagation,
        preconditions: (params.uid.is_some() || params.resource_version.is_some())
            .then_some(preconditions),
        dry_run: params.dry_run.then_some(["All"]),
    }
}
