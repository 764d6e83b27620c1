//! Admission: what a cluster's default plugins refuse or add before an object is checked.
//!
//! Follows `NamespaceLifecycle` of k8s.io/apiserver and `ServiceAccount` of k8s.io/kubernetes (v1.36).

use serde_json::{Value, json};

use super::kinds::{self, Kind};
use super::object;
use super::status::{Answered, Refusal};
use super::store::Store;

/// Namespaces that cannot be deleted.
const IMMORTAL: &[&str] = &["default", "kube-public", "kube-system"];

/// Objects are created only in namespaces that are there and stay, pods only for service accounts that are there.
pub(crate) fn on_create(store: &Store, kind: &Kind, namespace: &str, new: &Value) -> Answered<()> {
    if !kind.namespaced {
        return Ok(());
    }
    let found = store.get(kinds::core("namespaces"), "", namespace);
    let found = found.ok_or_else(|| Refusal::not_found("", "namespaces", namespace))?;
    if object::is_being_deleted(&found) {
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        let cause = json!([{
            "reason": "NamespaceTerminating",
            "message": format!("namespace {namespace} is being terminated"),
            "field": "metadata.namespace",
        }]);
        let name = object::name(new);
        return Err(Refusal::forbidden(kind.group, kind.resource, name, &why).with("causes", cause));
    }
    if kind.resource == "pods" {
        service_account(store, namespace, new)?;
    }
    Ok(())
}

pub(crate) fn on_delete(kind: &Kind, name: &str) -> Answered<()> {
    if kind.resource == "namespaces" && IMMORTAL.contains(&name) {
        return Err(Refusal::forbidden(
            "",
            "namespaces",
            name,
            "this namespace may not be deleted",
        ));
    }
    Ok(())
}

fn service_account(store: &Store, namespace: &str, pod: &Value) -> Answered<()> {
    let name = match object::text(pod, "/spec/serviceAccountName") {
        "" => "default",
        name => name,
    };
    if store
        .get(kinds::core("serviceaccounts"), namespace, name)
        .is_some()
    {
        return Ok(());
    }
    let why = format!(
        "error looking up service account {namespace}/{name}: serviceaccount {name:?} not found"
    );
    Err(Refusal::forbidden("", "pods", object::name(pod), &why))
}
