//! A list from bytes in any cut: its items one by one, and its own members at the end.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::scanner::{Extent, Outline, Step};
use crate::decode::{Fault, ManagedFields, RawObject, from_json};
use crate::{ListMeta, TypeMeta};

/// Cuts a list into its items while its bytes arrive.
///
/// It holds what was handed in and not yet taken out: one item, and the rest of the last bytes. Whatever the cut of
/// the bytes, the items are the same. Its own members may stand before the items or after them.
///
/// ```
/// use k8s_api_core::{ListDecoder, PartialObject};
///
/// let mut decoder = ListDecoder::new();
/// let mut names = Vec::new();
/// for bytes in [br#"{"kind":"PodList","items":[{"metadata":{"na"#.as_slice(), br#"me":"a"}}],"metadata":{}}"#] {
///     decoder.handle_bytes(bytes);
///     while let Some(item) = decoder.poll_item()? {
///         names.push(item.decode::<PartialObject>()?.metadata.name.unwrap_or_default());
///     }
/// }
/// let list = decoder.finish()?;
/// assert_eq!((names, list.types.kind.as_str()), (vec!["a".into()], "PodList"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ListDecoder {
    state: State,
    /// Bytes not taken out yet.
    buffer: Vec<u8>,
    /// How much of the buffer was looked at.
    at: usize,
    /// The list without its items.
    head: Vec<u8>,
    max_item: usize,
    max_head: usize,
    managed_fields: ManagedFields,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Outline(Outline),
    /// Between two items, or before the first.
    Items {
        outline: Outline,
        after: After,
    },
    Item {
        outline: Outline,
        extent: Extent,
        start: usize,
    },
    Failed(ListError),
}

/// What stands before the place between two items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Bracket,
    Item,
    Comma,
}

/// What a list says of itself, apart from its items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListHead {
    /// `apiVersion` and `kind` of the list, `PodList`.
    pub types: TypeMeta,
    /// The version that was read, and where the next page starts.
    pub metadata: ListMeta,
}

/// Bytes that are no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListError {
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    NotAList,
    NoObject,
    TooLarge { what: &'static str, max: usize },
    EndsEarly,
    Head(Fault),
    Other(&'static str),
}

/// The list without its items. A second array of items, or one under an escaped key, stays in it and is refused.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    metadata: Option<ListMeta>,
    #[serde(deserialize_with = "Option::deserialize")]
    items: Option<Vec<IgnoredAny>>,
}

// === impl ListDecoder ===

impl ListDecoder {
    /// A decoder that has seen nothing yet: items up to 16 MiB, own members up to 1 MiB, every field kept.
    pub fn new() -> Self {
        Self {
            state: State::Outline(Outline::default()),
            buffer: Vec::new(),
            at: 0,
            head: Vec::new(),
            max_item: 16 << 20,
            max_head: 1 << 20,
            managed_fields: ManagedFields::Keep,
        }
    }

    /// The largest item, in bytes. (An API server stores objects of 1.5 MiB by default.)
    #[must_use]
    pub fn max_item(mut self, bytes: usize) -> Self {
        self.max_item = bytes;
        self
    }

    /// The most that all but the items may be, in bytes.
    #[must_use]
    pub fn max_head(mut self, bytes: usize) -> Self {
        self.max_head = bytes;
        self
    }

    /// Keeps or skips `metadata.managedFields` when items are decoded.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// Takes the next bytes of the answer. Take the items out before the next call, or they are all held.
    pub fn handle_bytes(&mut self, bytes: &[u8]) {
        let taken = match &mut self.state {
            State::Failed(_) => return,
            State::Item { start, .. } => std::mem::take(start),
            _ => self.at,
        };
        self.buffer.drain(..taken);
        self.at -= taken;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next item; `None`: more bytes are needed, or the list is at its end.
    ///
    /// # Errors
    ///
    /// If the bytes are no list, or larger than allowed; then it is the same for ever. An item that is an object
    /// but not of your type is an error of [`RawObject::decode`], not of this.
    pub fn poll_item(&mut self) -> Result<Option<RawObject<'_>>, ListError> {
        match self.advance() {
            Ok(Some(item)) => {
                let object = RawObject::new(&self.buffer[item]);
                Ok(Some(object.managed_fields(self.managed_fields)))
            }
            Ok(None) => Ok(None),
            Err(error) => {
                self.state = State::Failed(error);
                self.buffer = Vec::new();
                Err(error)
            }
        }
    }

    /// The end of the bytes: what the list says of itself. Items not taken out are lost.
    ///
    /// # Errors
    ///
    /// If the list is not at its end, has no items (not even none), or its own members are not those of a list.
    pub fn finish(mut self) -> Result<ListHead, ListError> {
        while self.poll_item()?.is_some() {}
        let closed = matches!(&self.state, State::Outline(outline) if outline.is_closed());
        if !closed {
            return Err(Kind::EndsEarly.into());
        }
        let head: Head =
            from_json(&self.head).map_err(|fault| ListError::from(Kind::Head(fault)))?;
        if head.items.is_some_and(|items| !items.is_empty()) {
            return Err(Kind::NotAList.into());
        }
        let types = TypeMeta::new(head.api_version, head.kind);
        Ok(ListHead::new(types, head.metadata.unwrap_or_default()))
    }

    /// Goes on to the end of the next item.
    fn advance(&mut self) -> Result<Option<Range<usize>>, ListError> {
        loop {
            match self.state {
                State::Failed(error) => return Err(error),
                State::Outline(outline) => {
                    if !self.outline(outline)? {
                        return Ok(None);
                    }
                }
                State::Items { outline, after } => {
                    if !self.between(outline, after)? {
                        return Ok(None);
                    }
                }
                State::Item {
                    outline,
                    extent,
                    start,
                } => return self.item(outline, extent, start),
            }
        }
    }

    /// Keeps what is not items; whether there is more to look at.
    fn outline(&mut self, mut outline: Outline) -> Result<bool, ListError> {
        while let Some(&byte) = self.buffer.get(self.at) {
            let step = outline.step(byte, &self.head);
            if step == Step::Stray {
                return Err(Kind::NotAList.into());
            }
            self.at += 1;
            self.keep(byte)?;
            if step == Step::Items {
                let after = After::Bracket;
                self.state = State::Items { outline, after };
                return Ok(true);
            }
        }
        self.state = State::Outline(outline);
        Ok(false)
    }

    fn keep(&mut self, byte: u8) -> Result<(), ListError> {
        if self.head.len() == self.max_head {
            return Err(Kind::TooLarge {
                what: "the members of the list",
                max: self.max_head,
            }
            .into());
        }
        self.head.push(byte);
        Ok(())
    }

    /// Goes to the next item or the end of all; whether there is more to look at.
    fn between(&mut self, outline: Outline, mut after: After) -> Result<bool, ListError> {
        while let Some(&byte) = self.buffer.get(self.at) {
            match (byte, after) {
                (b' ' | b'\t' | b'\r' | b'\n', _) => {}
                (b',', After::Item) => after = After::Comma,
                (b']', After::Bracket | After::Item) => {
                    self.at += 1;
                    self.keep(byte)?;
                    self.state = State::Outline(outline);
                    return Ok(true);
                }
                (b'{', After::Bracket | After::Comma) => {
                    self.state = State::Item {
                        outline,
                        extent: Extent::default(),
                        start: self.at,
                    };
                    return Ok(true);
                }
                _ => return Err(Kind::NoObject.into()),
            }
            self.at += 1;
        }
        self.state = State::Items { outline, after };
        Ok(false)
    }

    fn item(
        &mut self,
        outline: Outline,
        mut extent: Extent,
        start: usize,
    ) -> Result<Option<Range<usize>>, ListError> {
        let end = extent.end(&self.buffer[self.at..]);
        self.at = end.map_or(self.buffer.len(), |end| self.at + end);
        if self.at - start > self.max_item {
            return Err(Kind::TooLarge {
                what: "an item",
                max: self.max_item,
            }
            .into());
        }
        if end.is_none() {
            self.state = State::Item {
                outline,
                extent,
                start,
            };
            return Ok(None);
        }
        let after = After::Item;
        self.state = State::Items { outline, after };
        Ok(Some(start..self.at))
    }
}

impl Default for ListDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Sizes only: items may be Secrets.
impl fmt::Debug for ListDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListDecoder")
            .field("state", &self.state)
            .field("buffered", &self.buffer.len())
            .field("managed_fields", &self.managed_fields)
            .finish_non_exhaustive()
    }
}

// === impl ListHead ===

impl ListHead {
    /// A list of this kind, at this version.
    pub fn new(types: TypeMeta, metadata: ListMeta) -> Self {
        Self { types, metadata }
    }
}

// === impl ListError ===

impl ListError {
    /// A fault that another codec found: `what` is about the bytes, and quotes none of them.
    pub fn other(what: &'static str) -> Self {
        Kind::Other(what).into()
    }
}

impl From<Kind> for ListError {
    fn from(kind: Kind) -> Self {
        Self { kind }
    }
}

impl fmt::Display for ListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::NotAList => f.write_str("the bytes are no list in JSON"),
            Kind::NoObject => f.write_str("an item of the list is no object"),
            Kind::TooLarge { what, max } => write!(f, "{what} would be more than {max} bytes"),
            Kind::Other(what) => f.write_str(what),
            Kind::EndsEarly => f.write_str("the list ends too early"),
            Kind::Head(fault) => write!(f, "reading the members of a list: {fault}"),
        }
    }
}

impl std::error::Error for ListError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_one_item_and_the_last_bytes() {
        let item = format!("{{\"a\":\"{}\"}}", "x".repeat(1000));
        let mut decoder = ListDecoder::new();
        decoder.handle_bytes(b"{\"items\":[");
        let mut items = 0;
        for n in 0..5000 {
            let text = format!("{}{item}", if n == 0 { "" } else { "," });
            for bytes in text.as_bytes().chunks(700) {
                decoder.handle_bytes(bytes);
                while decoder.poll_item().unwrap().is_some() {
                    items += 1;
                }
            }
        }
        decoder.handle_bytes(b"]}");
        assert_eq!(items, 5000);
        assert!(decoder.buffer.capacity() < 4096 && decoder.head.capacity() < 64);
        decoder.finish().unwrap();
    }
}
