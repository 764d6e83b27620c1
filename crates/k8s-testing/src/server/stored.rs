//! One version of an object as the store keeps it, with the bytes that it is sent as.

use std::ops::Deref;
use std::sync::OnceLock;

use bytes::Bytes;
use serde_json::Value;

use super::kinds::Kind;
use super::media::{Form, Format, Media};
use super::{object, protobuf, types};

/// An object that no longer changes; what it looks like on the wire is written once, by whoever needs it first.
#[derive(Debug)]
pub(crate) struct Stored {
    value: Value,
    /// As JSON and as protobuf, whole and its metadata alone.
    written: [OnceLock<Bytes>; 4],
}

impl Stored {
    pub(crate) fn new(value: Value) -> Self {
        Self {
            value,
            written: Default::default(),
        }
    }

    /// The object as an event carries it to whoever watches its kind: whole, or its metadata alone.
    pub(crate) fn written(&self, kind: &Kind, media: Media) -> &Bytes {
        let is_whole = media.form == Form::Whole;
        let place = match (media.format, is_whole) {
            (Format::Protobuf, true) => 3,
            (Format::Protobuf, false) => 2,
            (_, true) => 1,
            (_, false) => 0,
        };
        self.written[place].get_or_init(|| {
            if is_whole {
                written(media.format, &kind.type_name, &self.value)
            } else {
                written(media.format, types::PARTIAL, &object::partial(&self.value))
            }
        })
    }

    /// The same object, said to be of another revision.
    pub(crate) fn at(&self, revision: u64) -> Self {
        let mut value = self.value.clone();
        value["metadata"]["resourceVersion"] = revision.to_string().into();
        Self::new(value)
    }
}

impl Deref for Stored {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}

/// An object of this type as an event carries it.
pub(crate) fn written(format: Format, type_name: &str, object: &Value) -> Bytes {
    match format {
        Format::Protobuf => protobuf::object(type_name, object).into(),
        Format::Json | Format::Yaml => object.to_string().into(),
    }
}
