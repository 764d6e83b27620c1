//! Admission: what a cluster's default plugins refuse or add before an object is checked.
//!
//! Follows `NamespaceLifecycle` of k8s.io/apiserver, `DefaultTolerationSeconds`, `ServiceAccount` and
//! `StorageObjectInUseProtection` of k8s.io/kubernetes (v1.36).

use k8s_api_core::status::StatusCause;
use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::kinds::{self, Kind};
use super::object;
use super::status::{Answered, Refusal};
use super::store::Store;
use super::verbs::Ask;

/// Namespaces that cannot be deleted.
const IMMORTAL: &[&str] = &["default", "kube-public", "kube-system"];

/// Objects are created only in namespaces that are there and stay, pods only for service accounts that are there.
pub(crate) fn on_create(ask: &Ask<'_>, store: &Store, new: &mut Value) -> Answered<()> {
    let (kind, namespace) = (ask.kind, ask.namespace());
    if let Some(custom) = &kind.custom
        && custom.definition.is_terminating
    {
        let why = "create not allowed while custom resource definition is terminating";
        let name = object::name(new);
        return Err(Refusal::forbidden(&kind.group, &kind.resource, name, why));
    }
    protect(kind, new);
    if !kind.namespaced {
        return Ok(());
    }
    let found = store.get(kinds::core("namespaces"), "", namespace);
    let found = found.ok_or_else(|| Refusal::not_found("", "namespaces", namespace))?;
    if object::is_being_deleted(&found) {
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        let says = format!("namespace {namespace} is being terminated");
        let cause = StatusCause::new("NamespaceTerminating", says, "metadata.namespace");
        let name = object::name(new);
        return Err(Refusal::forbidden(&kind.group, &kind.resource, name, &why).causes(vec![cause]));
    }
    if kind.core() == "pods" {
        service_account(&ask.state.dice, store, namespace, new)?;
        tolerate(object::field(new, "spec"));
    }
    Ok(())
}

pub(crate) fn on_delete(kind: &Kind, name: &str) -> Answered<()> {
    if kind.core() == "namespaces" && IMMORTAL.contains(&name) {
        return Err(Refusal::forbidden(
            "",
            "namespaces",
            name,
            "this namespace may not be deleted",
        ));
    }
    Ok(())
}

/// The finalizer of volumes and of claims, which a controller takes away when they are deleted and not used.
pub(crate) fn protection(kind: &Kind) -> Option<&'static str> {
    match kind.core() {
        "persistentvolumeclaims" => Some("kubernetes.io/pvc-protection"),
        "persistentvolumes" => Some("kubernetes.io/pv-protection"),
        _ => None,
    }
}

/// `StorageObjectInUseProtection`.
fn protect(kind: &Kind, new: &mut Value) {
    let Some(finalizer) = protection(kind) else {
        return;
    };
    let metadata = object::metadata(new);
    let finalizers = metadata.entry("finalizers").or_insert_with(|| json!([]));
    if let Some(finalizers) = finalizers.as_array_mut()
        && !finalizers.iter().any(|found| found == finalizer)
    {
        finalizers.push(finalizer.into());
    }
}

/// `ServiceAccount`: a pod runs as an account that is there, and its containers find that account's token.
fn service_account(dice: &Dice, store: &Store, namespace: &str, pod: &mut Value) -> Answered<()> {
    let name = match object::text(pod, "/spec/serviceAccountName") {
        "" => "default".to_owned(),
        name => name.to_owned(),
    };
    let account = store.get(kinds::core("serviceaccounts"), namespace, &name);
    let Some(account) = account else {
        let why = format!(
            "error looking up service account {namespace}/{name}: serviceaccount {name:?} not found"
        );
        return Err(Refusal::forbidden("", "pods", object::name(pod), &why));
    };
    let spec = object::field(pod, "spec");
    let own = spec
        .get("automountServiceAccountToken")
        .and_then(Value::as_bool);
    if own
        .or_else(|| account["automountServiceAccountToken"].as_bool())
        .unwrap_or(true)
    {
        mount_token(dice, spec);
    }
    spec.insert("serviceAccountName".to_owned(), name.into());
    Ok(())
}

/// Adds the projected volume, and mounts it into each container that has nothing else there.
fn mount_token(dice: &Dice, spec: &mut Map<String, Value>) {
    const PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
    let volume = dice.name("kube-api-access-");
    let mut mounted = false;
    for list in ["initContainers", "containers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            let mounts = container.entry("volumeMounts").or_insert_with(|| json!([]));
            let Some(mounts) = mounts.as_array_mut() else {
                continue;
            };
            if !mounts.iter().any(|mount| mount["mountPath"] == PATH) {
                mounts.push(json!({"name": volume, "readOnly": true, "mountPath": PATH}));
                mounted = true;
            }
        }
    }
    let volumes = spec.entry("volumes").or_insert_with(|| json!([]));
    if let (true, Some(volumes)) = (mounted, volumes.as_array_mut()) {
        let ca =
            json!({"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]});
        let field = json!({"apiVersion": "v1", "fieldPath": "metadata.namespace"});
        volumes.push(
            json!({"name": volume, "projected": {"defaultMode": 420, "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                {"configMap": ca},
                {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}},
            ]}}),
        );
    }
}

/// `DefaultTolerationSeconds`: a pod stays five minutes on a node that is ill.
fn tolerate(spec: &mut Map<String, Value>) {
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    let Some(tolerations) = tolerations.as_array_mut() else {
        return;
    };
    for key in [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ] {
        if !tolerations
            .iter()
            .any(|toleration| toleration["key"] == key)
        {
            tolerations.push(json!({
                "key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300,
            }));
        }
    }
}
