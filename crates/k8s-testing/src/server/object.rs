//! An object as JSON: its metadata, read and written by name.

use serde_json::{Map, Value};

use super::kinds::Kind;

/// A string at a JSON pointer; empty when there is none.
pub(crate) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

pub(crate) fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

pub(crate) fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

pub(crate) fn uid(object: &Value) -> &str {
    text(object, "/metadata/uid")
}

pub(crate) fn resource_version(object: &Value) -> &str {
    text(object, "/metadata/resourceVersion")
}

pub(crate) fn is_being_deleted(object: &Value) -> bool {
    object.pointer("/metadata/deletionTimestamp").is_some()
}

pub(crate) fn has_finalizers(object: &Value) -> bool {
    let finalizers = object
        .pointer("/metadata/finalizers")
        .and_then(Value::as_array);
    finalizers.is_some_and(|finalizers| !finalizers.is_empty())
}

/// Whether a finalizer is one of the few that Kubernetes itself has.
pub(crate) fn is_standard_finalizer(name: &str) -> bool {
    ["foregroundDeletion", "kubernetes", "orphan"].contains(&name)
}

pub(crate) fn labels(object: &Value) -> Option<&Map<String, Value>> {
    object.pointer("/metadata/labels")?.as_object()
}

/// A field of `metadata`, to write; the object's metadata is a map from decoding on.
pub(crate) fn metadata(object: &mut Value) -> &mut Map<String, Value> {
    field(object, "metadata")
}

/// Writes into an object that it goes, at once.
pub(crate) fn mark(object: &mut Value, now: &str) {
    let metadata = metadata(object);
    metadata.insert("deletionTimestamp".to_owned(), now.into());
    metadata.insert("deletionGracePeriodSeconds".to_owned(), 0.into());
}

/// A map below an object, made when it is absent; anything that is no map is replaced by one.
pub(crate) fn field<'a>(object: &'a mut Value, name: &str) -> &'a mut Map<String, Value> {
    if !object.is_object() {
        *object = Value::Object(Map::new());
    }
    map(
        object.as_object_mut().expect("it was made a map just now"),
        name,
    )
}

/// A map in a map, made when it is absent.
pub(crate) fn map<'a>(outer: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    let inner = outer.entry(name).or_insert(Value::Null);
    if !inner.is_object() {
        *inner = Value::Object(Map::new());
    }
    inner.as_object_mut().expect("it was made a map just now")
}

/// Sets a field that is absent or null.
pub(crate) fn default(map: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    let slot = map.entry(name).or_insert(Value::Null);
    if slot.is_null() {
        *slot = value.into();
    }
}

/// Kind, apiVersion and metadata alone, as `PartialObjectMetadata`.
pub(crate) fn partial(object: &Value) -> Value {
    serde_json::json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": object.get("metadata"),
    })
}

/// An item of a list: items carry neither kind nor apiVersion.
pub(crate) fn item(object: &Value) -> Value {
    let mut item = object.clone();
    if let Some(item) = item.as_object_mut() {
        item.remove("kind");
        item.remove("apiVersion");
    }
    item
}

/// Writes kind and apiVersion.
pub(crate) fn set_type(object: &mut Value, kind: &Kind) {
    object["kind"] = kind.kind.clone().into();
    object["apiVersion"] = kind.api_version().into();
}
