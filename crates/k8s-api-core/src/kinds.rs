//! The few kinds that a client itself needs, whatever types it uses for the rest.
//!
//! Most are an [`Object`](crate::Object) of a spec and a status. They have the fields that have been in Kubernetes for
//! years; what a newer server adds is passed over.

mod authentication;
mod authorization;
mod eviction;
mod lease;
mod scale;

pub use self::authentication::{
    BoundObject, SelfSubjectReview, SelfSubjectReviewStatus, TokenRequest, TokenRequestSpec,
    TokenRequestStatus, TokenReview, TokenReviewSpec, TokenReviewStatus, UserInfo,
};
pub use self::authorization::{
    AccessReviewStatus, NonResourceAttributes, ResourceAttributes, SelfSubjectAccessReview,
    SelfSubjectAccessReviewSpec, SubjectAccessReview, SubjectAccessReviewSpec,
};
pub use self::eviction::Eviction;
pub use self::lease::{Lease, LeaseSpec};
pub use self::scale::{Scale, ScaleSpec, ScaleStatus};

/// Group, version, kind, plural and scope of a spec's objects.
macro_rules! resource {
    ($spec:ty, $group:literal, $version:literal, $kind:literal, $plural:literal, $scope:ident) => {
        impl crate::ResourceSpec for $spec {
            fn api_resource() -> crate::ApiResource {
                crate::ApiResource::new($group, $version, $kind, $plural, crate::Scope::$scope)
            }
        }
    };
}

use resource;

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    /// What the server sends reads, and is written as it was.
    fn check<T: DeserializeOwned + Serialize>(object: Value) -> T {
        let read: T = serde_json::from_value(object.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), object);
        read
    }

    #[test]
    fn reads_and_writes_what_servers_do() {
        let scale: Scale = check(json!({
            "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "web"},
            "spec": {"replicas": 3}, "status": {"replicas": 2, "selector": "app=web"},
        }));
        assert_eq!(scale.status.unwrap().replicas, 2);
        let lease: Lease = check(json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "l", "namespace": "n"},
            "spec": {"holderIdentity": "a", "leaseDurationSeconds": 15, "acquireTime": "2026-11-22T03:04:05.000001Z",
                "renewTime": "2026-11-22T03:04:05.123456Z", "leaseTransitions": 4},
        }));
        assert_eq!(lease.spec.lease_transitions, Some(4));
        let review: SubjectAccessReview = check(json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "metadata": {},
            "spec": {"user": "u", "groups": ["g"], "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "n"}},
            "status": {"allowed": false, "reason": "no"},
        }));
        assert!(!review.status.unwrap().allowed);
        check::<SelfSubjectReview>(json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "metadata": {},
            "status": {"userInfo": {"username": "u", "groups": ["g"], "extra": {"k": ["v"]}}},
        }));
        check::<Eviction>(json!({
            "apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "web-0", "namespace": "n"},
            "deleteOptions": {"gracePeriodSeconds": 0},
        }));
    }

    #[test]
    fn a_self_subject_review_is_read_without_a_spec() {
        let text =
            r#"{"kind":"SelfSubjectReview","metadata":{},"status":{"userInfo":{"username":"u"}}}"#;
        let review: SelfSubjectReview = serde_json::from_str(text).unwrap();
        assert_eq!(review.status.unwrap().user_info.username, "u");
    }

    #[test]
    fn shows_no_token() {
        let request: TokenRequest = check(json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "metadata": {"name": "sa"},
            "spec": {"audiences": ["a"], "expirationSeconds": 600, "boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "p"}},
            "status": {"token": "s3cr3t", "expirationTimestamp": "2026-11-22T03:04:05Z"},
        }));
        let review = TokenReview::new(Default::default(), TokenReviewSpec::new("s3cr3t"));
        assert_eq!(
            serde_json::to_value(&review).unwrap()["spec"]["token"],
            "s3cr3t"
        );
        assert!(!format!("{request:?} {review:?}").contains("s3cr3t"));
    }

    #[test]
    fn heads_are_those_of_the_api() {
        let review = SubjectAccessReview::new(Default::default(), Default::default());
        assert_eq!(review.types.api_version, "authorization.k8s.io/v1");
        let eviction = Eviction::of("web-0", "prod");
        assert_eq!(
            (
                eviction.types.api_version.as_str(),
                eviction.types.kind.as_str()
            ),
            ("policy/v1", "Eviction")
        );
    }
}
