//! Events as lines of JSON or as messages of protobuf, and which event a change is to whom.

use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::json;

use super::Scope;
use crate::server::media::{Form, Format, Media};
use crate::server::status::Refusal;
use crate::server::store::Change;
use crate::server::stored::{self, Stored};
use crate::server::{object, protobuf, types};

/// Writes what a change is to whoever chose some objects: one may enter the choice, stay in it, or leave it.
pub(super) fn of(lines: &mut BytesMut, scope: &mut Scope, change: &Change) {
    let chosen = |object: &&Stored| scope.choice.fits(&scope.kind, object);
    let seen = |stored: &Option<Arc<Stored>>| stored.as_ref().map(|stored| scope.kind.seen(stored));
    let (before, after) = (seen(&change.before), seen(&change.after));
    let before = before.as_deref().filter(chosen);
    let after = after.as_deref().filter(chosen);
    match (before, after) {
        (None, Some(after)) => write(lines, "ADDED", after, scope),
        (Some(_), Some(after)) => write(lines, "MODIFIED", after, scope),
        (Some(before), None) if !scope.kind.is_built_in() => {
            write(lines, "DELETED", &before.at(change.revision), scope);
        }
        (Some(_), None) => {
            if let Some(last) = change.last() {
                write(lines, "DELETED", last, scope);
            }
        }
        (None, None) => {}
    }
}

/// Writes an event about an object.
pub(super) fn write(lines: &mut BytesMut, event: &str, object: &Stored, scope: &mut Scope) {
    if let Some(printer) = &mut scope.printer {
        let table = printer.next(&scope.kind, object).to_string();
        return line(lines, event, table.as_bytes(), scope.media.format);
    }
    let object = object.written(&scope.kind, scope.media);
    line(lines, event, object, scope.media.format);
}

/// Writes a bookmark: everything until this revision is told.
pub(super) fn bookmark(lines: &mut BytesMut, scope: &mut Scope, revision: u64, is_first: bool) {
    let Media { format, form } = scope.media;
    let (type_name, mut object) = match form {
        Form::Whole | Form::Table => (&*scope.kind.type_name, scope.kind.zero.clone()),
        Form::Metadata | Form::MetadataList => (types::PARTIAL, object::partial(&json!({}))),
    };
    object["metadata"]["resourceVersion"] = revision.to_string().into();
    if is_first {
        object["metadata"]["annotations"] = json!({"k8s.io/initial-events-end": "true"});
    }
    if let Some(printer) = &mut scope.printer {
        object = printer.next(&scope.kind, &object);
    }
    let object = stored::written(format, type_name, &object);
    line(lines, "BOOKMARK", &object, format);
}

/// The event that says why there will be none.
pub(super) fn refusal(refusal: &Refusal, format: Format) -> Bytes {
    let status = stored::written(format, types::STATUS, &refusal.to_json());
    let mut lines = BytesMut::new();
    line(&mut lines, "ERROR", &status, format);
    lines.freeze()
}

/// An event as JSON in a line of its own, or as a message behind its length.
fn line(lines: &mut BytesMut, event: &str, object: &[u8], format: Format) {
    if format == Format::Protobuf {
        return protobuf::event(event, object, lines);
    }
    lines.reserve(object.len() + 40);
    lines.put_slice(b"{\"type\":\"");
    lines.put_slice(event.as_bytes());
    lines.put_slice(b"\",\"object\":");
    lines.put_slice(object);
    lines.put_slice(b"}\n");
}
