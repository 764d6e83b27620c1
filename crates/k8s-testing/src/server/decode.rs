//! A request's body, read as an object of the kind that the URL names.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine as _};
use serde_json::{Map, Value};

use super::kinds::Kind;
use super::status::{Answered, Refusal};

/// Reads an object; its kind and apiVersion may be left out, its metadata becomes a map.
pub(crate) fn object(kind: &Kind, body: &[u8]) -> Answered<Value> {
    typed(kind.kind, &kind.api_version(), body)
}

/// Reads an object of a kind that stands in no table, as `TokenRequest`.
pub(crate) fn typed(kind: &str, api_version: &str, body: &[u8]) -> Answered<Value> {
    let mut object: Value = serde_json::from_slice(body).map_err(|error| {
        // A syntax error names a position, never a value.
        unrecognized(
            kind,
            &format!("couldn't get version/kind; json parse error: {error}"),
        )
    })?;
    let Some(fields) = object.as_object_mut() else {
        let says = "couldn't get version/kind; json parse error: the body is no JSON object";
        return Err(unrecognized(kind, says));
    };
    let sent_kind = type_field(fields, "kind", kind)?;
    let sent_version = type_field(fields, "apiVersion", api_version)?;
    if sent_version != api_version {
        let message = format!(
            "the API version in the data ({sent_version}) does not match the expected API version ({api_version})"
        );
        return Err(Refusal::bad_request(message));
    }
    if sent_kind != kind {
        return Err(another_kind(&sent_kind, kind, api_version));
    }
    let metadata = fields.entry("metadata").or_insert(Value::Null);
    if metadata.is_null() {
        *metadata = Value::Object(Map::new());
    }
    check_metadata(kind, api_version, metadata)?;
    check_maps(kind, api_version, fields)?;
    if kind == "Secret" {
        check_base64(kind, api_version, fields)?;
    }
    Ok(object)
}

/// The refusal of a kind that the server knows, where another one belongs.
fn another_kind(sent: &str, wanted: &str, api_version: &str) -> Refusal {
    let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
    let internal = group.split('.').next().unwrap_or_default();
    Refusal::bad_request(format!(
        "{sent} in version {version:?} cannot be handled as a {wanted}: converting ({version}.{sent}) to \
         ({internal}.{wanted}): unknown conversion"
    ))
}

/// A Secret's data is bytes, which JSON carries as base64.
fn check_base64(kind: &str, api_version: &str, fields: &Map<String, Value>) -> Answered<()> {
    let Some(Value::Object(data)) = fields.get("data") else {
        return Ok(());
    };
    for value in data.values().filter(|value| !value.is_null()) {
        let Some(text) = value.as_str() else {
            return Err(mistyped(kind, api_version, value, "Secret.data", "[]uint8"));
        };
        if let Err(error) = STANDARD.decode(text) {
            let at = match error {
                DecodeError::InvalidByte(at, _)
                | DecodeError::InvalidLastSymbol { offset: at, .. } => at,
                DecodeError::InvalidLength(length) => length - length % 4,
                _ => text.len(),
            };
            let version = api_version.rsplit('/').next().unwrap_or_default();
            return Err(Refusal::bad_request(format!(
                "{kind} in version {version:?} cannot be handled as a {kind}: illegal base64 data at input byte {at}"
            )));
        }
    }
    Ok(())
}

/// The fields that every kind which has them has as a map; nulls are dropped.
fn check_maps(kind: &str, api_version: &str, fields: &mut Map<String, Value>) -> Answered<()> {
    for name in ["spec", "status", "data", "stringData", "binaryData"] {
        match fields.get(name) {
            Some(Value::Null) => {
                fields.remove(name);
            }
            Some(Value::Object(_)) | None => {}
            Some(other) => {
                return Err(mistyped(
                    kind,
                    api_version,
                    other,
                    &format!("{kind}.{name}"),
                    "object",
                ));
            }
        }
    }
    Ok(())
}

fn mistyped(kind: &str, api_version: &str, found: &Value, field: &str, wanted: &str) -> Refusal {
    let version = api_version.rsplit('/').next().unwrap_or_default();
    Refusal::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: json: cannot unmarshal {} into Go struct field \
         {field} of type {wanted}",
        type_name(found)
    ))
}

fn unrecognized(kind: &str, says: &str) -> Refusal {
    Refusal::bad_request(format!(
        "the object provided is unrecognized (must be of type {kind}): {says}"
    ))
}

/// Takes a type field as sent, or sets it.
fn type_field(fields: &mut Map<String, Value>, name: &str, expected: &str) -> Answered<String> {
    match fields.get(name) {
        Some(Value::String(sent)) if !sent.is_empty() => Ok(sent.clone()),
        None | Some(Value::Null | Value::String(_)) => {
            fields.insert(name.to_owned(), expected.into());
            Ok(expected.to_owned())
        }
        Some(other) => {
            let says = format!(
                "couldn't get version/kind; json parse error: json: cannot unmarshal {} into Go struct field .{name} of type string",
                type_name(other)
            );
            Err(unrecognized(expected, &says))
        }
    }
}

/// Metadata's fields must have the types that Go's decoder would demand; nulls are dropped as it drops them.
fn check_metadata(kind: &str, api_version: &str, metadata: &mut Value) -> Answered<()> {
    let refuse = |found: &Value, field: &str, wanted: &str| {
        mistyped(
            kind,
            api_version,
            found,
            &format!("ObjectMeta.metadata{field}"),
            wanted,
        )
    };
    let Some(fields) = metadata.as_object_mut() else {
        return Err(refuse(metadata, "", "v1.ObjectMeta"));
    };
    fields.retain(|_, value| !value.is_null());
    for (name, value) in fields.iter() {
        let field = format!(".{name}");
        match name.as_str() {
            "name" | "generateName" | "namespace" | "selfLink" | "uid" | "resourceVersion"
                if !value.is_string() =>
            {
                return Err(refuse(value, &field, "string"));
            }
            "labels" | "annotations" => {
                let Some(map) = value.as_object() else {
                    return Err(refuse(value, &field, "map[string]string"));
                };
                if let Some(other) = map.values().find(|value| !value.is_string()) {
                    return Err(refuse(other, &field, "string"));
                }
            }
            "finalizers" => {
                let Some(list) = value.as_array() else {
                    return Err(refuse(value, &field, "[]string"));
                };
                if let Some(other) = list.iter().find(|value| !value.is_string()) {
                    return Err(refuse(other, &field, "string"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
