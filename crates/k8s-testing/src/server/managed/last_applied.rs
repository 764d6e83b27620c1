//! The annotation in which kubectl keeps what it applied by itself, before servers did.

use serde_json::Value;

use crate::server::object;

/// Who may take over from client-side apply.
pub(super) const MANAGER: &str = "kubectl";
const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// The most that annotations may weigh together.
const MOST: usize = 256 * 1024;

/// What was applied last, if the object says it.
pub(super) fn read(object: &Value) -> Option<Value> {
    let text = object["metadata"]["annotations"][ANNOTATION].as_str()?;
    serde_json::from_str(text).ok()
}

/// Brings an annotation that is there up to date.
pub(super) fn renew(object: &mut Value, wanted: &Value) {
    let annotations = &object["metadata"]["annotations"];
    if annotations[ANNOTATION]
        .as_str()
        .unwrap_or_default()
        .is_empty()
    {
        return;
    }
    let mut applied = wanted.clone();
    let metadata = object::metadata(&mut applied);
    if let Some(annotations) = metadata
        .get_mut("annotations")
        .and_then(Value::as_object_mut)
    {
        annotations.remove(ANNOTATION);
    }
    let text = format!("{applied}\n");
    let annotations = object::map(object::metadata(object), "annotations");
    let weight: usize = annotations
        .iter()
        .filter(|(name, _)| *name != ANNOTATION)
        .map(|(name, value)| name.len() + value.as_str().map_or(0, str::len))
        .sum();
    if weight + ANNOTATION.len() + text.len() > MOST {
        annotations.remove(ANNOTATION);
    } else {
        annotations.insert(ANNOTATION.to_owned(), text.into());
    }
}
