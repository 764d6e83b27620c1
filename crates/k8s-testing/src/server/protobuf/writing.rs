//! Objects as messages, byte for byte as Go writes them.
//!
//! Fields stand in the order of their numbers, entries of maps in the order of their keys. What may be absent is left
//! out when it is; everything else is written, zero or not.

use serde_json::{Map, Value};

use super::{opaque, plain, wire};
use crate::server::types::{Is, Message, Node, Scalar, Slot, Struct, Types};

/// The only list of a name of its own that is a field: what can be done with a resource.
pub(super) const VERBS: &str = "v1.Verbs";

/// Writes an object of this type without its envelope.
pub(super) fn write(types: &Types, node: &Node, object: &Value, out: &mut Vec<u8>) {
    if let Is::Struct { number, .. } = node.is {
        fields(types, types.get(number), object, out);
    }
}

/// Writes the fields of a struct.
fn fields(types: &Types, shape: &Struct, object: &Value, out: &mut Vec<u8>) {
    let nothing = Map::new();
    let object = object.as_object().unwrap_or(&nothing);
    message(types, (shape, &shape.message), object, out);
}

fn message(
    types: &Types,
    (shape, message): (&Struct, &Message),
    object: &Map<String, Value>,
    out: &mut Vec<u8>,
) {
    for (number, slot) in &message.slots {
        match slot {
            Slot::Embedded { message, .. } => wire::put_message(out, *number, |out| {
                self::message(types, (shape, message), object, out);
            }),
            Slot::Field { name, .. } => {
                if let Some(field) = shape.fields.get(name) {
                    let value = object.get(name).unwrap_or(&Value::Null);
                    of_field(types, &field.holds, *number, value, out);
                }
            }
        }
    }
}

fn of_field(types: &Types, node: &Node, number: u32, value: &Value, out: &mut Vec<u8>) {
    match &node.is {
        // Go's name of a list of its own is a message, that of items is none.
        Is::List { .. } if node.go == VERBS && !value.is_null() => {
            element(types, node, number, value, out);
        }
        Is::List { item, .. } => {
            for value in value.as_array().into_iter().flatten() {
                element(types, item, number, value, out);
            }
        }
        Is::Map { item, .. } => {
            for (key, value) in value.as_object().into_iter().flatten() {
                wire::put_message(out, number, |out| {
                    wire::put_bytes(out, 1, key.as_bytes());
                    element(types, item, 2, value, out);
                });
            }
        }
        _ if node.pointer && value.is_null() => {}
        _ => element(types, node, number, value, out),
    }
}

/// Writes a value that stands there once; absent bytes are the only one that Go leaves out.
pub(super) fn element(types: &Types, node: &Node, number: u32, value: &Value, out: &mut Vec<u8>) {
    match &node.is {
        Is::Scalar(Scalar::Bytes) if value.is_null() => {}
        Is::Scalar(kind) => plain::put(out, number, *kind, value),
        Is::Struct {
            number: of_type, ..
        } => wire::put_message(out, number, |out| {
            fields(types, types.get(*of_type), value, out);
        }),
        Is::Any => opaque::put(types, &node.go, number, value, out),
        // A list in a list or in a map is a message of its items.
        Is::List { item, .. } => wire::put_message(out, number, |out| {
            for value in value.as_array().into_iter().flatten() {
                element(types, item, 1, value, out);
            }
        }),
        // Nothing holds maps in lists or maps, and nothing built in is known by its values alone.
        Is::Map { .. } | Is::Deduced => {}
    }
}
