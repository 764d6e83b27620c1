//! Bytes of one object become a value of a type: UTF-8 checked once, `managedFields` left out when asked.

mod managed_fields;

use std::fmt;

use serde::{Deserialize, Deserializer};

use crate::{ObjectMeta, TypeMeta};

pub(crate) use self::managed_fields::WithoutManagedFields;

/// What becomes of `metadata.managedFields`: who set which field, a third of what decoding an object costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManagedFields {
    /// Decoded like every other field.
    #[default]
    Keep,
    /// Passed over, whatever the type: the value reads as if the server had not sent them.
    Skip,
}

/// One object as the server wrote it, not decoded yet.
///
/// The bytes are exactly the object's, from `{` to `}`; they are borrowed from the decoder that cut them out.
///
/// ```
/// use k8s_api_core::decode::{ManagedFields, RawObject};
/// use k8s_api_core::PartialObject;
///
/// let text = br#"{"metadata":{"name":"web-0","managedFields":[{"manager":"kubelet"}]}}"#;
/// let object = RawObject::new(text).managed_fields(ManagedFields::Skip);
/// let pod: PartialObject = object.decode()?;
/// assert!(pod.metadata.rare().managed_fields.is_empty());
/// # Ok::<(), k8s_api_core::decode::DecodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct RawObject<'a> {
    bytes: &'a [u8],
    managed_fields: ManagedFields,
}

/// JSON that is not of the type that was asked for.
///
/// It says where, never what stands there: the parser's own text quotes values, which may be secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    expected: &'static str,
    fault: Fault,
}

/// Where and how JSON was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    what: &'static str,
    /// Line and column; (0, 0): in bytes that have none.
    line: usize,
    column: usize,
}

/// An object that was not of the type asked for: what it is called, and why it could not be decoded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Undecodable {
    /// `apiVersion` and `kind`, where they could be read; items of a list have none.
    pub types: TypeMeta,
    /// The object's metadata, where it could be read.
    pub metadata: Option<Box<ObjectMeta>>,
    /// Why the object could not be decoded.
    pub error: DecodeError,
}

// === impl RawObject ===

impl<'a> RawObject<'a> {
    /// An object from bytes that hold nothing else; every field is kept.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            managed_fields: ManagedFields::Keep,
        }
    }

    /// Keeps or skips `metadata.managedFields` in [`decode`](Self::decode). The bytes stay what they are.
    #[must_use]
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// The object as the server wrote it.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Decodes the object; `T` may borrow from the bytes.
    ///
    /// # Errors
    ///
    /// If the bytes are not a `T` in JSON. The object beside it is not touched by that: go on with the next one.
    pub fn decode<T: Deserialize<'a>>(&self) -> Result<T, DecodeError> {
        from_json_with(self.bytes, ObjectSeed::new(self.managed_fields))
            .map_err(DecodeError::new::<T>)
    }

    /// Decodes the object, or tells what it is called.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode), with the object's metadata.
    pub fn decode_or_metadata<T: Deserialize<'a>>(&self) -> Result<T, Box<Undecodable>> {
        self.decode().map_err(|error| Box::new(self.name(error)))
    }

    fn name(&self, error: DecodeError) -> Undecodable {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct Named {
            api_version: String,
            kind: String,
            metadata: Option<Box<ObjectMeta>>,
        }
        let text = String::from_utf8_lossy(self.bytes);
        let named = ObjectSeed::<Named>::new(ManagedFields::Skip);
        let named = from_json_with(text.as_bytes(), named);
        let named = named.unwrap_or_default();
        let types = TypeMeta::new(named.api_version, named.kind);
        Undecodable::new(types, named.metadata, error)
    }
}

/// The length only: an object may be a Secret.
impl fmt::Debug for RawObject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawObject")
            .field("bytes", &self.bytes.len())
            .field("managed_fields", &self.managed_fields)
            .finish()
    }
}

// === ObjectSeed ===

/// A `T`, with or without managed fields.
pub(crate) struct ObjectSeed<T> {
    managed_fields: ManagedFields,
    object: std::marker::PhantomData<fn() -> T>,
}

impl<T> ObjectSeed<T> {
    pub(crate) fn new(managed_fields: ManagedFields) -> Self {
        Self {
            managed_fields,
            object: std::marker::PhantomData,
        }
    }
}

impl<'de, T: Deserialize<'de>> serde::de::DeserializeSeed<'de> for ObjectSeed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        match self.managed_fields {
            ManagedFields::Keep => T::deserialize(deserializer),
            ManagedFields::Skip => T::deserialize(WithoutManagedFields::of_object(deserializer)),
        }
    }
}

/// Decodes the whole of `bytes`. UTF-8 is checked once, for all; `serde_json::from_slice` checks each string.
pub(crate) fn from_json_with<'de, S: serde::de::DeserializeSeed<'de>>(
    bytes: &'de [u8],
    seed: S,
) -> Result<S::Value, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| Fault::not_utf8(bytes, error))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = seed.deserialize(&mut deserializer);
    read.and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| Fault::from(&error))
}

/// Decodes the whole of `bytes` as they are.
pub(crate) fn from_json<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Fault> {
    from_json_with(bytes, ObjectSeed::new(ManagedFields::Keep))
}

// === impl Fault ===

impl Fault {
    fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> Self {
        let before = &bytes[..error.valid_up_to()];
        let line_start = before.iter().rposition(|byte| *byte == b'\n');
        Self {
            what: "not UTF-8",
            line: before.split(|byte| *byte == b'\n').count(),
            column: before.len() - line_start.map_or(0, |at| at + 1) + 1,
        }
    }
}

impl From<&serde_json::Error> for Fault {
    fn from(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;
        Self {
            what: match error.classify() {
                Category::Data => "JSON of another shape",
                Category::Eof => "JSON that ends too early",
                Category::Io | Category::Syntax => "not JSON",
            },
            line: error.line(),
            column: error.column(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        if (self.line, self.column) == (0, 0) {
            return Ok(());
        }
        write!(f, ", at line {} column {}", self.line, self.column)
    }
}

// === impl DecodeError ===

impl DecodeError {
    /// Bytes that another codec cannot read as a `T`: `what` is about the bytes, and quotes none of them.
    pub fn other<T>(what: &'static str) -> Self {
        let (line, column) = (0, 0);
        Self::new::<T>(Fault { what, line, column })
    }

    pub(crate) fn new<T>(fault: Fault) -> Self {
        Self {
            expected: std::any::type_name::<T>(),
            fault,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading an object as {}: {}", self.expected, self.fault)
    }
}

impl std::error::Error for DecodeError {}

// === impl Undecodable ===

impl Undecodable {
    /// An object that could not be decoded, and what is known of it.
    pub fn new(types: TypeMeta, metadata: Option<Box<ObjectMeta>>, error: DecodeError) -> Self {
        Self {
            types,
            metadata,
            error,
        }
    }
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let metadata = self.metadata.as_deref();
        let name = metadata.and_then(|metadata| metadata.name.as_deref());
        match (name, metadata.and_then(|m| m.namespace.as_deref())) {
            (Some(name), Some(namespace)) => {
                write!(f, "object {name:?} in namespace {namespace:?}")?;
            }
            (Some(name), None) => write!(f, "object {name:?}")?,
            (None, _) => f.write_str("an object without name")?,
        }
        f.write_str(" could not be decoded")
    }
}

impl std::error::Error for Undecodable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DynamicObject;

    #[derive(Debug, Deserialize)]
    struct Counted {
        #[serde(rename = "spec")]
        _spec: u32,
    }

    #[test]
    fn an_undecodable_object_says_what_it_is_called_and_quotes_nothing() {
        let text = br#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"n","namespace":"p"},"spec":"s3cr3t"}"#;
        let failed = RawObject::new(text)
            .decode_or_metadata::<Counted>()
            .unwrap_err();
        assert_eq!(
            failed.to_string(),
            "object \"n\" in namespace \"p\" could not be decoded"
        );
        assert_eq!(failed.types, TypeMeta::new("v1", "Secret"));
        let shown = format!(
            "{failed} {failed:?} {} {:?}",
            failed.error,
            RawObject::new(text)
        );
        assert!(!shown.contains("s3cr3t"), "{shown}");
        assert!(shown.contains("JSON of another shape, at line 1 column"));
    }

    #[test]
    fn bytes_that_are_no_object_have_no_name() {
        for text in ["", "{", "[]", "7", "{\"metadata\":7}", "{} {}", "\u{1}"] {
            let failed = RawObject::new(text.as_bytes())
                .decode_or_metadata::<Counted>()
                .unwrap_err();
            assert!(failed.metadata.is_none(), "{text}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_told_and_named() {
        let broken = b"{\"metadata\":\n{\"name\":\"n\",\"uid\":\"\xff\"}}";
        let failed = RawObject::new(broken).decode_or_metadata::<DynamicObject>();
        let failed = failed.unwrap_err();
        let told = failed.error.to_string();
        assert!(told.ends_with(": not UTF-8, at line 2 column 20"), "{told}");
        assert_eq!(failed.metadata.unwrap().name.as_deref(), Some("n"));
    }

    #[test]
    fn borrows_from_the_bytes() {
        #[derive(Deserialize)]
        struct Borrowed<'a> {
            kind: &'a str,
        }
        let text = br#"{"kind":"Pod"}"#;
        let borrowed: Borrowed<'_> = RawObject::new(text).decode().unwrap();
        assert_eq!(borrowed.kind.as_ptr(), text[9..].as_ptr());
    }
}
