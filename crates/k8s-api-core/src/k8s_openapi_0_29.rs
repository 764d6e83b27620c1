//! The types of k8s-openapi 0.29 as [`Resource`](crate::Resource)s.
//!
//! Which Kubernetes release they are of is the application's choice, by that crate's own features; another major
//! of k8s-openapi is another feature of ours beside this one.

mod kinds;

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

/// One row: scope and path of a kind.
macro_rules! resource {
    ($scope:ident $($path:ident)::+) => {
        impl crate::Resource for k8s_openapi::$($path)::+ {
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
                crate::k8s_openapi_0_29::map(|meta| meta.labels.as_ref(), &self.metadata)
            }

            fn annotations(
                &self,
            ) -> std::borrow::Cow<'_, std::collections::BTreeMap<String, String>> {
                crate::k8s_openapi_0_29::map(|meta| meta.annotations.as_ref(), &self.metadata)
            }
        }

        impl crate::StaticResource for k8s_openapi::$($path)::+ {
            fn api_resource() -> crate::ApiResource {
                crate::k8s_openapi_0_29::api_resource::<Self>(crate::Scope::$scope)
            }
        }
    };
}

pub(crate) use resource;

fn api_resource<K: k8s_openapi::Resource>(scope: crate::Scope) -> crate::ApiResource {
    crate::ApiResource::new(K::GROUP, K::VERSION, K::KIND, K::URL_PATH_SEGMENT, scope)
}

fn map(
    of: fn(&ObjectMeta) -> Option<&BTreeMap<String, String>>,
    metadata: &ObjectMeta,
) -> Cow<'_, BTreeMap<String, String>> {
    of(metadata).map_or_else(Cow::default, Cow::Borrowed)
}
