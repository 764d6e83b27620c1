//! What an object must be able to say about itself to be asked for: a trait of accessors.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::ApiResource;

/// In which form an object is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Representation {
    /// The whole object.
    #[default]
    Object,
    /// Its `metadata` alone (`PartialObjectMetadata`): the server leaves the rest out.
    Metadata,
}

/// An object of the API, by what every object has.
///
/// These are accessors, not a struct, so that types of other crates and your own short structs fit.
/// Absent and empty are the same: both are `None`.
pub trait Resource {
    /// In which form the object is asked for.
    const REPRESENTATION: Representation = Representation::Object;

    /// The object's name.
    fn name(&self) -> Option<&str>;

    /// Its namespace; `None` for objects of the whole cluster.
    fn namespace(&self) -> Option<&str>;

    /// Its uid, as the server set it.
    fn uid(&self) -> Option<&str>;

    /// Its resource version, as the server set it.
    fn resource_version(&self) -> Option<&str>;

    /// Its labels; borrowed where the type keeps them in this form.
    fn labels(&self) -> Cow<'_, BTreeMap<String, String>>;

    /// Its annotations; borrowed where the type keeps them in this form.
    fn annotations(&self) -> Cow<'_, BTreeMap<String, String>>;
}

/// An object whose type says which resource it belongs to.
pub trait StaticResource: Resource {
    /// Group, version, kind, plural and scope of the type.
    fn api_resource() -> ApiResource;
}

/// An object whose resource is known at run time only, and told to whoever asks for it.
pub trait DynamicResource: Resource {}

pub(crate) fn non_empty(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// Implements [`Resource`] by a `metadata` field of [`ObjectMeta`](crate::ObjectMeta).
macro_rules! resource_by_metadata {
    () => {
        fn name(&self) -> Option<&str> {
            crate::resource::non_empty(self.metadata.name.as_ref())
        }

        fn namespace(&self) -> Option<&str> {
            crate::resource::non_empty(self.metadata.namespace.as_ref())
        }

        fn uid(&self) -> Option<&str> {
            crate::resource::non_empty(self.metadata.uid.as_ref())
        }

        fn resource_version(&self) -> Option<&str> {
            crate::resource::non_empty(self.metadata.resource_version.as_ref())
        }

        fn labels(&self) -> std::borrow::Cow<'_, std::collections::BTreeMap<String, String>> {
            std::borrow::Cow::Borrowed(&self.metadata.labels)
        }

        fn annotations(&self) -> std::borrow::Cow<'_, std::collections::BTreeMap<String, String>> {
            std::borrow::Cow::Borrowed(&self.metadata.annotations)
        }
    };
}

pub(crate) use resource_by_metadata;
