//! Events as lines of JSON, and which event a change is to whom.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::{Value, json};

use super::Scope;
use crate::server::media::Form;
use crate::server::status::Refusal;
use crate::server::store::Change;
use crate::server::stored::Stored;

/// Writes what a change is to whoever chose some objects: one may enter the choice, stay in it, or leave it.
pub(super) fn of(lines: &mut BytesMut, scope: &Scope, change: &Change) {
    let chosen = |object: &&Stored| scope.choice.fits(&scope.kind, object);
    let before = change.before.as_deref().filter(chosen);
    let after = change.after.as_deref().filter(chosen);
    match (before, after) {
        (None, Some(after)) => write(lines, "ADDED", after, scope.form),
        (Some(_), Some(after)) => write(lines, "MODIFIED", after, scope.form),
        (Some(_), None) => {
            if let Some(last) = change.last() {
                write(lines, "DELETED", last, scope.form);
            }
        }
        (None, None) => {}
    }
}

/// Writes an event about an object.
pub(super) fn write(lines: &mut BytesMut, event: &str, object: &Stored, form: Form) {
    let object = match form {
        Form::Whole => object.whole(),
        Form::Metadata | Form::MetadataList => object.metadata(),
    };
    line(lines, event, object);
}

/// Writes a bookmark: everything until this revision is told.
pub(super) fn bookmark(lines: &mut BytesMut, scope: &Scope, revision: u64, is_first: bool) {
    let mut object = match scope.form {
        Form::Whole => scope.kind.zero.clone(),
        Form::Metadata | Form::MetadataList => {
            json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": {}})
        }
    };
    object["metadata"]["resourceVersion"] = revision.to_string().into();
    if is_first {
        object["metadata"]["annotations"] = json!({"k8s.io/initial-events-end": "true"});
    }
    line(lines, "BOOKMARK", object.to_string().as_bytes());
}

/// The event that says why there will be none.
pub(super) fn refusal(refusal: &Refusal) -> Bytes {
    let status: Value = refusal.to_json();
    let mut lines = BytesMut::new();
    line(&mut lines, "ERROR", status.to_string().as_bytes());
    lines.freeze()
}

fn line(lines: &mut BytesMut, event: &str, object: &[u8]) {
    lines.reserve(object.len() + 40);
    lines.put_slice(b"{\"type\":\"");
    lines.put_slice(event.as_bytes());
    lines.put_slice(b"\",\"object\":");
    lines.put_slice(object);
    lines.put_slice(b"}\n");
}
