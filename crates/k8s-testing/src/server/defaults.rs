//! What the server fills in on creation, kind by kind, because clients rely on it.
//!
//! Follows k8s.io/kubernetes `pkg/apis/core/v1/defaults.go` and the `PrepareForCreate` of each kind (v1.36).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::kinds::Kind;
use super::object;

/// Fills in a new object.
pub(crate) fn on_create(kind: &Kind, new: &mut Value) {
    match kind.resource {
        "leases" => {
            object::field(new, "spec");
        }
        "namespaces" => namespace(new),
        "nodes" => node(new),
        "pods" => pod(new),
        "secrets" => secret(new),
        _ => {}
    }
}

/// Brings a replacement into the stored form, as far as that does not depend on the old object.
pub(crate) fn on_update(kind: &Kind, new: &mut Value) {
    match kind.resource {
        "namespaces" => namespace_label(new),
        "pods" => pod_spec(object::field(new, "spec")),
        "secrets" => secret(new),
        _ => {}
    }
}

fn namespace(new: &mut Value) {
    namespace_label(new);
    let spec = object::field(new, "spec");
    let finalizers = spec.entry("finalizers").or_insert_with(|| json!([]));
    if let Some(list) = finalizers.as_array_mut()
        && !list.iter().any(|finalizer| finalizer == "kubernetes")
    {
        list.push("kubernetes".into());
    }
    new["status"] = json!({"phase": "Active"});
}

/// Every namespace carries its name as a label.
fn namespace_label(new: &mut Value) {
    let name = object::name(new).to_owned();
    let labels = object::map(object::metadata(new), "labels");
    labels.insert("kubernetes.io/metadata.name".to_owned(), name.into());
}

/// A new node is not ready (`TaintNodesByCondition`), and nothing is known of it.
fn node(new: &mut Value) {
    let spec = object::field(new, "spec");
    let taints = spec.entry("taints").or_insert_with(|| json!([]));
    let taint = json!({"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"});
    if let Some(taints) = taints.as_array_mut()
        && !taints.contains(&taint)
    {
        taints.push(taint);
    }
    let status = object::field(new, "status");
    object::default(
        status,
        "daemonEndpoints",
        json!({"kubeletEndpoint": {"Port": 0}}),
    );
    let unknown = [
        "machineID",
        "systemUUID",
        "bootID",
        "kernelVersion",
        "osImage",
        "containerRuntimeVersion",
        "kubeletVersion",
        "kubeProxyVersion",
        "operatingSystem",
        "architecture",
    ];
    let info = object::map(status, "nodeInfo");
    for field in unknown {
        object::default(info, field, "");
    }
}

/// `stringData` is written only: it goes into `data` and is never read back.
fn secret(new: &mut Value) {
    let texts = new
        .as_object_mut()
        .and_then(|fields| fields.remove("stringData"));
    if let Some(Value::Object(texts)) = texts {
        let data = object::field(new, "data");
        for (key, text) in texts {
            data.insert(
                key,
                STANDARD.encode(text.as_str().unwrap_or_default()).into(),
            );
        }
    }
    if let Some(fields) = new.as_object_mut() {
        object::default(fields, "type", "Opaque");
    }
}

fn pod(new: &mut Value) {
    object::metadata(new).insert("generation".to_owned(), 1.into());
    pod_spec(object::field(new, "spec"));
    let spec = object::field(new, "spec");
    object::default(spec, "priority", 0);
    object::default(spec, "preemptionPolicy", "PreemptLowerPriority");
    new["status"] = json!({"phase": "Pending", "qosClass": "BestEffort"});
}

fn pod_spec(spec: &mut Map<String, Value>) {
    object::default(spec, "dnsPolicy", "ClusterFirst");
    object::default(spec, "enableServiceLinks", true);
    object::default(spec, "restartPolicy", "Always");
    object::default(spec, "schedulerName", "default-scheduler");
    object::default(spec, "securityContext", json!({}));
    object::default(spec, "terminationGracePeriodSeconds", 30);
    object::default(spec, "serviceAccountName", "default");
    let account = spec["serviceAccountName"].clone();
    object::default(spec, "serviceAccount", account);
    for list in ["containers", "initContainers"] {
        let containers = spec.get_mut(list).and_then(Value::as_array_mut);
        for container in containers
            .into_iter()
            .flatten()
            .filter_map(Value::as_object_mut)
        {
            self::container(container);
        }
    }
}

fn container(container: &mut Map<String, Value>) {
    let image = container
        .get("image")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let tag = image
        .rsplit('/')
        .next()
        .and_then(|last| last.split_once(':'))
        .map(|(_, tag)| tag);
    let newest = !image.contains('@') && matches!(tag, None | Some("latest"));
    let pull = if newest { "Always" } else { "IfNotPresent" };
    object::default(container, "imagePullPolicy", pull);
    object::default(container, "resources", json!({}));
    object::default(container, "terminationMessagePath", "/dev/termination-log");
    object::default(container, "terminationMessagePolicy", "File");
}
