//! The types of k8s-openapi as resources: paths, accessors, decoding, and two majors of them in one program.
#![allow(clippy::unwrap_used, reason = "a test may")]

use http::StatusCode;
use k8s_api_core::{Collection, List, PartialObject, Scope, StaticResource, answer};
use k8s_openapi_0_28 as before;
use k8s_openapi_0_29::api::apps::v1::Deployment;
use k8s_openapi_0_29::api::core::v1::{Node, Pod};
use serde::de::DeserializeOwned;

fn path<K: StaticResource>() -> String {
    Collection::all(K::api_resource()).path().unwrap()
}

#[test]
fn names_the_resource_of_each_type() {
    assert_eq!(path::<Pod>(), "/api/v1/pods");
    assert_eq!(
        path::<PartialObject<Deployment>>(),
        "/apis/apps/v1/deployments"
    );
    assert_eq!(Node::api_resource().scope, Scope::Cluster);
    assert_eq!(
        Pod::api_resource().group_version_kind().to_string(),
        "/v1, Kind=Pod"
    );
}

fn reads_a_typed_list<K: StaticResource + DeserializeOwned>() {
    let body = br#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9"},
        "items":[{"metadata":{"name":"a","namespace":"b","labels":{"app":"x"}},"spec":{"containers":[]}}]}"#;
    let list: List<K> = answer::read(StatusCode::OK, body).unwrap();
    let pod = &list.items[0];
    assert_eq!(
        (pod.name(), pod.namespace(), pod.uid()),
        (Some("a"), Some("b"), None)
    );
    assert_eq!(pod.labels().get("app"), Some("x"));
    assert!(pod.annotations().is_empty());
}

#[test]
fn two_majors_stand_in_one_program() {
    use before::api::core::v1::Pod as PodBefore;

    reads_a_typed_list::<Pod>();
    reads_a_typed_list::<PodBefore>();
    assert_eq!(path::<PodBefore>(), path::<Pod>());
    let types = [
        std::any::TypeId::of::<PodBefore>(),
        std::any::TypeId::of::<Pod>(),
    ];
    assert_ne!(types[0], types[1]);
}

#[test]
fn kinds_of_one_release_only_are_those_of_its_major() {
    // Kubernetes 1.32 is of 0.28 alone, and has it in beta; 1.37 has the stable one.
    use before::api::admissionregistration::v1beta1::ValidatingAdmissionPolicy as Beta;
    use k8s_openapi_0_29::api::admissionregistration::v1::MutatingAdmissionPolicy as Stable;

    assert_eq!(
        Beta::api_resource().api_version(),
        "admissionregistration.k8s.io/v1beta1"
    );
    assert_eq!(
        Stable::api_resource().api_version(),
        "admissionregistration.k8s.io/v1"
    );
}
