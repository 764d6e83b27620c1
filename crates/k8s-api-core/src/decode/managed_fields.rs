//! A deserializer that passes over `metadata.managedFields`, whatever type is read through it.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Wraps whatever is on the way to an object, or to its metadata: a deserializer, a visitor, a map, a seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WithoutManagedFields<T> {
    inner: T,
    at: At,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Object,
    Metadata,
    Below,
}

impl<D> WithoutManagedFields<D> {
    /// `inner` stands before an object.
    pub(crate) fn of_object(inner: D) -> Self {
        Self {
            inner,
            at: At::Object,
        }
    }

    /// Another thing at the same place.
    fn with<T>(&self, inner: T) -> WithoutManagedFields<T> {
        WithoutManagedFields { inner, at: self.at }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for WithoutManagedFields<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_option(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        let visitor = self.with(visitor);
        self.inner.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.inner.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_ignored_any(visitor)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }

    // What is none of the above is no object: the visitor will say so.
    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct identifier
    }
}

/// Methods that hand on what they got.
macro_rules! hand_on {
    ($($method:ident: $type:ty,)*) => {
        $(fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for WithoutManagedFields<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let map = self.with(map);
        self.inner.visit_map(Members {
            map,
            next: At::Below,
        })
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.with(deserializer);
        self.inner.visit_some(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        let deserializer = self.with(deserializer);
        self.inner.visit_newtype_struct(deserializer)
    }

    hand_on! {
        visit_bool: bool,
        visit_i64: i64,
        visit_i128: i128,
        visit_u64: u64,
        visit_u128: u128,
        visit_f64: f64,
        visit_char: char,
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_string: String,
        visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8],
        visit_byte_buf: Vec<u8>,
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(seq)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(data)
    }
}

/// The members of an object or of its metadata, without the one.
struct Members<A> {
    map: WithoutManagedFields<A>,
    /// What the value after the last key is.
    next: At,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        if self.map.at == At::Below {
            return self.map.inner.next_key_seed(seed);
        }
        loop {
            let Some(key) = self.map.inner.next_key_seed(Key)? else {
                return Ok(None);
            };
            self.next = match (self.map.at, key.as_ref()) {
                (At::Object, "metadata") => At::Metadata,
                (At::Metadata, "managedFields") => {
                    self.map.inner.next_value::<IgnoredAny>()?;
                    continue;
                }
                _ => At::Below,
            };
            return match key {
                Cow::Borrowed(key) => seed.deserialize(BorrowedStrDeserializer::new(key)),
                Cow::Owned(key) => seed.deserialize(StrDeserializer::new(&key)),
            }
            .map(Some);
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        match self.next {
            At::Metadata => self.map.inner.next_value_seed(WithoutManagedFields {
                inner: seed,
                at: At::Metadata,
            }),
            _ => self.map.inner.next_value_seed(seed),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.map.inner.size_hint()
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for WithoutManagedFields<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let deserializer = self.with(deserializer);
        self.inner.deserialize(deserializer)
    }
}

/// A key, borrowed where the format has it whole.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::decode::{ManagedFields, RawObject};
    use crate::{DynamicObject, ObjectMeta, PartialObject};

    /// Reads an object with the switch on, as `T`, and writes it again.
    fn check<T>(object: &Value, expected: &Value)
    where
        T: serde::de::DeserializeOwned + serde::Serialize,
    {
        let text = object.to_string();
        let raw = RawObject::new(text.as_bytes());
        let kept: T = raw.decode().unwrap();
        assert_eq!(serde_json::to_value(kept).unwrap(), *object);
        let skipped: T = raw.managed_fields(ManagedFields::Skip).decode().unwrap();
        assert_eq!(serde_json::to_value(skipped).unwrap(), *expected);
    }

    fn pod() -> [Value; 2] {
        let whole = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "a", "managedFields": [{"manager": "m", "fieldsV1": {"f:x": {}}}], "uid": "u"},
            "spec": {"metadata": {"managedFields": [1]}, "managedFields": 2},
        });
        let mut without = whole.clone();
        without["metadata"]
            .as_object_mut()
            .unwrap()
            .remove("managedFields");
        [whole, without]
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Derived {
        metadata: Option<ObjectMeta>,
        #[serde(flatten)]
        rest: serde_json::Map<String, Value>,
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Wrapped(Option<Derived>);

    #[test]
    fn skips_that_field_and_no_other_of_its_name() {
        let [whole, without] = pod();
        check::<DynamicObject>(&whole, &without);
        check::<Value>(&whole, &without);
        check::<Derived>(&whole, &without);
        check::<Wrapped>(&whole, &without);
        check::<Option<Value>>(&whole, &without);
    }

    #[test]
    fn a_key_with_an_escape_is_the_same_key() {
        let text = br#"{"\u006detadata":{"managed\u0046ields":[1],"name":"a"}}"#;
        let object = RawObject::new(text).managed_fields(ManagedFields::Skip);
        let read: Value = object.decode().unwrap();
        assert_eq!(read, json!({"metadata": {"name": "a"}}));
    }

    #[test]
    fn metadata_that_is_no_object_reads_as_without_the_switch() {
        for metadata in [
            json!(null),
            json!([1]),
            json!("a"),
            json!(7),
            json!(true),
            json!(-1.5),
        ] {
            let object = json!({ "metadata": metadata });
            check::<Value>(&object, &object);
        }
        let text = br#"{"metadata":{"managedFields":[}}"#;
        let object = RawObject::new(text).managed_fields(ManagedFields::Skip);
        assert!(object.decode::<PartialObject>().is_err());
    }
}
