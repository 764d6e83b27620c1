//! Names of kinds: group, version, kind, plural and scope, as the API writes them.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The `apiVersion` and `kind` that stand at the head of an object.
///
/// Objects inside a typed list do not carry them; both are empty then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TypeMeta {
    /// `v1` for the core group, `apps/v1` for a named one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// The kind in CamelCase, `Pod`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

impl TypeMeta {
    /// The head of an object of this `apiVersion` and `kind`.
    pub fn new(api_version: impl Into<String>, kind: impl Into<String>) -> Self {
        Self {
            api_version: api_version.into(),
            kind: kind.into(),
        }
    }
}

/// A kind and the group and version that define it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct GroupVersionKind {
    /// The API group, empty for the core group.
    pub group: Cow<'static, str>,
    /// The version within the group, `v1`.
    pub version: Cow<'static, str>,
    /// The kind in CamelCase, `Pod`.
    pub kind: Cow<'static, str>,
}

impl GroupVersionKind {
    /// A kind by its three names; the core group is `""`.
    pub fn new(
        group: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        kind: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
        }
    }

    /// `v1` for the core group, `group/version` for a named one.
    pub fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }
}

/// Prints `apps/v1, Kind=Deployment`, as Kubernetes' own messages do.
impl fmt::Display for GroupVersionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}, Kind={}", self.group, self.version, self.kind)
    }
}

/// Whether the objects of a resource live in namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the API has had these two since its first version"
)]
pub enum Scope {
    /// One collection for the whole cluster: `nodes`.
    Cluster,
    /// One collection a namespace: `pods`.
    Namespaced,
}

/// A resource of the API: what stands in its paths and what its objects are called.
///
/// It is what discovery calls an `APIResource`, reduced to what a request needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ApiResource {
    /// The API group, empty for the core group.
    pub group: Cow<'static, str>,
    /// The version within the group.
    pub version: Cow<'static, str>,
    /// The kind of its objects, in CamelCase.
    pub kind: Cow<'static, str>,
    /// The name in paths: lower case, plural.
    pub plural: Cow<'static, str>,
    /// Whether its objects live in namespaces.
    pub scope: Scope,
}

impl ApiResource {
    /// A resource by its names; the core group is `""`.
    pub fn new(
        group: impl Into<Cow<'static, str>>,
        version: impl Into<Cow<'static, str>>,
        kind: impl Into<Cow<'static, str>>,
        plural: impl Into<Cow<'static, str>>,
        scope: Scope,
    ) -> Self {
        Self {
            group: group.into(),
            version: version.into(),
            kind: kind.into(),
            plural: plural.into(),
            scope,
        }
    }

    /// `v1` for the core group, `group/version` for a named one.
    pub fn api_version(&self) -> String {
        api_version(&self.group, &self.version)
    }

    /// The kind of its objects, with group and version.
    pub fn group_version_kind(&self) -> GroupVersionKind {
        GroupVersionKind {
            group: self.group.clone(),
            version: self.version.clone(),
            kind: self.kind.clone(),
        }
    }
}

fn api_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}
