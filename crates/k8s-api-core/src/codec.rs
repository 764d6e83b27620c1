//! How objects travel: JSON by default, and what another codec (CBOR, protobuf) has to say to take its place.
//!
//! A codec names its media types, cuts the items of a list and the events of a watch out of bytes in any cut, and
//! reads and writes objects of the types that it can. That last part is a trait for each type ([`Decode`], [`Encode`]):
//! JSON reads whatever is [`Deserialize`], a protobuf codec what its own trait describes.
//!
//! ```text
//! Encode ▸ Encoded ▸ request::{create_encoded, replace_encoded}      request::accepting ▸ Accept: yours, then JSON
//! Content-Type ▸ Codec::reads ▸ answer::read_as · SplitList ▸ Decode::decode · SplitWatch ▸ Decode::decode_event
//! ```
//!
//! The server chooses among what `Accept` names: look at the answer's `Content-Type` before reading it
//! ([`Codec::reads`], [`Codec::reads_watch`]), and keep [`Json`] as the one that every server knows.

mod media;

use bytes::Bytes;
use http::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::decode::{DecodeError, ManagedFields, RawObject};
use crate::watch::{RawEvent, WatchDecoder, WatchError, WatchEvent};
use crate::{ListDecoder, ListError, ListHead};

/// A way for objects to travel.
pub trait Codec {
    /// The media type of objects and lists, `application/json`.
    const MEDIA_TYPE: &'static str;

    /// The media type of a watch's answer, with the parameter `stream=watch` where the server adds one.
    const WATCH_MEDIA_TYPE: &'static str;

    /// Cuts a list into items.
    type List: SplitList;

    /// Cuts a watch into events.
    type Watch: SplitWatch;

    /// A cutter that has seen nothing yet.
    fn list(&self) -> Self::List;

    /// A cutter that has seen nothing yet.
    fn watch(&self) -> Self::Watch;

    /// Whether this codec reads an answer with this `Content-Type`. An answer without one is taken for JSON.
    fn reads(&self, content_type: Option<&HeaderValue>) -> bool {
        media::is(content_type, Self::MEDIA_TYPE)
    }

    /// Whether this codec reads a watch whose answer has this `Content-Type`.
    fn reads_watch(&self, content_type: Option<&HeaderValue>) -> bool {
        media::is(content_type, Self::WATCH_MEDIA_TYPE)
    }
}

/// Takes bytes in any cut, and hands out the items of a list as exact slices.
pub trait SplitList {
    /// Takes the next bytes of the answer.
    fn handle_bytes(&mut self, bytes: &[u8]);

    /// The next item; `None`: more bytes are needed, or the list is at its end.
    ///
    /// # Errors
    ///
    /// If the bytes are no list; then it is the same for ever.
    fn poll_item(&mut self) -> Result<Option<&[u8]>, ListError>;

    /// The end of the bytes: what the list says of itself.
    ///
    /// # Errors
    ///
    /// If the list is not at its end.
    fn finish(self) -> Result<ListHead, ListError>;
}

/// Takes bytes in any cut, and hands out the events of a watch as exact slices.
pub trait SplitWatch {
    /// Takes the next bytes of the answer.
    fn handle_bytes(&mut self, bytes: &[u8]);

    /// The end of the answer.
    fn handle_end(&mut self);

    /// The next event; `None`: more bytes are needed, or there are none.
    ///
    /// # Errors
    ///
    /// If the bytes are no watch; then it is the same for ever.
    fn poll_event(&mut self) -> Result<Option<&[u8]>, WatchError>;
}

/// Reads objects of a type.
pub trait Decode<'a, T>: Codec {
    /// An object, from bytes that hold nothing else.
    ///
    /// # Errors
    ///
    /// If the bytes are no `T`.
    fn decode(&self, object: &'a [u8]) -> Result<T, DecodeError>;

    /// An event, as [`SplitWatch::poll_event`] cut it out. An object that is no `T` is an event too
    /// ([`WatchEvent::Undecodable`]).
    ///
    /// # Errors
    ///
    /// If the bytes are no event.
    fn decode_event(&self, event: &'a [u8]) -> Result<WatchEvent<T>, WatchError>;
}

/// Writes objects of a type.
pub trait Encode<T: ?Sized>: Codec {
    /// The object as the body of a request.
    ///
    /// # Errors
    ///
    /// If the value cannot be written in this format.
    fn encode(&self, object: &T) -> Result<Encoded, EncodeError>;
}

/// An object as a codec wrote it.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    media_type: &'static str,
    bytes: Bytes,
}

/// A value that cannot be written in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeError {
    value: &'static str,
    media_type: &'static str,
}

/// JSON, which every server knows.
///
/// ```
/// use k8s_api_core::codec::{Codec, Decode, Json, SplitList};
/// use k8s_api_core::{PartialObject, Resource};
///
/// /// The names in a list that is in any codec.
/// fn names<C>(codec: &C, answer: &[u8]) -> Result<Vec<String>, Box<dyn std::error::Error>>
/// where
///     C: for<'a> Decode<'a, PartialObject>,
/// {
///     let (mut list, mut names) = (codec.list(), Vec::new());
///     list.handle_bytes(answer);
///     while let Some(item) = list.poll_item()? {
///         names.extend(codec.decode(item)?.name().map(str::to_owned));
///     }
///     list.finish()?;
///     Ok(names)
/// }
///
/// let json = Json::default();
/// assert!(json.reads(Some(&http::HeaderValue::from_static("application/json; charset=utf-8"))));
/// assert_eq!(names(&json, br#"{"items":[{"metadata":{"name":"web-0"}}]}"#)?, ["web-0"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json {
    managed_fields: ManagedFields,
}

// === impl Json ===

impl Json {
    /// Keeps or skips `metadata.managedFields` of what is read.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }
}

impl Codec for Json {
    const MEDIA_TYPE: &'static str = "application/json";
    const WATCH_MEDIA_TYPE: &'static str = "application/json";

    type List = ListDecoder;
    type Watch = WatchDecoder;

    fn list(&self) -> ListDecoder {
        ListDecoder::new().managed_fields(self.managed_fields)
    }

    fn watch(&self) -> WatchDecoder {
        WatchDecoder::new().managed_fields(self.managed_fields)
    }
}

impl<'a, T: Deserialize<'a>> Decode<'a, T> for Json {
    fn decode(&self, object: &'a [u8]) -> Result<T, DecodeError> {
        let object = RawObject::new(object);
        object.managed_fields(self.managed_fields).decode()
    }

    fn decode_event(&self, event: &'a [u8]) -> Result<WatchEvent<T>, WatchError> {
        let event = RawEvent::new(event);
        event.managed_fields(self.managed_fields).decode()
    }
}

impl<T: Serialize + ?Sized> Encode<T> for Json {
    fn encode(&self, object: &T) -> Result<Encoded, EncodeError> {
        // The serializer's own text is left out: it may quote a value.
        let bytes = serde_json::to_vec(object).map_err(|_| EncodeError::new::<Self, T>())?;
        Ok(Encoded::new::<Self>(bytes))
    }
}

impl SplitList for ListDecoder {
    fn handle_bytes(&mut self, bytes: &[u8]) {
        self.handle_bytes(bytes);
    }

    fn poll_item(&mut self) -> Result<Option<&[u8]>, ListError> {
        Ok(self.poll_item()?.map(|item| item.as_bytes()))
    }

    fn finish(self) -> Result<ListHead, ListError> {
        self.finish()
    }
}

impl SplitWatch for WatchDecoder {
    fn handle_bytes(&mut self, bytes: &[u8]) {
        self.handle_bytes(bytes);
    }

    fn handle_end(&mut self) {
        self.handle_end();
    }

    fn poll_event(&mut self) -> Result<Option<&[u8]>, WatchError> {
        Ok(self.poll_event()?.map(|event| event.as_bytes()))
    }
}

// === impl Encoded ===

impl Encoded {
    /// What a codec wrote.
    pub fn new<C: Codec>(bytes: impl Into<Bytes>) -> Self {
        Self {
            media_type: C::MEDIA_TYPE,
            bytes: bytes.into(),
        }
    }

    /// The value of `Content-Type`.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The bytes.
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

/// The length only: an object may be a Secret.
impl std::fmt::Debug for Encoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoded")
            .field("media_type", &self.media_type)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

// === impl EncodeError ===

impl EncodeError {
    /// A `T` that `C` cannot write.
    pub fn new<C: Codec, T: ?Sized>() -> Self {
        Self {
            value: std::any::type_name::<T>(),
            media_type: C::MEDIA_TYPE,
        }
    }
}

impl std::fmt::Display for EncodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "writing {} as {}", self.value, self.media_type)
    }
}

impl std::error::Error for EncodeError {}
