//! A role and its rules, as the API writes them.

use k8s_api_core::{ApiResource, DynamicObject, ObjectMeta, Scope, TypeMeta};
use serde::Serialize;
use serde_json::json;

const GROUP: &str = "rbac.authorization.k8s.io";

/// A `Role` of one namespace, or a `ClusterRole`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Role {
    /// Its name.
    pub name: String,
    /// `None`: a `ClusterRole`.
    pub namespace: Option<String>,
    /// What it allows, at least one.
    pub rules: Vec<Rule>,
}

/// What a role allows (`rbac/v1.PolicyRule`): each verb on each resource, or on each path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Rule {
    /// The groups; the core group is empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub api_groups: Vec<String>,
    /// The resources, `pods`, `pods/log`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The objects; none: all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_names: Vec<String>,
    /// The paths that are no resources.
    #[serde(rename = "nonResourceURLs", skip_serializing_if = "Vec::is_empty")]
    pub non_resource_urls: Vec<String>,
    /// What may be done.
    pub verbs: Vec<String>,
}

impl Role {
    /// `Role` or `ClusterRole`.
    pub fn kind(&self) -> &'static str {
        match self.namespace {
            Some(_) => "Role",
            None => "ClusterRole",
        }
    }

    /// The resource of the role.
    pub fn resource(&self) -> ApiResource {
        match self.namespace {
            Some(_) => ApiResource::new(GROUP, "v1", "Role", "roles", Scope::Namespaced),
            None => ApiResource::new(GROUP, "v1", "ClusterRole", "clusterroles", Scope::Cluster),
        }
    }

    /// The role as an object, to be created.
    pub fn to_object(&self) -> DynamicObject {
        self.object(self.kind()).field("rules", json!(self.rules))
    }

    /// The resource of the role's binding.
    pub fn binding_resource(&self) -> ApiResource {
        let of = |kind: &'static str, plural: &'static str, scope| {
            ApiResource::new(GROUP, "v1", kind, plural, scope)
        };
        match self.namespace {
            Some(_) => of("RoleBinding", "rolebindings", Scope::Namespaced),
            None => of("ClusterRoleBinding", "clusterrolebindings", Scope::Cluster),
        }
    }

    /// What gives the role to a service account, to be created beside it.
    pub fn binding(&self, account_namespace: &str, account: &str) -> DynamicObject {
        let subject = json!({
            "kind": "ServiceAccount", "namespace": account_namespace, "name": account,
        });
        let role = json!({"apiGroup": GROUP, "kind": self.kind(), "name": self.name});
        self.object(&self.binding_resource().kind)
            .field("subjects", json!([subject]))
            .field("roleRef", role)
    }

    fn object(&self, kind: &str) -> DynamicObject {
        let mut metadata = ObjectMeta::named(self.name.as_str());
        metadata.namespace = self.namespace.as_deref().map(Into::into);
        DynamicObject::new(TypeMeta::new(format!("{GROUP}/v1"), kind), metadata)
    }
}
