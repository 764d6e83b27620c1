//! The question whether somebody may do something.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::resource;
use crate::Object;
use crate::metadata::null_is_empty;

/// The question whether a user may do something (`authorization.k8s.io/v1`).
pub type SubjectAccessReview = Object<SubjectAccessReviewSpec, AccessReviewStatus>;

/// The question whether oneself may do something.
pub type SelfSubjectAccessReview = Object<SelfSubjectAccessReviewSpec, AccessReviewStatus>;

/// Who wants to do what: one of the two attributes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SubjectAccessReviewSpec {
    /// An object that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_attributes: Option<ResourceAttributes>,
    /// A path that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_resource_attributes: Option<NonResourceAttributes>,
    /// The user's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// The user's groups.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub groups: Vec<String>,
    /// What else the authenticator knows of the user.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub extra: BTreeMap<String, Vec<String>>,
    /// The user's uid.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
}

/// What one wants to do oneself: one of the two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SelfSubjectAccessReviewSpec {
    /// An object that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_attributes: Option<ResourceAttributes>,
    /// A path that is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_resource_attributes: Option<NonResourceAttributes>,
}

/// A request for an object; what is empty means all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ResourceAttributes {
    /// The namespace; empty: all of them, or none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// `get`, `list`, `watch`, `create`, …, or `*`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub verb: String,
    /// The API group; empty for the core group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The version within the group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The plural, `pods`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub resource: String,
    /// `status`, `log`, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subresource: String,
    /// One object's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// A request for a path that is no object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct NonResourceAttributes {
    /// `/readyz`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// `get`, `post`, …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub verb: String,
}

/// Whether it is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AccessReviewStatus {
    /// Whether it is.
    pub allowed: bool,
    /// Refused for good; otherwise, what is not allowed may be by another authorizer.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub denied: bool,
    /// Why.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// What went wrong on the way to the answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evaluation_error: String,
}

resource!(
    SubjectAccessReviewSpec,
    "authorization.k8s.io",
    "v1",
    "SubjectAccessReview",
    "subjectaccessreviews",
    Cluster
);
resource!(
    SelfSubjectAccessReviewSpec,
    "authorization.k8s.io",
    "v1",
    "SelfSubjectAccessReview",
    "selfsubjectaccessreviews",
    Cluster
);
