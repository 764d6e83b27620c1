//! A watch's answer from bytes in any cut: one event a line.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use memchr::memchr;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::{Bookmarked, EventSeed, Type};
use super::{Change, WatchEvent};
use crate::decode::{Fault, ManagedFields, RawObject, from_json, from_json_with};

/// Cuts a watch's answer into events while its bytes arrive.
///
/// It holds what was handed in and not yet taken out: one line, and the rest of the last bytes. Whatever the cut of
/// the bytes, the events are the same.
///
/// ```
/// use k8s_api_core::PartialObject;
/// use k8s_api_core::watch::{WatchDecoder, WatchEvent};
///
/// let mut decoder = WatchDecoder::new();
/// decoder.handle_bytes(br#"{"type":"ADDED","object":{"metadata":{"na"#);
/// assert!(decoder.poll_event()?.is_none());
/// decoder.handle_bytes(b"me\":\"a\"}}}\n");
/// let event = decoder.poll_event()?.expect("a whole line").decode::<PartialObject>()?;
/// assert!(matches!(event, WatchEvent::Added(pod) if pod.metadata.name.as_deref() == Some("a")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct WatchDecoder {
    /// Bytes not taken out yet, from `start` on.
    buffer: Vec<u8>,
    start: usize,
    /// How much of the buffer was looked at.
    at: usize,
    ended: bool,
    failed: bool,
    max_line: usize,
    managed_fields: ManagedFields,
}

/// One event as the server wrote it, not decoded yet.
#[derive(Clone, Copy)]
pub struct RawEvent<'a> {
    line: &'a [u8],
    managed_fields: ManagedFields,
}

/// Bytes that are no event of a watch: what follows them cannot be trusted either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchError {
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    TooLarge { max: usize },
    Line(Fault),
    Type,
    Other(&'static str),
    Object(&'static str, Fault),
}

/// An event with its object as it stands there.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    object: &'a RawValue,
}

// === impl WatchDecoder ===

impl WatchDecoder {
    /// A decoder that has seen nothing yet: lines up to 16 MiB, every field kept.
    pub fn new() -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            at: 0,
            ended: false,
            failed: false,
            max_line: 16 << 20,
            managed_fields: ManagedFields::Keep,
        }
    }

    /// The longest line, in bytes. (An API server stores objects of 1.5 MiB by default.)
    #[must_use]
    pub fn max_line(mut self, bytes: usize) -> Self {
        self.max_line = bytes;
        self
    }

    /// Keeps or skips `metadata.managedFields` when objects are decoded.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// Takes the next bytes of the answer. Take the events out before the next call, or they are all held.
    pub fn handle_bytes(&mut self, bytes: &[u8]) {
        if self.failed {
            return;
        }
        self.buffer.drain(..self.start);
        self.at -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The end of the answer: what was held back for want of a line's end is an event now.
    ///
    /// (Servers end each line. Half a line, of a connection that broke, is an error of [`RawEvent::decode`] then.)
    pub fn handle_end(&mut self) {
        self.ended = true;
    }

    /// The next event; `None`: more bytes are needed, or there are none.
    ///
    /// # Errors
    ///
    /// If a line is longer than allowed; then it is the same for ever.
    pub fn poll_event(&mut self) -> Result<Option<RawEvent<'_>>, WatchError> {
        let managed_fields = self.managed_fields;
        let range = match self.advance() {
            Ok(range) => range,
            Err(error) => {
                self.failed = true;
                self.buffer = Vec::new();
                (self.start, self.at) = (0, 0);
                return Err(error);
            }
        };
        Ok(range.map(|line| RawEvent {
            line: &self.buffer[line],
            managed_fields,
        }))
    }

    /// Goes on to the end of the next line that is not empty.
    fn advance(&mut self) -> Result<Option<Range<usize>>, WatchError> {
        let too_large = WatchError::from(Kind::TooLarge { max: self.max_line });
        if self.failed {
            return Err(too_large);
        }
        loop {
            let end = memchr(b'\n', &self.buffer[self.at..]).map(|end| self.at + end);
            let line = self.start..end.unwrap_or(self.buffer.len());
            if line.len() > self.max_line {
                return Err(too_large);
            }
            if end.is_none() && !self.ended {
                self.at = line.end;
                return Ok(None);
            }
            self.at = end.map_or(line.end, |end| end + 1);
            self.start = self.at;
            if !self.buffer[line.clone()].trim_ascii().is_empty() {
                return Ok(Some(line));
            }
            if end.is_none() {
                return Ok(None);
            }
        }
    }
}

impl Default for WatchDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Sizes only: objects may be Secrets.
impl fmt::Debug for WatchDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchDecoder")
            .field("buffered", &(self.buffer.len() - self.start))
            .field("ended", &self.ended)
            .field("failed", &self.failed)
            .field("managed_fields", &self.managed_fields)
            .finish_non_exhaustive()
    }
}

// === impl RawEvent ===

impl<'a> RawEvent<'a> {
    /// An event from a line without its end; every field is kept.
    pub fn new(line: &'a [u8]) -> Self {
        Self {
            line,
            managed_fields: ManagedFields::Keep,
        }
    }

    /// Keeps or skips `metadata.managedFields` of the object. The bytes stay what they are.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// The event as the server wrote it: its line, without the line's end.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.line
    }

    /// Decodes the event in one pass; `T` may borrow from the bytes.
    ///
    /// An object that is no `T` becomes [`WatchEvent::Undecodable`], with its metadata.
    ///
    /// # Errors
    ///
    /// If the line is no event, or one of a type that no API server sends.
    pub fn decode<T: Deserialize<'a>>(&self) -> Result<WatchEvent<T>, WatchError> {
        match from_json_with(self.line, EventSeed::new(self.managed_fields)) {
            Ok(Some(event)) => Ok(event),
            // The type stands behind the object, or something is wrong: look at the parts.
            Ok(None) | Err(_) => self.decode_by_parts(),
        }
    }

    /// The object of an event that says how an object changed, not decoded; `None` for bookmarks and errors.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode).
    pub fn object(&self) -> Result<Option<(Change, RawObject<'a>)>, WatchError> {
        Ok(match self.parts()? {
            (Type::Change(change), object) => Some((change, object)),
            (Type::Bookmark | Type::Error, _) => None,
        })
    }

    fn decode_by_parts<T: Deserialize<'a>>(&self) -> Result<WatchEvent<T>, WatchError> {
        let (kind, object) = self.parts()?;
        match kind {
            Type::Change(change) => Ok(match object.decode_or_metadata() {
                Ok(object) => WatchEvent::changed(change, object),
                Err(undecodable) => WatchEvent::Undecodable(change, undecodable),
            }),
            Type::Bookmark => {
                let bookmark: Bookmarked = part("a bookmark", &object)?;
                Ok(WatchEvent::Bookmark(bookmark.metadata))
            }
            Type::Error => part("an error", &object).map(WatchEvent::Error),
        }
    }

    fn parts(&self) -> Result<(Type, RawObject<'a>), WatchError> {
        let line: Line<'a> = from_json(self.line).map_err(Kind::Line)?;
        let kind = Type::parse(&line.kind).ok_or(Kind::Type)?;
        let object = RawObject::new(line.object.get().as_bytes());
        Ok((kind, object.managed_fields(self.managed_fields)))
    }
}

fn part<'a, T: Deserialize<'a>>(
    what: &'static str,
    object: &RawObject<'a>,
) -> Result<T, WatchError> {
    from_json(object.as_bytes()).map_err(|fault| Kind::Object(what, fault).into())
}

/// The length only: an object may be a Secret.
impl fmt::Debug for RawEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawEvent")
            .field("bytes", &self.line.len())
            .field("managed_fields", &self.managed_fields)
            .finish()
    }
}

// === impl WatchError ===

impl WatchError {
    /// A fault that another codec found: `what` is about the bytes, and quotes none of them.
    pub fn other(what: &'static str) -> Self {
        Kind::Other(what).into()
    }
}

impl From<Kind> for WatchError {
    fn from(kind: Kind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::TooLarge { max } => {
                write!(f, "a line of the watch would be more than {max} bytes")
            }
            Kind::Line(fault) => write!(f, "reading a line as an event of a watch: {fault}"),
            Kind::Other(what) => f.write_str(what),
            Kind::Type => f.write_str("an event of a type that no API server sends"),
            Kind::Object(what, fault) => write!(f, "reading {what} of a watch: {fault}"),
        }
    }
}

impl std::error::Error for WatchError {}
