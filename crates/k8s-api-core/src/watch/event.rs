//! An event of a watch, decoded in one pass over its line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::Status;
use crate::decode::{ManagedFields, ObjectSeed, Undecodable};
use crate::metadata::null_is_empty;

/// The annotation of the bookmark after the last object of a streamed list (`metav1.InitialEventsAnnotationKey`).
const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

/// One event of a watch (`metav1.WatchEvent`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum WatchEvent<T> {
    /// An object is there that was not, or an object of the initial list; or it began to match the selectors.
    Added(T),
    /// An object is another one than before.
    Modified(T),
    /// An object is gone, or no longer matches the selectors: its last state.
    Deleted(T),
    /// Nothing changed up to this version.
    Bookmark(Bookmark),
    /// The server's error; a watch ends after it.
    Error(Status),
    /// An object of another shape than `T`. The watch goes on after it.
    Undecodable(Change, Box<Undecodable>),
}

/// How an object changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an object comes, changes or goes; the API has had these three since its first version"
)]
pub enum Change {
    /// It was not there.
    Added,
    /// It is another one than before.
    Modified,
    /// It is gone.
    Deleted,
}

/// A version up to which a watch has told everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Bookmark {
    /// A watch may start again here.
    #[serde(default)]
    pub resource_version: String,
    /// Annotations of the bookmark.
    #[serde(default, deserialize_with = "null_is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Bookmark {
    /// A bookmark at this version.
    pub fn new(resource_version: impl Into<String>) -> Self {
        Self {
            resource_version: resource_version.into(),
            annotations: BTreeMap::new(),
        }
    }

    /// Whether the initial list of a streamed list is complete with this bookmark.
    pub fn is_end_of_initial_events(&self) -> bool {
        self.annotations
            .get(INITIAL_EVENTS_END)
            .is_some_and(|value| value == "true")
    }
}

impl<T> WatchEvent<T> {
    /// The event that `object` changed like this.
    pub fn changed(change: Change, object: T) -> Self {
        match change {
            Change::Added => Self::Added(object),
            Change::Modified => Self::Modified(object),
            Change::Deleted => Self::Deleted(object),
        }
    }
}

/// What an event is about, by its `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Change(Change),
    Bookmark,
    Error,
}

impl Type {
    /// `None`: a type that no API server sends.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "ADDED" => Self::Change(Change::Added),
            "MODIFIED" => Self::Change(Change::Modified),
            "DELETED" => Self::Change(Change::Deleted),
            "BOOKMARK" => Self::Bookmark,
            "ERROR" => Self::Error,
            _ => return None,
        })
    }
}

/// An event whose `type` stands before its `object`, as API servers write it; `None` when it does not.
pub(super) struct EventSeed<T> {
    managed_fields: ManagedFields,
    object: PhantomData<fn() -> T>,
}

impl<T> EventSeed<T> {
    pub(super) fn new(managed_fields: ManagedFields) -> Self {
        Self {
            managed_fields,
            object: PhantomData,
        }
    }

    fn object<'de, A: MapAccess<'de>>(
        &self,
        kind: Type,
        map: &mut A,
    ) -> Result<WatchEvent<T>, A::Error>
    where
        T: Deserialize<'de>,
    {
        Ok(match kind {
            Type::Change(change) => {
                let object = map.next_value_seed(ObjectSeed::new(self.managed_fields))?;
                WatchEvent::changed(change, object)
            }
            Type::Bookmark => WatchEvent::Bookmark(map.next_value::<Bookmarked>()?.metadata),
            Type::Error => WatchEvent::Error(map.next_value()?),
        })
    }
}

/// The object of a bookmark: of the watched kind, with nothing but metadata.
#[derive(Deserialize)]
pub(super) struct Bookmarked {
    pub(super) metadata: Bookmark,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for EventSeed<T> {
    type Value = Option<WatchEvent<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for EventSeed<T> {
    type Value = Option<WatchEvent<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event of a watch")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut kind, mut event) = (None, None);
        while let Some(Text(key)) = map.next_key()? {
            match (key.as_ref(), kind) {
                ("type", None) => kind = Type::parse(&map.next_value::<Text<'_>>()?.0),
                ("object", Some(kind)) if event.is_none() => {
                    event = Some(self.object(kind, &mut map)?);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(event)
    }
}

/// A text, borrowed where it holds no escape.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);
