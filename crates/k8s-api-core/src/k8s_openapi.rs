//! The types of k8s-openapi as [`Resource`](crate::Resource)s, each major of that crate behind a feature of its own.
//!
//! Which Kubernetes release they are of is the application's choice, by that crate's own features. Several majors at
//! once are several crates to cargo, and so are their types here: a program may move from one to the next in steps.

#[cfg(feature = "k8s-openapi-0-28")]
mod v0_28;
#[cfg(feature = "k8s-openapi-0-29")]
mod v0_29;

/// One row: scope and path of a kind. `k8s_openapi` is what the list calls its major.
macro_rules! resource {
    ($scope:ident $($path:ident)::+) => {
        impl crate::Resource for k8s_openapi::$($path)::+ {
            type Metadata = k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

            fn metadata(&self) -> &Self::Metadata {
                &self.metadata
            }
        }

        impl crate::StaticResource for k8s_openapi::$($path)::+ {
            fn api_resource() -> crate::ApiResource {
                crate::ApiResource::new(
                    <Self as k8s_openapi::Resource>::GROUP,
                    <Self as k8s_openapi::Resource>::VERSION,
                    <Self as k8s_openapi::Resource>::KIND,
                    <Self as k8s_openapi::Resource>::URL_PATH_SEGMENT,
                    crate::Scope::$scope,
                )
            }
        }
    };
}

use resource;
