//! What metadata takes in memory, beside k8s-openapi's of the same object.
#![allow(clippy::unwrap_used, reason = "a test may")]

use k8s_api_core::ObjectMeta;
use k8s_openapi_0_29::apimachinery::pkg::apis::meta::v1::ObjectMeta as Generated;
use serde::de::DeserializeOwned;

/// As a pod of a Deployment has it, without managed fields.
const POD: &str = r#"{"name":"web-6d4cf56db6-x7xkp","generateName":"web-6d4cf56db6-","namespace":"shop",
    "uid":"0c5a1b0e-6a43-4a5b-9c5e-0d7a3c1d9f10","resourceVersion":"123456","creationTimestamp":"2026-11-22T03:04:05Z",
    "labels":{"app":"web","pod-template-hash":"6d4cf56db6","tier":"frontend"},
    "annotations":{"prometheus.io/port":"8080","prometheus.io/scrape":"true"},
    "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-6d4cf56db6",
        "uid":"7e6f2f5e-2f0c-4f0e-8d3b-6a1c0d9e8b7a","controller":true,"blockOwnerDeletion":true}]}"#;

/// What the text holds as a `T`: the value itself, and what it points to.
fn bytes<T: DeserializeOwned>(text: &str) -> u64 {
    let mut held: Option<T> = None;
    let counted = allocation_counter::measure(|| {
        held = serde_json::from_str(text).ok();
    });
    assert!(held.is_some());
    let heap = u64::try_from(counted.bytes_current).unwrap();
    heap + size_of::<T>() as u64
}

#[test]
fn a_pods_metadata_takes_less_than_half() {
    let (ours, generated) = (bytes::<ObjectMeta>(POD), bytes::<Generated>(POD));
    println!(
        "ours: {} + {}, generated: {} + {} bytes",
        size_of::<ObjectMeta>(),
        ours - size_of::<ObjectMeta>() as u64,
        size_of::<Generated>(),
        generated - size_of::<Generated>() as u64,
    );
    assert!(ours * 2 <= generated, "{ours} of {generated}");
}

#[test]
fn holds_what_its_texts_are_and_little_more() {
    let texts: usize = serde_json::from_str::<serde_json::Value>(POD)
        .map(|value| count(&value))
        .unwrap();
    let ours = bytes::<ObjectMeta>(POD);
    let structs = size_of::<ObjectMeta>() + 500;
    assert!(ours <= (texts + structs) as u64, "{ours} for {texts}");
}

/// The texts in a value, and the keys of its labels and annotations.
fn count(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::String(text) => text.len(),
        serde_json::Value::Array(items) => items.iter().map(count).sum(),
        serde_json::Value::Object(members) => members.iter().map(|(k, v)| k.len() + count(v)).sum(),
        _ => 0,
    }
}
