//! What becomes of an object that is sent: what is filled in, its first status, how it is replaced and deleted.

use serde_json::{Map, Value, json};

use super::{Place, fields};
use crate::Error;

/// What the server makes of a sample: defaults, a first status, and how it is replaced and deleted.
pub(super) fn stored(
    place: &Place<'_>,
    sample: &Value,
    kind: &Value,
) -> Result<Option<Value>, Error> {
    let mut sample = if sample.is_null() {
        json!({})
    } else {
        sample.clone()
    };
    let mut made = Vec::new();
    for name in [place.name.as_str(), "schema-two"] {
        sample["metadata"]["name"] = name.into();
        let answer = place.post(if made.is_empty() { "" } else { "?dryRun=All" }, &sample)?;
        if answer.code == 201 {
            made.push(answer.body);
        }
    }
    let Some(first) = made.first() else {
        return Ok(None);
    };
    let mut found = json!({});
    let mut defaults = more(&sample, first, made.get(1).unwrap_or(first)).unwrap_or_default();
    if let Some(fields) = defaults.as_object_mut() {
        for own in ["metadata", "kind", "apiVersion"] {
            fields.remove(own);
        }
        if let Some(status) = fields.remove("status") {
            let mut status = status["="].clone();
            if let Some(fields) = status.as_object_mut() {
                fields.retain(|name, _| !name.ends_with("Time"));
            }
            found["firstStatus"] = status;
        }
    }
    forget_who_asked(&mut defaults);
    if defaults != json!({}) {
        found["defaults"] = fields::told_apart(&defaults, &[fields::of_writer(first)]);
    }
    found["generation"] = first["metadata"]["generation"].clone();
    sample["metadata"]["name"] = place.name.as_str().into();
    let replaced = place.put(&place.name, &sample)?;
    let causes = replaced.body["details"]["causes"].as_array();
    let wants_version = |causes: &Vec<Value>| {
        let mut causes = causes.iter();
        causes.any(|cause| cause["field"] == "metadata.resourceVersion")
    };
    found["unconditional"] = (!causes.is_some_and(wants_version)).into();
    let path = format!("{}/{}", place.path, place.name);
    found["resets"] = fields::resets(place, &sample, kind)?;
    let gone = place.server.send("DELETE", &path, &Value::Null)?;
    found["deletesToObject"] = (gone.body["kind"] != "Status").into();
    Ok(Some(found))
}

/// Requests for certificates say who made them, which is no default.
fn forget_who_asked(defaults: &mut Value) {
    const WHO: [&str; 3] = ["extra", "groups", "username"];
    let Some(spec) = defaults.get_mut("spec").and_then(Value::as_object_mut) else {
        return;
    };
    if WHO.iter().all(|field| spec.contains_key(*field)) {
        spec.retain(|field, _| !WHO.contains(&field.as_str()));
    }
}

/// What an object has more than what was sent, as far as another one has the same; lists keep one answer for all items.
fn more(sent: &Value, got: &Value, again: &Value) -> Option<Value> {
    match (sent, got) {
        (Value::Object(sent), Value::Object(got)) => {
            let mut found = Map::new();
            for (name, value) in got {
                let again = &again[name.as_str()];
                match sent.get(name) {
                    Some(sent) => {
                        if let Some(inner) = more(sent, value, again) {
                            found.insert(name.clone(), inner);
                        }
                    }
                    None if value == again => {
                        found.insert(name.clone(), json!({"=": value}));
                    }
                    None => {}
                }
            }
            (!found.is_empty()).then(|| found.into())
        }
        (Value::Array(sent), Value::Array(got)) if sent.len() == got.len() => {
            let items = sent.iter().zip(got).enumerate();
            let items = items.map(|(i, (sent, got))| more(sent, got, &again[i]));
            let item = items.reduce(either)??;
            Some(json!({"*": item}))
        }
        _ => None,
    }
}

/// What is filled in of all items, or below a field that only some of them have.
fn either(one: Option<Value>, other: Option<Value>) -> Option<Value> {
    let [one, other] = [one, other].map(|found| match found {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    });
    let mut found = Map::new();
    for (name, value) in one.iter().chain(&other) {
        let merged = match (one.get(name), other.get(name)) {
            (Some(a), Some(b)) if a.get("=").is_some() || b.get("=").is_some() => {
                if a != b {
                    continue;
                }
                a.clone()
            }
            (Some(a), Some(b)) => either(Some(a.clone()), Some(b.clone())).unwrap_or_default(),
            _ if value.get("=").is_some() => continue,
            _ => value.clone(),
        };
        found.insert(name.clone(), merged);
    }
    (!found.is_empty()).then(|| found.into())
}
