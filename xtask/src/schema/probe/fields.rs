//! Whose fields are whose: which defaults belong to whoever creates an object, and what a part of it cannot own.

use serde_json::{Map, Value, json};

use super::Place;
use crate::Error;

/// The fields that whoever created an object owns, as `managedFields` has them.
pub(super) fn of_writer(object: &Value) -> &Value {
    &object["metadata"]["managedFields"][0]["fieldsV1"]
}

/// Defaults that are the writer's stay `{"=": VALUE}`, those that come about behind it become `{"~": VALUE}`.
///
/// Items of a list share their defaults, so what is `owned` may stand in any of several places.
pub(super) fn told_apart(defaults: &Value, owned: &[&Value]) -> Value {
    let Some(fields) = defaults.as_object() else {
        return defaults.clone();
    };
    let mut found = Map::new();
    for (name, inner) in fields {
        let own: Vec<&Value> = owned.iter().flat_map(|owned| below(owned, name)).collect();
        let inner = match inner.get("=") {
            Some(value) if own.is_empty() => json!({"~": value}),
            Some(_) => inner.clone(),
            None => told_apart(inner, &own),
        };
        found.insert(name.clone(), inner);
    }
    found.into()
}

/// What is owned of a field, or (`*`) of each item; a set without fields below it is owned whole.
fn below<'a>(owned: &'a Value, name: &str) -> Vec<&'a Value> {
    let Some(fields) = owned.as_object() else {
        return Vec::new();
    };
    if fields.is_empty() {
        return vec![owned];
    }
    let of_item = |key: &str| name == "*" && key.starts_with("k:");
    let is_field = |key: &str| key.strip_prefix("f:") == Some(name);
    let found = fields
        .iter()
        .filter(|(key, _)| of_item(key) || is_field(key));
    found.map(|(_, owned)| owned).collect()
}

/// Paths that nobody owns through the object itself (`""`) or through its status, for the server resets them.
pub(super) fn resets(place: &Place<'_>, sample: &Value, kind: &Value) -> Result<Value, Error> {
    let mut whole = sample.clone();
    let api_version = match (&kind["group"], &kind["version"]) {
        (Value::String(group), Value::String(version)) if !group.is_empty() => {
            format!("{group}/{version}")
        }
        (_, version) => version.as_str().unwrap_or_default().to_owned(),
    };
    whole["apiVersion"] = api_version.into();
    whole["kind"] = kind["kind"].clone();
    let has_status = kind["subresources"]
        .as_array()
        .is_some_and(|subs| subs.iter().any(|sub| sub["name"] == "status"));
    if !has_status {
        return Ok(json!({}));
    }
    whole["status"] = json!({});
    if zero_has_spec(kind) && whole.get("spec").is_none() {
        whole["spec"] = json!({});
    }
    let main = absent(place, "", &whole)?;
    whole["metadata"] = json!({
        "name": place.name,
        "labels": {"a": "b"},
        "annotations": {"a": "b"},
        "finalizers": ["schema.example/f"],
        "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "y"}],
    });
    let status = absent(place, "/status", &whole)?;
    Ok(json!({"": main, "status": status}))
}

fn zero_has_spec(kind: &Value) -> bool {
    kind["zero"].get("spec").is_some()
}

/// Which of the fields that are applied are not owned then.
fn absent(place: &Place<'_>, below: &str, wanted: &Value) -> Result<Value, Error> {
    let path = format!(
        "{}/{}{below}?fieldManager=schema&dryRun=All&force=true",
        place.path, place.name
    );
    let answer = place.server.apply(&path, wanted)?;
    let entries = answer.body["metadata"]["managedFields"].as_array();
    let mut entries = entries.into_iter().flatten();
    if answer.code != 200 {
        return Err(format!("{path}: {} {}", answer.code, answer.body).into());
    }
    // Whoever owns nothing has no entry.
    let entry = entries.find(|entry| entry["manager"] == "schema");
    let owned = entry.map_or(&Value::Null, |entry| &entry["fieldsV1"]);
    let mut found = Vec::new();
    for (name, value) in wanted.as_object().into_iter().flatten() {
        match name.as_str() {
            "apiVersion" | "kind" => {}
            "metadata" => found.extend(absent_metadata(value, &owned["f:metadata"])),
            name if owned.get(format!("f:{name}")).is_none() => found.push(name.to_owned()),
            _ => {}
        }
    }
    Ok(found.into())
}

fn absent_metadata(wanted: &Value, owned: &Value) -> Vec<String> {
    let names = wanted.as_object().into_iter().flatten();
    let names: Vec<&String> = names
        .map(|(name, _)| name)
        .filter(|n| *n != "name")
        .collect();
    let absent: Vec<&&String> = names
        .iter()
        .filter(|name| owned.get(format!("f:{name}")).is_none())
        .collect();
    if absent.len() == names.len() && !names.is_empty() {
        return vec!["metadata".to_owned()];
    }
    absent
        .iter()
        .map(|name| format!("metadata.{name}"))
        .collect()
}
