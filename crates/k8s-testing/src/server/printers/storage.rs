//! Volumes, their claims and classes.

use serde_json::Value;

use super::cell::Cell::{Made, Text, TextOr};
use super::cell::{AGE, Cell, NAME, at, items, text, text_or};
use super::workloads::name_of_class;

pub(super) const VOLUME: &[Cell] = &[
    NAME,
    TextOr("/spec/capacity/storage", "0"),
    Made(|volume, _| modes(volume, "/spec/accessModes").into()),
    Text("/spec/persistentVolumeReclaimPolicy"),
    Made(|volume, _| phase(volume).into()),
    Made(|volume, _| claim(volume).into()),
    Made(|volume, _| class_of(volume).into()),
    TextOr("/spec/volumeAttributesClassName", "<unset>"),
    Text("/status/reason"),
    AGE,
    TextOr("/spec/volumeMode", "<unset>"),
];

pub(super) const CLAIM: &[Cell] = &[
    NAME,
    Made(|claim, _| phase(claim).into()),
    Text("/spec/volumeName"),
    Made(|claim, _| bound(claim, || text_or(claim, "/status/capacity/storage", "0")).into()),
    Made(|claim, _| bound(claim, || modes(claim, "/status/accessModes")).into()),
    Made(|claim, _| class_of(claim).into()),
    TextOr("/spec/volumeAttributesClassName", "<unset>"),
    AGE,
    TextOr("/spec/volumeMode", "<unset>"),
];

pub(super) fn class(class: &Value, _: i64) -> Value {
    const ANNOTATIONS: [&str; 2] = [
        "storageclass.kubernetes.io/is-default-class",
        "storageclass.beta.kubernetes.io/is-default-class",
    ];
    name_of_class(class, &ANNOTATIONS).into()
}

/// How far a claim of devices is.
pub(super) fn claimed(claim: &Value, _: i64) -> Value {
    let mut states = Vec::new();
    let goes = is_going(claim);
    if goes {
        states.push("deleted");
    }
    if at(claim, "/status/allocation").is_object() {
        states.push("allocated");
        if !items(claim, "/status/reservedFor").is_empty() {
            states.push("reserved");
        }
    } else if !goes {
        states.push("pending");
    }
    states.join(",").into()
}

fn phase(object: &Value) -> &str {
    if is_going(object) {
        return "Terminating";
    }
    text(object, "/status/phase")
}

fn is_going(object: &Value) -> bool {
    !text(object, "/metadata/deletionTimestamp").is_empty()
}

/// What is known only of a claim that has its volume.
fn bound(claim: &Value, told: impl FnOnce() -> String) -> String {
    if text(claim, "/spec/volumeName").is_empty() {
        return String::new();
    }
    told()
}

fn claim(volume: &Value) -> String {
    let claim = at(volume, "/spec/claimRef");
    if claim.is_null() {
        return String::new();
    }
    format!("{}/{}", text(claim, "/namespace"), text(claim, "/name"))
}

/// The class; it once stood in an annotation, which still comes first.
fn class_of(object: &Value) -> &str {
    let annotation = &object["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"];
    let named = annotation.as_str();
    named.unwrap_or_else(|| text(object, "/spec/storageClassName"))
}

fn modes(object: &Value, place: &str) -> String {
    const KNOWN: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let modes = items(object, place);
    let has = |mode: &str| modes.iter().any(|found| found == mode);
    let told = KNOWN.iter().filter(|(mode, _)| has(mode));
    let told: Vec<&str> = told.map(|(_, short)| *short).collect();
    told.join(",")
}
