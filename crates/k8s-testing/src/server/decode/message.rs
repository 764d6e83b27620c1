//! Bodies that are protobuf.

use serde_json::Value;

use super::document::Document;
use super::{Sent, Wanted, syntax};
use crate::server::media::Format;
use crate::server::status::{Answered, Refusal};
use crate::server::{protobuf, types, yaml};

/// Kind and apiVersion.
type Named = (String, String);

/// Opens the envelope: kind and apiVersion as sent, or as wanted where they are left out, and the message in it.
pub(super) fn open<'a>(wanted: Wanted<'_>, body: &'a [u8]) -> Result<(Named, &'a [u8]), String> {
    let envelope = protobuf::open(body)?;
    let or = |sent: String, wanted: &str| {
        if sent.is_empty() {
            wanted.to_owned()
        } else {
            sent
        }
    };
    let kind = or(envelope.kind, wanted.kind);
    let version = or(envelope.api_version, wanted.api_version);
    Ok(((kind, version), envelope.object))
}

/// Reads the message; the error is Go's text.
pub(super) fn read(wanted: Wanted<'_>, message: &[u8]) -> Result<Document, String> {
    let Some(node) = types::built_in().named(wanted.type_name) else {
        return Err(
            "object *unstructured.Unstructured does not implement the protobuf marshalling interface and cannot be \
             encoded to a protobuf message"
                .to_owned(),
        );
    };
    protobuf::read(&node, message).map(|object| Document::from(&object))
}

/// Reads the options of this type that a body is, not its kind; what is wrong is told without a word of what it should
/// be.
pub(crate) fn options(type_name: &str, sent: Sent<'_>) -> Answered<Value> {
    let read = match sent.format {
        Format::Protobuf => options_in_envelope(type_name, sent.bytes),
        Format::Yaml => yaml::read(sent.bytes).map(|read| read.document.to_value()),
        Format::Json => serde_json::from_slice(sent.bytes).map_err(|error| {
            let says = syntax(&error, sent.bytes);
            format!("couldn't get version/kind; json parse error: {says}")
        }),
    };
    read.map_err(Refusal::bad_request)
}

fn options_in_envelope(type_name: &str, body: &[u8]) -> Result<Value, String> {
    let envelope = protobuf::open(body)?;
    let Some(node) = types::built_in().named(type_name) else {
        return Ok(Value::Null);
    };
    let mut options = protobuf::read(&node, envelope.object)?;
    for (field, said) in [
        ("kind", envelope.kind),
        ("apiVersion", envelope.api_version),
    ] {
        if !said.is_empty() {
            options[field] = said.into();
        }
    }
    Ok(options)
}
