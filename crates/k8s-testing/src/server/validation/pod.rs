//! What a Pod must hold: containers, each with a name of its own and an image.

use k8s_api_core::selector::syntax;
use serde_json::Value;

use super::invalid;
use crate::server::status::FieldFault;

pub(super) fn faults(new: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let containers = new["spec"]["containers"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    if containers.is_empty() {
        faults.push(FieldFault::required("spec.containers", ""));
    }
    for (i, container) in containers.iter().enumerate() {
        let field = |name: &str| format!("spec.containers[{i}].{name}");
        match container["name"].as_str().unwrap_or_default() {
            "" => faults.push(FieldFault::required(field("name"), "")),
            name => {
                faults.extend(invalid(&field("name"), name, syntax::dns_label(name)));
                if containers[..i].iter().any(|other| other["name"] == name) {
                    faults.push(FieldFault::duplicate(field("name"), &name.into()));
                }
            }
        }
        if container["image"].as_str().unwrap_or_default().is_empty() {
            faults.push(FieldFault::required(field("image"), ""));
        }
    }
    let known = ["Always", "OnFailure", "Never"];
    let policy = &new["spec"]["restartPolicy"];
    if policy
        .as_str()
        .is_some_and(|policy| !known.contains(&policy))
    {
        faults.push(FieldFault::unsupported(
            "spec.restartPolicy",
            policy,
            &known,
        ));
    }
    for (i, container) in containers.iter().enumerate() {
        let image = container["image"].as_str().unwrap_or_default();
        if image.trim() != image {
            let says = "must not have leading or trailing whitespace";
            let field = format!("spec.containers[{i}].image");
            faults.push(FieldFault::invalid(field, &image.into(), says));
        }
    }
    faults
}

/// Of a pod's spec only a few fields can change. The server adds a difference of its Go structs to this text.
pub(super) fn update(new: &Value, old: &Value) -> Vec<FieldFault> {
    if unchangeable(new) == unchangeable(old) {
        return Vec::new();
    }
    let says = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,\
                `spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),\
                `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    vec![FieldFault::forbidden("spec", says)]
}

/// A pod's spec without what can change.
fn unchangeable(pod: &Value) -> Value {
    let mut spec = pod["spec"].clone();
    if let Some(fields) = spec.as_object_mut() {
        for field in [
            "activeDeadlineSeconds",
            "tolerations",
            "terminationGracePeriodSeconds",
        ] {
            fields.remove(field);
        }
        for list in ["containers", "initContainers"] {
            let containers = fields.get_mut(list).and_then(Value::as_array_mut);
            for container in containers
                .into_iter()
                .flatten()
                .filter_map(Value::as_object_mut)
            {
                container.remove("image");
            }
        }
    }
    spec
}
