//! What the cases about rights have in common: asking as a user, and asking about one.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::Ask;

pub(super) const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";

/// The path of roles or bindings in a namespace.
pub(super) fn rbac_in(namespace: &str, kind: &str) -> String {
    format!("{RBAC}/namespaces/{namespace}/{kind}")
}

/// A role of any kind.
pub(super) fn role(name: &str, rules: Value) -> Value {
    json!({"metadata": {"name": name}, "rules": rules})
}

/// The path of a review.
pub(super) fn reviews(resource: &str) -> String {
    format!("/apis/authorization.k8s.io/v1/{resource}")
}

/// The same request, of a user whom an administrator becomes.
pub(super) fn as_user(ask: Ask, user: &str) -> Ask {
    ask.set("impersonate-user", user)
}

/// Whether a user, in no group, may do what the rest of the specification says; the review's status.
pub(super) async fn review(cluster: &Cluster, user: &str, what: &Value) -> Value {
    let mut spec = what.clone();
    spec["user"] = user.into();
    let ask = Ask::post(reviews("subjectaccessreviews"), &json!({"spec": spec}));
    ask.of(&cluster.admin()).await.ok()["status"].clone()
}

pub(super) fn is_allowed(status: &Value) -> bool {
    status["allowed"].as_bool().unwrap()
}
