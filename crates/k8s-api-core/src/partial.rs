//! An object's metadata without the object: a list of these costs a fraction of the whole.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use crate::resource::resource_by_metadata;
use crate::{
    ApiResource, DynamicObject, DynamicResource, ObjectMeta, Representation, Resource,
    StaticResource, TypeMeta,
};

/// The metadata of an object of kind `K` (`PartialObjectMetadata`).
///
/// Asking for it makes the server leave everything else out. `K` says which resource is meant; for a kind
/// known at run time only, leave it out.
#[derive(Serialize, Deserialize)]
#[serde(from = "Read", bound = "")]
#[non_exhaustive]
pub struct PartialObject<K = DynamicObject> {
    /// `apiVersion` and `kind` of the partial object itself; empty on items of a list.
    #[serde(flatten)]
    pub types: TypeMeta,
    /// The object's metadata.
    pub metadata: ObjectMeta,
    #[serde(skip)]
    kind: PhantomData<fn() -> K>,
}

/// What is read of an object, whole or not; the rest is passed over.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Read {
    api_version: String,
    kind: String,
    metadata: ObjectMeta,
}

impl<K> From<Read> for PartialObject<K> {
    fn from(read: Read) -> Self {
        Self {
            types: TypeMeta::new(read.api_version, read.kind),
            metadata: read.metadata,
            kind: PhantomData,
        }
    }
}

impl<K> Resource for PartialObject<K> {
    const REPRESENTATION: Representation = Representation::Metadata;

    resource_by_metadata!();
}

impl<K: StaticResource> StaticResource for PartialObject<K> {
    fn api_resource() -> ApiResource {
        K::api_resource()
    }
}

impl DynamicResource for PartialObject<DynamicObject> {}

impl<K> Clone for PartialObject<K> {
    fn clone(&self) -> Self {
        Self {
            types: self.types.clone(),
            metadata: self.metadata.clone(),
            kind: PhantomData,
        }
    }
}

impl<K> fmt::Debug for PartialObject<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialObject")
            .field("types", &self.types)
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}
