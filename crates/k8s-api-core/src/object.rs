//! An object of your own: metadata as every object has it, spec and status of your types.

use serde::{Deserialize, Serialize};

use crate::resource::resource_by_metadata;
use crate::{ApiResource, DynamicResource, ObjectMeta, Resource, StaticResource, TypeMeta};

/// An object with a spec and a status.
///
/// ```
/// use k8s_api_core::{ApiResource, Object, ResourceSpec, Scope};
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct BackupSpec {
///     schedule: String,
/// }
///
/// impl ResourceSpec for BackupSpec {
///     fn api_resource() -> ApiResource {
///         ApiResource::new("example.org", "v1", "Backup", "backups", Scope::Namespaced)
///     }
/// }
///
/// type Backup = Object<BackupSpec>;
///
/// let backup = Backup::named("nightly", BackupSpec { schedule: "0 3 * * *".to_owned() });
/// assert_eq!(backup.types.api_version, "example.org/v1");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(
    from = "Read<Spec, Status>",
    bound(
        serialize = "Spec: Serialize, Status: Serialize",
        deserialize = "Spec: Deserialize<'de>, Status: Deserialize<'de>"
    )
)]
#[non_exhaustive]
pub struct Object<Spec, Status = NoStatus> {
    /// `apiVersion` and `kind`; empty on items of a list.
    #[serde(flatten)]
    pub types: TypeMeta,
    /// The object's metadata.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: Spec,
    /// What is the case; set by the server, or by a controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// The spec of a kind of object, which says what the kind is called.
pub trait ResourceSpec {
    /// Group, version, kind, plural and scope of the objects with this spec.
    fn api_resource() -> ApiResource;
}

/// The status of objects that have none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NoStatus {}

/// What is read. (Flattened, every field that the object has not would be kept while it is read.)
#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    bound(deserialize = "Spec: Deserialize<'de>, Status: Deserialize<'de>")
)]
struct Read<Spec, Status> {
    #[serde(default)]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    metadata: ObjectMeta,
    spec: Spec,
    #[serde(default = "none")]
    status: Option<Status>,
}

fn none<T>() -> Option<T> {
    None
}

impl<Spec, Status> From<Read<Spec, Status>> for Object<Spec, Status> {
    fn from(read: Read<Spec, Status>) -> Self {
        Self {
            types: TypeMeta::new(read.api_version, read.kind),
            metadata: read.metadata,
            spec: read.spec,
            status: read.status,
        }
    }
}

impl<Spec: ResourceSpec, Status> Object<Spec, Status> {
    /// An object with its head and metadata, without status.
    pub fn new(metadata: ObjectMeta, spec: Spec) -> Self {
        let resource = Spec::api_resource();
        Self {
            types: TypeMeta::new(resource.api_version(), resource.kind),
            metadata,
            spec,
            status: None,
        }
    }

    /// An object with a name and nothing else in its metadata.
    pub fn named(name: impl Into<Box<str>>, spec: Spec) -> Self {
        Self::new(ObjectMeta::named(name), spec)
    }
}

impl<Spec, Status> Resource for Object<Spec, Status> {
    resource_by_metadata!();
}

impl<Spec: ResourceSpec, Status> StaticResource for Object<Spec, Status> {
    fn api_resource() -> ApiResource {
        Spec::api_resource()
    }
}

impl<Spec, Status> DynamicResource for Object<Spec, Status> {}
