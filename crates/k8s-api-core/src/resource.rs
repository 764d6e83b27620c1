//! What an object must be able to say about itself to be asked for: where its metadata is, and what stands there.

use crate::{ApiResource, StringMapRef};

/// In which form an object is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Representation {
    /// The whole object.
    #[default]
    Object,
    /// Its `metadata` alone (`PartialObjectMetadata`): the server leaves the rest out.
    Metadata,
    /// Its row, as `kubectl get` shows it: a [`Table`](crate::Table). A list is one table of many rows.
    Table,
}

/// An object of the API.
///
/// Its metadata may be of any type that answers: [`ObjectMeta`](crate::ObjectMeta), that of another crate, or a
/// short struct of your own.
///
/// ```
/// use k8s_api_core::{ApiResource, ObjectMeta, Resource, Scope, StaticResource};
///
/// #[derive(serde::Deserialize)]
/// struct Pod {
///     metadata: ObjectMeta,
///     status: Status, // what this program reads, and no more
/// }
///
/// #[derive(serde::Deserialize)]
/// struct Status {
///     phase: String,
/// }
///
/// impl Resource for Pod {
///     type Metadata = ObjectMeta;
///
///     fn metadata(&self) -> &ObjectMeta {
///         &self.metadata
///     }
/// }
///
/// impl StaticResource for Pod {
///     fn api_resource() -> ApiResource {
///         ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced)
///     }
/// }
///
/// let pod: Pod = serde_json::from_str(r#"{"metadata":{"name":"web-0"},"status":{"phase":"Running"}}"#)?;
/// assert_eq!((pod.name(), pod.status.phase.as_str()), (Some("web-0"), "Running"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Resource {
    /// In which form the object is asked for.
    const REPRESENTATION: Representation = Representation::Object;

    /// What answers for the object's metadata; the object itself may.
    type Metadata: Metadata;

    /// The object's metadata.
    fn metadata(&self) -> &Self::Metadata;

    /// The object's name.
    fn name(&self) -> Option<&str> {
        self.metadata().name()
    }

    /// Its namespace; `None` for objects of the whole cluster.
    fn namespace(&self) -> Option<&str> {
        self.metadata().namespace()
    }

    /// Its uid, as the server set it.
    fn uid(&self) -> Option<&str> {
        self.metadata().uid()
    }

    /// Its resource version, as the server set it.
    fn resource_version(&self) -> Option<&str> {
        self.metadata().resource_version()
    }

    /// Its labels.
    fn labels(&self) -> StringMapRef<'_> {
        self.metadata().labels()
    }

    /// Its annotations.
    fn annotations(&self) -> StringMapRef<'_> {
        self.metadata().annotations()
    }
}

/// The metadata of an object, by what every object has.
///
/// These are accessors, not a struct, so that types of other crates and your own short structs fit.
/// Absent and empty are the same: both are `None`. What a type does not keep, it has not.
pub trait Metadata {
    /// The object's name.
    fn name(&self) -> Option<&str>;

    /// Its namespace; `None` for objects of the whole cluster.
    fn namespace(&self) -> Option<&str>;

    /// Its resource version, as the server set it. A watch goes on from here.
    fn resource_version(&self) -> Option<&str>;

    /// Its uid, as the server set it; by default not kept.
    fn uid(&self) -> Option<&str> {
        None
    }

    /// Its labels; by default not kept.
    fn labels(&self) -> StringMapRef<'_> {
        StringMapRef::default()
    }

    /// Its annotations; by default not kept.
    fn annotations(&self) -> StringMapRef<'_> {
        StringMapRef::default()
    }
}

/// An object whose type says which resource it belongs to.
pub trait StaticResource: Resource {
    /// Group, version, kind, plural and scope of the type.
    fn api_resource() -> ApiResource;
}

/// An object whose resource is known at run time only, and told to whoever asks for it.
pub trait DynamicResource: Resource {}

pub(crate) fn non_empty<T: AsRef<str>>(text: Option<&T>) -> Option<&str> {
    text.map(T::as_ref).filter(|text| !text.is_empty())
}

/// Implements [`Metadata`] by fields of the names that Kubernetes gives them.
macro_rules! metadata_by_fields {
    ($type:ty) => {
        impl crate::Metadata for $type {
            fn name(&self) -> Option<&str> {
                crate::resource::non_empty(self.name.as_ref())
            }

            fn namespace(&self) -> Option<&str> {
                crate::resource::non_empty(self.namespace.as_ref())
            }

            fn resource_version(&self) -> Option<&str> {
                crate::resource::non_empty(self.resource_version.as_ref())
            }

            fn uid(&self) -> Option<&str> {
                crate::resource::non_empty(self.uid.as_ref())
            }

            fn labels(&self) -> crate::StringMapRef<'_> {
                (&self.labels).into()
            }

            fn annotations(&self) -> crate::StringMapRef<'_> {
                (&self.annotations).into()
            }
        }
    };
}

/// Says in an `impl` of [`Resource`] that the field `metadata` is an [`ObjectMeta`](crate::ObjectMeta).
macro_rules! resource_by_metadata {
    () => {
        type Metadata = crate::ObjectMeta;

        fn metadata(&self) -> &crate::ObjectMeta {
            &self.metadata
        }
    };
}

pub(crate) use {metadata_by_fields, resource_by_metadata};
