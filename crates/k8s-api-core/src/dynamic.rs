//! An object of any kind: its head and metadata by type, the rest as JSON.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::resource::resource_by_metadata;
use crate::{DynamicResource, ObjectMeta, Resource, TypeMeta};

/// An object whose kind is known at run time only.
///
/// Nothing of what the server sent is lost: what is not head or `metadata` stands in [`data`](Self::data).
/// `Debug` prints the names of the fields in `data`, not their values: they may be a Secret's.
#[derive(Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DynamicObject {
    /// `apiVersion` and `kind`; empty on items of a list.
    #[serde(flatten)]
    pub types: TypeMeta,
    /// The object's metadata.
    pub metadata: ObjectMeta,
    /// Every other field: `spec`, `status`, `data`, …
    #[serde(flatten)]
    pub data: Map<String, Value>,
}

impl DynamicObject {
    /// An object with a head and metadata, and no other field.
    pub fn new(types: TypeMeta, metadata: ObjectMeta) -> Self {
        Self {
            types,
            metadata,
            data: Map::new(),
        }
    }

    /// Sets one of the other fields, `spec` for instance.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, value: Value) -> Self {
        self.data.insert(name.into(), value);
        self
    }
}

/// Field by field as they come. (Derived and flattened, every field would be kept once more while it is read.)
impl<'de> Deserialize<'de> for DynamicObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = DynamicObject;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of the API")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DynamicObject, A::Error> {
        let mut object = DynamicObject::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "apiVersion" => object.types.api_version = map.next_value()?,
                "kind" => object.types.kind = map.next_value()?,
                "metadata" => object.metadata = map.next_value()?,
                _ => {
                    object.data.insert(key, map.next_value()?);
                }
            }
        }
        Ok(object)
    }
}

impl Resource for DynamicObject {
    resource_by_metadata!();
}

impl DynamicResource for DynamicObject {}

impl fmt::Debug for DynamicObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicObject")
            .field("types", &self.types)
            .field("name", &self.name())
            .field("namespace", &self.namespace())
            .field("data", &self.data.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
