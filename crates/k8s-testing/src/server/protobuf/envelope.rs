//! The envelope: four bytes that say what follows, then kind and apiVersion beside the object's own bytes.
//!
//! Follows k8s.io/apimachinery `pkg/runtime/serializer/protobuf/protobuf.go` (v0.36).

use super::expect;
use super::wire::{self, Cursor, LENGTH};

/// `k8s` and a zero.
const PREFIX: &[u8] = b"k8s\0";

/// What an envelope says of the object in it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Envelope<'a> {
    pub(crate) kind: String,
    pub(crate) api_version: String,
    pub(crate) object: &'a [u8],
}

/// Closes an envelope around an object.
pub(super) fn close(kind: &str, api_version: &str, object: &[u8]) -> Vec<u8> {
    let mut out = PREFIX.to_vec();
    wire::put_message(&mut out, 1, |out| {
        wire::put_bytes(out, 1, api_version.as_bytes());
        wire::put_bytes(out, 2, kind.as_bytes());
    });
    wire::put_bytes(&mut out, 2, object);
    // How the object is packed, and its media type: nothing, and this one.
    wire::put_bytes(&mut out, 3, b"");
    wire::put_bytes(&mut out, 4, b"");
    out
}

/// Opens an envelope; the error is Go's text.
pub(crate) fn open(bytes: &[u8]) -> Result<Envelope<'_>, String> {
    if bytes.is_empty() {
        return Err("empty data".to_owned());
    }
    let message = bytes.strip_prefix(PREFIX).ok_or(
        "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    )?;
    if message.is_empty() {
        return Err("empty body".to_owned());
    }
    let mut envelope = Envelope::default();
    let mut cursor = Cursor::new(message);
    while let Some(tag) = cursor.tag("Unknown")? {
        match tag.number {
            1 => {
                expect(tag, LENGTH, "TypeMeta")?;
                type_meta(cursor.bytes()?, &mut envelope)?;
            }
            2 => {
                expect(tag, LENGTH, "Raw")?;
                envelope.object = cursor.bytes()?;
            }
            3 | 4 => {
                expect(
                    tag,
                    LENGTH,
                    ["ContentEncoding", "ContentType"][usize::from(tag.number == 4)],
                )?;
                cursor.bytes()?;
            }
            _ => cursor.skip(tag)?,
        }
    }
    Ok(envelope)
}

fn type_meta(bytes: &[u8], envelope: &mut Envelope<'_>) -> Result<(), String> {
    let mut cursor = Cursor::new(bytes);
    while let Some(tag) = cursor.tag("TypeMeta")? {
        let (label, text) = match tag.number {
            1 => ("APIVersion", &mut envelope.api_version),
            2 => ("Kind", &mut envelope.kind),
            _ => {
                cursor.skip(tag)?;
                continue;
            }
        };
        expect(tag, LENGTH, label)?;
        *text = String::from_utf8_lossy(cursor.bytes()?).into_owned();
    }
    Ok(())
}
