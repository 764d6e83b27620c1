//! Kubernetes' protobuf: objects as Go's generated code writes and reads them, by the table of types.
//!
//! ```text
//! object (JSON) ▸ its type: numbers, what may be absent ▸ message ▸ envelope (kind, apiVersion) ▸ answer
//! request ▸ envelope ▸ kind and apiVersion ▸ message by the type of the URL's kind ▸ object (JSON) ▸ as any other
//! event ▸ message of a type and of an object in its envelope ▸ behind its length, in four bytes
//! ```
//!
//! Nothing is generated for a kind: numbers stand in the table, for `cargo xtask schema` reads them in Go's types. Lists
//! and what metadata alone looks like are made here of those.

mod envelope;
mod opaque;
mod plain;
mod reading;
#[cfg(test)]
mod tests;
mod wire;
mod writing;

use serde_json::Value;

pub(crate) use self::envelope::open;
use self::wire::Tag;
use super::object;
use super::types::{self, Node};

/// Writes an object of this type, whose kind and apiVersion it says itself, in its envelope.
pub(crate) fn object(type_name: &str, object: &Value) -> Vec<u8> {
    let types = types::built_in();
    let mut message = Vec::new();
    if let Some(node) = types.named(type_name) {
        writing::write(types, &node, object, &mut message);
    }
    in_envelope(object, &message)
}

/// Writes a list of such objects.
pub(crate) fn list(type_name: &str, list: &Value) -> Vec<u8> {
    let types = types::built_in();
    let mut message = Vec::new();
    if let Some(node) = types.named(types::LIST_META) {
        writing::element(types, &node, 1, &list["metadata"], &mut message);
    }
    if let Some(node) = types.named(type_name) {
        for item in list["items"].as_array().into_iter().flatten() {
            writing::element(types, &node, 2, item, &mut message);
        }
    }
    in_envelope(list, &message)
}

/// Writes an event about an object in its envelope, behind its length.
pub(crate) fn event(kind: &str, object: &[u8], out: &mut impl bytes::BufMut) {
    let mut message = Vec::with_capacity(object.len() + 24);
    wire::put_bytes(&mut message, 1, kind.as_bytes());
    wire::put_message(&mut message, 2, |out| wire::put_bytes(out, 1, object));
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    out.put_u32(length);
    out.put_slice(&message);
}

/// Reads an object of this type, without its envelope; the error is Go's text.
pub(crate) fn read(node: &Node, bytes: &[u8]) -> Result<Value, String> {
    reading::read(types::built_in(), node, bytes)
}

fn in_envelope(object: &Value, message: &[u8]) -> Vec<u8> {
    let (kind, version) = (
        object::text(object, "/kind"),
        object::text(object, "/apiVersion"),
    );
    envelope::close(kind, version, message)
}

/// Refuses a field that is written in another way than its type.
fn expect(tag: Tag, wire: u8, label: &str) -> Result<(), String> {
    if tag.wire == wire {
        return Ok(());
    }
    Err(format!(
        "proto: wrong wireType = {} for field {label}",
        tag.wire
    ))
}
