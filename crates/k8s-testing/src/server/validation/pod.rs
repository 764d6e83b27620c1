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
        match container["image"].as_str().unwrap_or_default() {
            "" => faults.push(FieldFault::required(field("image"), "")),
            image if image.trim() != image => {
                let says = "must not have leading or trailing whitespace";
                faults.push(FieldFault::invalid(field("image"), &image.into(), says));
            }
            _ => {}
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
    faults
}
