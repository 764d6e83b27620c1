//! Writing an object as its type has it: empty fields are left out or stand there, as Go's tags want it.

use serde_json::{Map, Value};

use super::scalar;
use crate::server::types::{Field, Is, Node, Omitted, Types};

/// An object that was read or made, as the server writes it; what its type does not have is gone.
pub(crate) fn written(types: &Types, node: &Node, value: Value) -> Value {
    match (&node.is, value) {
        (Is::Struct { number, .. }, Value::Object(mut fields)) => {
            let mut new = Map::new();
            for (name, field) in &types.get(*number).fields {
                let value = fields.remove(name).unwrap_or_default();
                if let Some(value) = of_field(types, field, value) {
                    new.insert(name.clone(), value);
                }
            }
            new.into()
        }
        (Is::Map { item, .. }, Value::Object(fields)) => {
            let fields = fields.into_iter();
            let fields: Map<String, Value> = fields
                .map(|(key, value)| (key, written(types, item, value)))
                .collect();
            fields.into()
        }
        (Is::List { item, .. }, Value::Array(items)) => {
            let items = items.into_iter();
            items.map(|value| written(types, item, value)).collect()
        }
        (_, value) => value,
    }
}

/// A field's value, unless it is left out.
fn of_field(types: &Types, field: &Field, value: Value) -> Option<Value> {
    let node = &field.holds;
    let is_none = match (&node.is, &value) {
        (Is::List { .. }, Value::Array(items)) => items.is_empty(),
        (Is::Map { .. }, Value::Object(fields)) => fields.is_empty(),
        (_, value) => value.is_null(),
    };
    // A list or map without items does not survive the way through etcd.
    let value = if is_none {
        zero(types, node)
    } else {
        written(types, node, value)
    };
    let left_out = match field.omitted {
        Omitted::Never => false,
        Omitted::WhenEmpty => is_empty(node, &value),
        Omitted::WhenZero => value == zero(types, node) || is_empty(node, &value),
    };
    (!left_out).then_some(value)
}

/// What Go holds where nothing was said.
fn zero(types: &Types, node: &Node) -> Value {
    match node.is {
        _ if node.pointer => Value::Null,
        Is::Scalar(kind) => scalar::zero(kind),
        Is::Struct { .. } => written(types, node, Map::new().into()),
        Is::List { .. } | Is::Map { .. } | Is::Any | Is::Deduced => Value::Null,
    }
}

/// What `omitempty` means: a pointer to nothing is not empty.
fn is_empty(node: &Node, value: &Value) -> bool {
    match value {
        Value::Null => true,
        _ if node.pointer => false,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty() && !matches!(node.is, Is::Struct { .. }),
    }
}
