//! CBOR as Kubernetes writes it (KEP-4222): texts as byte strings, watches as sequences; a codec made outside the crate.

use ciborium::Value;
use k8s_api_core::codec::{Codec, Decode, Encode, EncodeError, Encoded, SplitList, SplitWatch};
use k8s_api_core::decode::{DecodeError, Undecodable};
use k8s_api_core::watch::{Bookmark, Change, WatchError, WatchEvent};
use k8s_api_core::{ListError, ListHead, ListMeta, ObjectMeta, Status, TypeMeta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::extent::{extent, head};

/// Objects in CBOR.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cbor;

/// What marks a document as CBOR.
const MAGIC: [u8; 3] = [0xd9, 0xd9, 0xf7];

impl Codec for Cbor {
    const MEDIA_TYPE: &'static str = "application/cbor";
    const WATCH_MEDIA_TYPE: &'static str = "application/cbor-seq";

    type List = Items;
    type Watch = Sequence;

    fn list(&self) -> Items {
        Items::default()
    }

    fn watch(&self) -> Sequence {
        Sequence::default()
    }
}

impl<'a, T: DeserializeOwned> Decode<'a, T> for Cbor {
    fn decode(&self, object: &'a [u8]) -> Result<T, DecodeError> {
        read(object)
    }

    fn decode_event(&self, event: &'a [u8]) -> Result<WatchEvent<T>, WatchError> {
        #[derive(Deserialize)]
        struct Event {
            r#type: String,
            object: Value,
        }
        let event: Event = read(event).map_err(|_| WatchError::other("no event in CBOR"))?;
        let change = match event.r#type.as_str() {
            "ADDED" => Change::Added,
            "MODIFIED" => Change::Modified,
            "DELETED" => Change::Deleted,
            "BOOKMARK" => return bookmark(&event.object).map(WatchEvent::Bookmark),
            "ERROR" => {
                let status: Result<Status, _> = event.object.deserialized();
                let status = status.map_err(|_| WatchError::other("no error in CBOR"));
                return status.map(WatchEvent::Error);
            }
            _ => return Err(WatchError::other("an event of a type that nobody sends")),
        };
        Ok(match event.object.deserialized() {
            Ok(object) => WatchEvent::changed(change, object),
            Err(_) => WatchEvent::Undecodable(change, Box::new(named::<T>(&event.object))),
        })
    }
}

impl<T: Serialize + ?Sized> Encode<T> for Cbor {
    fn encode(&self, object: &T) -> Result<Encoded, EncodeError> {
        let mut bytes = MAGIC.to_vec();
        ciborium::into_writer(object, &mut bytes).map_err(|_| EncodeError::new::<Self, T>())?;
        Ok(Encoded::new::<Self>(bytes))
    }
}

fn bookmark(object: &Value) -> Result<Bookmark, WatchError> {
    #[derive(Deserialize)]
    struct Object {
        metadata: Bookmark,
    }
    let object: Result<Object, _> = object.deserialized();
    Ok(object
        .map_err(|_| WatchError::other("no bookmark"))?
        .metadata)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Named {
    api_version: String,
    kind: String,
    metadata: Option<Box<ObjectMeta>>,
}

fn named<T>(object: &Value) -> Undecodable {
    let Named {
        api_version,
        kind,
        metadata,
    } = object.deserialized().unwrap_or_default();
    let error = DecodeError::other::<T>("CBOR of another shape");
    Undecodable::new(TypeMeta::new(api_version, kind), metadata, error)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let value: Value =
        ciborium::from_reader(bytes).map_err(|_| DecodeError::other::<T>("not CBOR"))?;
    let value = texts(value);
    value
        .deserialized()
        .map_err(|_| DecodeError::other::<T>("CBOR of another shape"))
}

/// Byte strings that are texts, as texts: Go's strings need not be UTF-8, so Kubernetes writes them as bytes.
fn texts(value: Value) -> Value {
    match value {
        Value::Bytes(bytes) => String::from_utf8(bytes)
            .map_or_else(|error| Value::Bytes(error.into_bytes()), Value::Text),
        Value::Array(items) => Value::Array(items.into_iter().map(texts).collect()),
        Value::Map(members) => Value::Map(
            members
                .into_iter()
                .map(|(k, v)| (texts(k), texts(v)))
                .collect(),
        ),
        Value::Tag(_, value) => texts(*value),
        value => value,
    }
}

/// A sequence of data items: a watch.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    bytes: Vec<u8>,
    /// How much was handed out.
    taken: usize,
    ended: bool,
}

impl SplitWatch for Sequence {
    fn handle_bytes(&mut self, bytes: &[u8]) {
        self.bytes.drain(..std::mem::take(&mut self.taken));
        self.bytes.extend_from_slice(bytes);
    }

    fn handle_end(&mut self) {
        self.ended = true;
    }

    fn poll_event(&mut self) -> Result<Option<&[u8]>, WatchError> {
        let rest = &self.bytes[self.taken..];
        match extent(rest) {
            Ok(Some(length)) => {
                let start = self.taken;
                self.taken += length;
                Ok(Some(&self.bytes[start..self.taken]))
            }
            Ok(None) if self.ended && !rest.is_empty() => Err(WatchError::other("half an event")),
            Ok(None) => Ok(None),
            Err(()) => Err(WatchError::other("no sequence of CBOR")),
        }
    }
}

/// The items of a list: a map with an array in it.
#[derive(Debug, Default)]
pub(crate) struct Items {
    bytes: Vec<u8>,
    taken: usize,
    at: At,
    /// Members of the list, `None` for one with no end in sight.
    members: Option<u64>,
    head: Head,
}

#[derive(Clone, Copy, Debug, Default)]
enum At {
    #[default]
    Start,
    Member,
    Items(Option<u64>),
    End,
}

#[derive(Debug, Default)]
struct Head {
    types: TypeMeta,
    metadata: ListMeta,
}

impl Items {
    /// One step; whether there may be another without more bytes.
    fn step(&mut self) -> Result<Step, ListError> {
        let rest = &self.bytes[self.taken..];
        match self.at {
            At::Start => {
                let magic = if rest.starts_with(&MAGIC) {
                    MAGIC.len()
                } else {
                    0
                };
                if rest.len() < MAGIC.len() {
                    return Ok(Step::More);
                }
                self.open(magic, 5, |items, members| {
                    items.members = members;
                    items.at = At::Member;
                })
            }
            At::Member if self.members == Some(0) => {
                self.at = At::End;
                Ok(Step::Again)
            }
            At::Member => self.member(),
            At::Items(Some(0)) => {
                self.at = At::Member;
                Ok(Step::Again)
            }
            At::Items(None) if rest.first() == Some(&0xff) => {
                self.taken += 1;
                self.at = At::Member;
                Ok(Step::Again)
            }
            At::Items(left) => {
                let Some(length) = extent(rest).map_err(|()| no_list())? else {
                    return Ok(Step::More);
                };
                self.at = At::Items(left.map(|left| left - 1));
                self.taken += length;
                Ok(Step::Item(length))
            }
            At::End => Ok(Step::More),
        }
    }

    /// A key, and its value unless it is the items.
    fn member(&mut self) -> Result<Step, ListError> {
        let rest = &self.bytes[self.taken..];
        if self.members.is_none() && rest.first() == Some(&0xff) {
            self.taken += 1;
            self.at = At::End;
            return Ok(Step::Again);
        }
        let Some(key_length) = extent(rest).map_err(|()| no_list())? else {
            return Ok(Step::More);
        };
        let key: String = read(&rest[..key_length]).map_err(|_| no_list())?;
        let left = self.members.map(|members| members - 1);
        if key == "items" {
            return self.open(key_length, 4, |items, length| {
                items.members = left;
                items.at = At::Items(length);
            });
        }
        let value = &rest[key_length..];
        let Some(length) = extent(value).map_err(|()| no_list())? else {
            return Ok(Step::More);
        };
        let value = &value[..length];
        match key.as_str() {
            "kind" => self.head.types.kind = read(value).map_err(|_| no_list())?,
            "apiVersion" => self.head.types.api_version = read(value).map_err(|_| no_list())?,
            "metadata" => self.head.metadata = read(value).map_err(|_| no_list())?,
            _ => {}
        }
        self.taken += key_length + length;
        self.members = left;
        Ok(Step::Again)
    }

    /// Goes into a map or an array behind so many bytes.
    fn open(
        &mut self,
        behind: usize,
        major: u8,
        then: impl FnOnce(&mut Self, Option<u64>),
    ) -> Result<Step, ListError> {
        match head(&self.bytes[self.taken + behind..]).map_err(|()| no_list())? {
            None => Ok(Step::More),
            Some(found) if found.major == major => {
                self.taken += behind + found.length;
                then(self, found.argument);
                Ok(Step::Again)
            }
            Some(_) => Err(no_list()),
        }
    }
}

enum Step {
    Again,
    More,
    /// An item of this length stands before `taken`.
    Item(usize),
}

fn no_list() -> ListError {
    ListError::other("the bytes are no list in CBOR")
}

impl SplitList for Items {
    fn handle_bytes(&mut self, bytes: &[u8]) {
        self.bytes.drain(..std::mem::take(&mut self.taken));
        self.bytes.extend_from_slice(bytes);
    }

    fn poll_item(&mut self) -> Result<Option<&[u8]>, ListError> {
        loop {
            match self.step()? {
                Step::Again => {}
                Step::More => return Ok(None),
                Step::Item(length) => {
                    return Ok(Some(&self.bytes[self.taken - length..self.taken]));
                }
            }
        }
    }

    fn finish(self) -> Result<ListHead, ListError> {
        match self.at {
            At::End => Ok(ListHead::new(self.head.types, self.head.metadata)),
            _ => Err(ListError::other("the list ends too early")),
        }
    }
}
