//! Values that JSON has no fields for: JSON as it is, and what a CustomResourceDefinition's schema may hold instead of a
//! schema.

use serde_json::Value;

use super::reading::Reading;
use super::wire::{self, Cursor, LENGTH, VARINT};
use super::{expect, writing};
use crate::server::decode::written;
use crate::server::types::Types;

const SCHEMA: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

/// Writes a value of Go's type `go` as a field; what protobuf has no form for is left out.
pub(super) fn put(types: &Types, go: &str, number: u32, value: &Value, out: &mut Vec<u8>) {
    match short(go) {
        "FieldsV1" | "JSON" | "RawExtension" => wire::put_message(out, number, |out| {
            if !value.is_null() {
                wire::put_bytes(out, 1, value.to_string().as_bytes());
            }
        }),
        "CustomResourceSubresourceStatus" => wire::put_message(out, number, |_| {}),
        "JSONSchemaPropsOrBool" => wire::put_message(out, number, |out| {
            let allows = value.is_object() || value == true;
            wire::put_number(out, 1, i64::from(allows));
            put_schema(types, 2, value, out);
        }),
        "JSONSchemaPropsOrArray" => wire::put_message(out, number, |out| {
            put_schema(types, 1, value, out);
            for schema in value.as_array().into_iter().flatten() {
                put_schema(types, 2, schema, out);
            }
        }),
        "JSONSchemaPropsOrStringArray" => wire::put_message(out, number, |out| {
            put_schema(types, 1, value, out);
            for name in value.as_array().into_iter().flatten() {
                wire::put_bytes(out, 2, name.as_str().unwrap_or_default().as_bytes());
            }
        }),
        _ => {}
    }
}

/// Writes a schema, where there is one.
fn put_schema(types: &Types, number: u32, value: &Value, out: &mut Vec<u8>) {
    if let (Some(node), true) = (types.named(SCHEMA), value.is_object()) {
        writing::element(types, &node, number, value, out);
    }
}

/// Reads a value of Go's type `go`.
pub(super) fn read(reading: Reading<'_>, go: &str, bytes: &[u8]) -> Result<Value, String> {
    match short(go) {
        "FieldsV1" | "JSON" | "RawExtension" => raw(bytes),
        "CustomResourceSubresourceStatus" => Ok(Value::Object(serde_json::Map::new())),
        _ => either(reading, short(go), bytes),
    }
}

fn raw(bytes: &[u8]) -> Result<Value, String> {
    let mut json: &[u8] = b"null";
    let mut cursor = Cursor::new(bytes);
    while let Some(tag) = cursor.tag("RawExtension")? {
        if tag.number == 1 {
            expect(tag, LENGTH, "Raw")?;
            json = cursor.bytes()?;
        } else {
            cursor.skip(tag)?;
        }
    }
    serde_json::from_slice(json).map_err(|error| crate::server::decode::syntax(&error, json))
}

/// A schema, or what stands in its place: a flag, a list of schemas, a list of names.
fn either(reading: Reading<'_>, of: &str, bytes: &[u8]) -> Result<Value, String> {
    let node = reading.types.named(SCHEMA);
    let (mut schema, mut other) = (Value::Null, Value::Null);
    let mut cursor = Cursor::new(bytes);
    while let Some(tag) = cursor.tag(of)? {
        match (of, tag.number, &node) {
            ("JSONSchemaPropsOrBool", 1, _) => {
                expect(tag, VARINT, "Allows")?;
                other = (cursor.varint()? != 0).into();
            }
            ("JSONSchemaPropsOrBool", 2, Some(node))
            | ("JSONSchemaPropsOrArray" | "JSONSchemaPropsOrStringArray", 1, Some(node)) => {
                reading.element(node, (tag, "Schema"), &mut cursor, &mut schema)?;
                schema = written(reading.types, node, schema);
            }
            ("JSONSchemaPropsOrArray", 2, Some(node)) => {
                let mut item = Value::Null;
                reading.element(node, (tag, "JSONSchemas"), &mut cursor, &mut item)?;
                push(&mut other, written(reading.types, node, item));
            }
            ("JSONSchemaPropsOrStringArray", 2, _) => {
                expect(tag, LENGTH, "Property")?;
                push(&mut other, super::plain::text(cursor.bytes()?));
            }
            _ => cursor.skip(tag)?,
        }
    }
    Ok(if schema.is_null() { other } else { schema })
}

fn push(list: &mut Value, item: Value) {
    match list {
        Value::Array(items) => items.push(item),
        other => *other = vec![item].into(),
    }
}

/// Go's name without its package.
fn short(go: &str) -> &str {
    go.rsplit('.').next().unwrap_or_default()
}
