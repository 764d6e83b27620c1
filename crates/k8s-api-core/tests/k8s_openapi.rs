//! The types of k8s-openapi as resources: paths, accessors, decoding.
#![allow(clippy::unwrap_used, reason = "a test may")]

use http::StatusCode;
use k8s_api_core::{Collection, List, PartialObject, Resource, Scope, StaticResource, answer};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Node, Pod};

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

#[test]
fn reads_a_typed_list() {
    let body = br#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9"},
        "items":[{"metadata":{"name":"a","namespace":"b","labels":{"app":"x"}},"spec":{"containers":[]}}]}"#;
    let list: List<Pod> = answer::read(StatusCode::OK, body).unwrap();
    let pod = &list.items[0];
    assert_eq!(
        (pod.name(), pod.namespace(), pod.uid()),
        (Some("a"), Some("b"), None)
    );
    assert_eq!(pod.labels()["app"], "x");
    assert!(pod.annotations().is_empty());
}
