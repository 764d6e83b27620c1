//! A request's body, read as an object of the kind that the URL names.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine as _};
use serde_json::{Map, Value};

use super::kinds::{self, Kind};
use super::status::{Answered, FieldFault, Refusal};

/// The Go type that only kind and apiVersion are read into.
const TYPE_META: &str = r#"struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }"#;

/// Reads an object; its kind and apiVersion may be left out, its metadata becomes a map.
pub(crate) fn object(kind: &Kind, body: &[u8]) -> Answered<Value> {
    typed(&kind.kind, &kind.api_version(), body)
}

/// Reads an object that a patch made of another one.
pub(crate) fn patched(kind: &Kind, object: Value) -> Answered<Value> {
    let sent = object.to_string();
    let read = self::object(kind, sent.as_bytes());
    read.map_err(|refusal| {
        let why = refusal.message().rsplit_once("cannot be handled as a ");
        let why = why.and_then(|(_, why)| why.split_once(": "));
        let says = why.map_or_else(|| refusal.message(), |(_, why)| why);
        let fault = FieldFault::invalid("patch", &sent.as_str().into(), says);
        Refusal::invalid("", "", "", &[fault])
    })
}

/// Reads an object of a kind that stands in no table, as `TokenRequest`.
pub(crate) fn typed(kind: &str, api_version: &str, body: &[u8]) -> Answered<Value> {
    let refuse = |says: &str| {
        let says = format!(
            "couldn't get version/kind; json parse error: {says} ({})",
            summary(body)
        );
        Refusal::bad_request(format!(
            "the object provided is unrecognized (must be of type {kind}): {says}"
        ))
    };
    let mut object: Value =
        serde_json::from_slice(body).map_err(|error| refuse(&syntax(&error, body)))?;
    if object.is_null() {
        // Go reads `null` into a struct without touching it.
        object = Value::Object(Map::new());
    }
    let found = type_name(&object);
    let Some(fields) = object.as_object_mut() else {
        return Err(refuse(&format!(
            "json: cannot unmarshal {found} into Go value of type {TYPE_META}"
        )));
    };
    let sent_kind = type_field(fields, "kind", kind).map_err(|says| refuse(&says))?;
    let sent_version =
        type_field(fields, "apiVersion", api_version).map_err(|says| refuse(&says))?;
    if (sent_kind.as_str(), sent_version.as_str()) != (kind, api_version) {
        return Err(another_kind(&sent_kind, &sent_version, kind, api_version));
    }
    let metadata = fields.entry("metadata").or_insert(Value::Null);
    if metadata.is_null() {
        *metadata = Value::Object(Map::new());
    }
    check_metadata(kind, api_version, metadata)?;
    drop_empty(metadata);
    check_maps(kind, api_version, fields)?;
    check_values(kind, api_version, fields)?;
    Ok(object)
}

/// What is empty is left out when metadata is written, as Go's `omitempty` has it.
fn drop_empty(metadata: &mut Value) {
    let is_empty = |value: &Value| match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        other => other.is_null(),
    };
    if let Some(fields) = metadata.as_object_mut() {
        fields.retain(|_, value| !is_empty(value));
    }
}

/// The refusal of a kind that the server knows, or does not know, where another one belongs.
fn another_kind(sent: &str, sent_version: &str, wanted: &str, api_version: &str) -> Refusal {
    let known = kinds::all()
        .iter()
        .any(|kind| kind.kind == sent && kind.api_version() == sent_version);
    let version = sent_version.rsplit('/').next().unwrap_or_default();
    let why = if known {
        let (group, _) = api_version.split_once('/').unwrap_or(("core", api_version));
        let internal = group.split('.').next().unwrap_or_default();
        format!("converting ({version}.{sent}) to ({internal}.{wanted}): unknown conversion")
    } else {
        unregistered(sent, sent_version)
    };
    Refusal::bad_request(format!(
        "{sent} in version {version:?} cannot be handled as a {wanted}: {why}"
    ))
}

/// What Go's scheme says of a kind that it does not have.
pub(crate) fn unregistered(kind: &str, api_version: &str) -> String {
    format!(
        "no kind {kind:?} is registered for version {api_version:?} in scheme \"pkg/runtime/scheme.go:111\""
    )
}

/// A syntax error in the words of Go's `encoding/json`, for what goes wrong at the beginning; elsewhere in serde's.
pub(crate) fn syntax(error: &serde_json::Error, json: &[u8]) -> String {
    if error.is_eof() {
        return "unexpected end of JSON input".to_owned();
    }
    let unexpected = |byte: u8, place: &str| {
        let quoted = match byte {
            b'\'' => "'\\''".to_owned(),
            b' '..=b'~' => format!("'{}'", char::from(byte)),
            other => format!("'\\u{other:04x}'"),
        };
        format!("invalid character {quoted} looking for beginning of {place}")
    };
    let mut bytes = json
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'{'), Some(second)) if !matches!(second, b'"' | b'}') => {
            unexpected(second, "object key string")
        }
        (Some(first), _)
            if !matches!(
                first,
                b'{' | b'[' | b'"' | b'-' | b't' | b'f' | b'n' | b'0'..=b'9'
            ) =>
        {
            unexpected(first, "value")
        }
        _ => error.to_string(),
    }
}

/// The beginning of a body, as the server quotes it to whoever sent it.
fn summary(body: &[u8]) -> String {
    let (head, more) = match body.split_at_checked(30) {
        Some((head, [_, ..])) => (head, " ..."),
        _ => (body, ""),
    };
    match head.first() {
        None => "<empty>".to_owned(),
        Some(b'{') => format!("{}{more}", String::from_utf8_lossy(head)),
        Some(_) => {
            let hex: String = head.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{hex}{more}")
        }
    }
}

/// The maps of Secrets and ConfigMaps hold strings, or bytes, which JSON carries as base64.
fn check_values(kind: &str, api_version: &str, fields: &Map<String, Value>) -> Answered<()> {
    let (texts, bytes) = match kind {
        "Secret" => ("stringData", "data"),
        "ConfigMap" => ("data", "binaryData"),
        _ => return Ok(()),
    };
    for (field, wanted) in [(texts, "string"), (bytes, "[]uint8")] {
        let values = fields.get(field).and_then(Value::as_object);
        for value in values.into_iter().flat_map(Map::values) {
            match value {
                Value::Null => {}
                Value::String(text) if field == bytes => check_base64(kind, api_version, text)?,
                Value::String(_) => {}
                other => {
                    let field = format!("{kind}.{field}");
                    return Err(mistyped(kind, api_version, other, &field, wanted));
                }
            }
        }
    }
    Ok(())
}

fn check_base64(kind: &str, api_version: &str, text: &str) -> Answered<()> {
    let Err(error) = STANDARD.decode(text) else {
        return Ok(());
    };
    let at = match error {
        DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol { offset: at, .. } => at,
        DecodeError::InvalidLength(length) => length - length % 4,
        _ => text.len(),
    };
    let version = api_version.rsplit('/').next().unwrap_or_default();
    Err(Refusal::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: illegal base64 data at input byte {at}"
    )))
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
                let wanted = go_type(kind, name);
                return Err(mistyped(
                    kind,
                    api_version,
                    other,
                    &format!("{kind}.{name}"),
                    &wanted,
                ));
            }
        }
    }
    Ok(())
}

/// The Go type of a field that is a map in JSON.
fn go_type(kind: &str, field: &str) -> String {
    match (kind, field) {
        (_, "spec") => format!("v1.{kind}Spec"),
        (_, "status") => format!("v1.{kind}Status"),
        ("Secret", "data") | (_, "binaryData") => "map[string][]uint8".to_owned(),
        _ => "map[string]string".to_owned(),
    }
}

fn mistyped(kind: &str, api_version: &str, found: &Value, field: &str, wanted: &str) -> Refusal {
    let version = api_version.rsplit('/').next().unwrap_or_default();
    Refusal::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: json: cannot unmarshal {} into Go struct field \
         {field} of type {wanted}",
        type_name(found)
    ))
}

/// Takes a type field as sent, or sets it.
fn type_field(
    fields: &mut Map<String, Value>,
    name: &str,
    expected: &str,
) -> Result<String, String> {
    match fields.get(name) {
        Some(Value::String(sent)) if !sent.is_empty() => Ok(sent.clone()),
        None | Some(Value::Null | Value::String(_)) => {
            fields.insert(name.to_owned(), expected.into());
            Ok(expected.to_owned())
        }
        Some(other) => Err(format!(
            "json: cannot unmarshal {} into Go struct field .{name} of type string",
            type_name(other)
        )),
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
        let field = format!("{kind}.metadata");
        return Err(mistyped(
            kind,
            api_version,
            metadata,
            &field,
            "v1.ObjectMeta",
        ));
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

/// The JSON type of a value, in Go's words.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
