//! Reading a value as a type, as the server does where it does not go by way of bytes: other words, the same types.
//!
//! Follows k8s.io/apimachinery `pkg/runtime/converter.go` (v0.36).

use serde_json::{Map, Value};

use super::document::Document;
use super::fault::Says;
use super::reading::Read;
use super::scalar;
use crate::server::golang;
use crate::server::types::{Is, Node, Scalar, Types};

/// Reads a value as a type; unknown fields are told in the order of their names.
pub(super) fn convert(types: &Types, node: &Node, value: &Value) -> Result<Read, String> {
    let mut converting = Converting {
        types,
        path: String::new(),
        unknown: Vec::new(),
    };
    let value = converting.value(node, value)?;
    converting.unknown.sort();
    Ok(Read {
        value: value.unwrap_or_default(),
        strict: converting.unknown,
    })
}

struct Converting<'a> {
    types: &'a Types,
    path: String,
    unknown: Vec<String>,
}

impl Converting<'_> {
    fn value(&mut self, node: &Node, value: &Value) -> Result<Option<Value>, String> {
        match (&node.is, value) {
            (_, Value::Null) => Ok(None),
            (Is::Struct { number, .. }, Value::Object(fields)) => {
                self.fields_of(*number, fields).map(Some)
            }
            (Is::Map { item, .. }, Value::Object(fields)) => self.map(item, fields).map(Some),
            (Is::List { item, .. }, Value::Array(items)) => self.list(item, items).map(Some),
            (Is::Struct { .. }, other) => {
                Err(format!("cannot restore struct from: {}", kind_of(other)))
            }
            (Is::Map { .. }, other) => Err(format!("cannot restore map from {}", kind_of(other))),
            (Is::List { .. }, other) => {
                Err(format!("cannot restore slice from {}", kind_of(other)))
            }
            (Is::Scalar(kind), value) => plain(*kind, &node.go, value).map(Some),
            (Is::Any | Is::Deduced, value) => Ok(Some(value.clone())),
        }
    }

    fn fields_of(&mut self, number: usize, sent: &Map<String, Value>) -> Result<Value, String> {
        let shape = self.types.get(number);
        let mut read = Map::new();
        for (name, value) in sent {
            let length = self.path.len();
            if length > 0 {
                self.path.push('.');
            }
            self.path.push_str(name);
            match shape.fields.get(name) {
                Some(field) => {
                    if let Some(value) = self.value(&field.holds, value)? {
                        read.insert(name.clone(), value);
                    }
                }
                None => self.unknown.push(format!("unknown field {:?}", self.path)),
            }
            self.path.truncate(length);
        }
        Ok(read.into())
    }

    /// Keys of maps are not part of paths here.
    fn map(&mut self, item: &Node, sent: &Map<String, Value>) -> Result<Value, String> {
        let mut read = Map::new();
        for (key, value) in sent {
            let value = self.value(item, value)?;
            read.insert(
                key.clone(),
                value.unwrap_or_else(|| super::reading::zero(item)),
            );
        }
        Ok(read.into())
    }

    fn list(&mut self, item: &Node, sent: &[Value]) -> Result<Value, String> {
        let length = self.path.len();
        let mut read = Vec::with_capacity(sent.len());
        for (index, value) in sent.iter().enumerate() {
            self.path.push_str(&format!("[{index}]"));
            let value = self.value(item, value)?;
            read.push(value.unwrap_or_else(|| super::reading::zero(item)));
            self.path.truncate(length);
        }
        Ok(read.into())
    }
}

fn plain(kind: Scalar, go: &str, value: &Value) -> Result<Value, String> {
    let cannot = || Err(format!("cannot convert {} to {go}", golang::type_of(value)));
    match (kind, value) {
        (Scalar::Text, Value::String(_)) | (Scalar::Bool, Value::Bool(_)) => Ok(value.clone()),
        (Scalar::Text, Value::Number(number)) if !number.is_f64() => cannot(),
        (Scalar::Int32 | Scalar::Int64, Value::Number(number)) => {
            let whole = number.as_i64().or_else(|| {
                let number = number.as_f64()?;
                #[allow(clippy::cast_possible_truncation, reason = "it is whole")]
                (number == number.trunc()).then_some(number as i64)
            });
            match whole {
                #[allow(clippy::cast_possible_truncation, reason = "Go cuts off silently, too")]
                Some(whole) if kind == Scalar::Int32 => Ok((whole as i32).into()),
                Some(whole) => Ok(whole.into()),
                None => cannot(),
            }
        }
        (Scalar::Float, Value::Number(_)) => Ok(value.clone()),
        (Scalar::Bool | Scalar::Text | Scalar::Int32 | Scalar::Int64 | Scalar::Float, _) => {
            Err(format!("unrecognized type: {}", base(kind)))
        }
        (Scalar::Bytes, other) if !other.is_string() => {
            Err(format!("cannot restore slice from {}", kind_of(other)))
        }
        // The rest read themselves from JSON.
        (kind, value) => {
            scalar::read(kind, go, &Document::from(value)).map_err(|fault| match fault.says {
                Says::Text(says) if kind == Scalar::Bytes => {
                    format!("error decoding from json: {says}")
                }
                Says::Text(says) => says,
                Says::Mistyped { found, wanted } => {
                    format!("json: cannot unmarshal {found} into Go value of type {wanted}")
                }
            })
        }
    }
}

/// `reflect.Kind` of what is wanted.
fn base(kind: Scalar) -> &'static str {
    match kind {
        Scalar::Bool => "bool",
        Scalar::Float => "float64",
        Scalar::Int32 => "int32",
        Scalar::Int64 => "int64",
        _ => "string",
    }
}

/// `reflect.Kind` of what was sent.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "slice",
        Value::Object(_) => "map",
        other => golang::type_of(other),
    }
}
