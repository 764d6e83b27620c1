//! Tokens asked for and looked at, and who one is.

mod secret;

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::resource;
use crate::metadata::null_is_empty;
use crate::resource::resource_by_metadata;
use crate::{ApiResource, Object, ObjectMeta, Resource, Scope, StaticResource, Time, TypeMeta};

/// A token for a service account, asked for at its subresource `token` (`authentication.k8s.io/v1`).
pub type TokenRequest = Object<TokenRequestSpec, TokenRequestStatus>;

/// The question whose a token is.
pub type TokenReview = Object<TokenReviewSpec, TokenReviewStatus>;

/// Which token is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TokenRequestSpec {
    /// Who is to accept it; none: the API server. (A server of another release may want the field: it is written.)
    #[serde(deserialize_with = "null_is_empty")]
    pub audiences: Vec<String>,
    /// Seconds that it is to live; the server has a least (600) and a most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_seconds: Option<i64>,
    /// The object with which it dies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound_object_ref: Option<BoundObject>,
}

/// The object with which a token dies: a Pod, a Secret or a Node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct BoundObject {
    /// `Pod`, `Secret` or `Node`.
    pub kind: String,
    /// `v1`.
    pub api_version: String,
    /// Its name.
    pub name: String,
    /// Its uid; empty: whatever object has the name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
}

/// The token.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenRequestStatus {
    /// The token itself.
    #[serde(with = "secret")]
    pub token: SecretString,
    /// Until when it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiration_timestamp: Option<Time>,
}

/// Which token is looked at.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenReviewSpec {
    /// The token itself.
    #[serde(default, with = "secret")]
    pub token: SecretString,
    /// Who is asked to accept it; none: the API server.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub audiences: Vec<String>,
}

/// Whose the token is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct TokenReviewStatus {
    /// Whether it is a good token.
    pub authenticated: bool,
    /// Whose it is, if it is good.
    pub user: UserInfo,
    /// Who accepts it, of those who were asked.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub audiences: Vec<String>,
    /// Why it could not be looked at.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub error: String,
}

/// The question who oneself is. It has no spec: the server knows who asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SelfSubjectReview {
    /// `authentication.k8s.io/v1`, `SelfSubjectReview`.
    #[serde(flatten)]
    pub types: TypeMeta,
    /// Empty.
    #[serde(default)]
    pub metadata: ObjectMeta,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SelfSubjectReviewStatus>,
}

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SelfSubjectReviewStatus {
    /// Who asks.
    pub user_info: UserInfo,
}

/// A user as the server sees it (`authentication.k8s.io/v1.UserInfo`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct UserInfo {
    /// `system:serviceaccount:prod:web`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub username: String,
    /// Unique, where the authenticator has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// `system:authenticated` and others.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub groups: Vec<String>,
    /// What else the authenticator knows.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub extra: BTreeMap<String, Vec<String>>,
}

impl TokenRequestSpec {
    /// A token for these audiences; none: the API server.
    pub fn new(audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            audiences: audiences.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }
}

impl TokenReviewSpec {
    /// A look at this token.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self {
            token: token.into(),
            audiences: Vec::new(),
        }
    }
}

resource!(
    TokenRequestSpec,
    "authentication.k8s.io",
    "v1",
    "TokenRequest",
    "tokenrequests",
    Namespaced
);
resource!(
    TokenReviewSpec,
    "authentication.k8s.io",
    "v1",
    "TokenReview",
    "tokenreviews",
    Cluster
);
impl Default for SelfSubjectReview {
    fn default() -> Self {
        Self {
            types: TypeMeta::new("authentication.k8s.io/v1", "SelfSubjectReview"),
            metadata: ObjectMeta::default(),
            status: None,
        }
    }
}

impl Resource for SelfSubjectReview {
    resource_by_metadata!();
}

impl StaticResource for SelfSubjectReview {
    fn api_resource() -> ApiResource {
        ApiResource::new(
            "authentication.k8s.io",
            "v1",
            "SelfSubjectReview",
            "selfsubjectreviews",
            Scope::Cluster,
        )
    }
}
