//! Requests that make no sense, and what the server says to them.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request};
use k8s_api_core::status::Reason;
use k8s_client::Status;

use crate::Cluster;

async fn refused(cluster: &Cluster, request: Request<Bytes>) -> Status {
    let error = cluster.admin().request_bytes(request).await.unwrap_err();
    error
        .status()
        .unwrap_or_else(|| panic!("no status: {error:?}"))
        .clone()
}

fn post(path: &str, media_type: &str, body: &'static str) -> Request<Bytes> {
    Request::post(path)
        .header(CONTENT_TYPE, media_type)
        .header(ACCEPT, "application/json")
        .body(Bytes::from_static(body.as_bytes()))
        .unwrap()
}

const PODS: &str = "/api/v1/namespaces/default/pods";

pub(super) async fn garbage_is_a_bad_request(cluster: &Cluster) {
    let status = refused(cluster, post(PODS, "application/json", "{garbage")).await;
    assert_eq!((status.code, &status.reason), (400, &Reason::BAD_REQUEST));
    assert_eq!(
        status.message,
        "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: invalid character 'g' looking for beginning of object key string ({garbage)"
    );
}

pub(super) async fn another_kind_in_the_body_is_a_bad_request(cluster: &Cluster) {
    let body = r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}"#;
    let status = refused(cluster, post(PODS, "application/json", body)).await;
    assert_eq!((status.code, &status.reason), (400, &Reason::BAD_REQUEST));
    assert_eq!(
        status.message,
        r#"Secret in version "v1" cannot be handled as a Pod: converting (v1.Secret) to (core.Pod): unknown conversion"#
    );
}

pub(super) async fn another_namespace_in_the_body_is_a_bad_request(cluster: &Cluster) {
    let body =
        r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x","namespace":"kube-system"}}"#;
    let status = refused(cluster, post(PODS, "application/json", body)).await;
    assert_eq!((status.code, &status.reason), (400, &Reason::BAD_REQUEST));
    assert_eq!(
        status.message,
        "the namespace of the provided object does not match the namespace sent on the request"
    );
}

pub(super) async fn another_media_type_is_unsupported(cluster: &Cluster) {
    let status = refused(cluster, post(PODS, "text/plain", "hello")).await;
    assert_eq!(
        (status.code, &status.reason),
        (415, &Reason::UNSUPPORTED_MEDIA_TYPE)
    );
}

pub(super) async fn an_answer_in_an_unknown_type_is_not_acceptable(cluster: &Cluster) {
    let request = Request::get(PODS)
        .header(ACCEPT, "image/png")
        .body(Bytes::new())
        .unwrap();
    let status = refused(cluster, request).await;
    assert_eq!(
        (status.code, &status.reason),
        (406, &Reason::NOT_ACCEPTABLE)
    );
}

pub(super) async fn a_collection_may_not_be_put(cluster: &Cluster) {
    let request = Request::builder()
        .method(Method::PUT)
        .uri(PODS)
        .header(CONTENT_TYPE, "application/json")
        .body(Bytes::from_static(b"{}"))
        .unwrap();
    let status = refused(cluster, request).await;
    assert_eq!(
        (status.code, &status.reason),
        (405, &Reason::METHOD_NOT_ALLOWED)
    );
    assert_eq!(
        status.message,
        "the server does not allow this method on the requested resource"
    );
}

pub(super) async fn a_selector_that_cannot_be_read_is_a_bad_request(cluster: &Cluster) {
    let uri = format!("{PODS}?labelSelector=%3D%3D%3D");
    let status = refused(cluster, Request::get(uri).body(Bytes::new()).unwrap()).await;
    assert_eq!((status.code, &status.reason), (400, &Reason::BAD_REQUEST));
}

pub(super) async fn a_field_that_cannot_be_selected_is_a_bad_request(cluster: &Cluster) {
    let uri = format!("{PODS}?fieldSelector=spec.colour%3Dred");
    let status = refused(cluster, Request::get(uri).body(Bytes::new()).unwrap()).await;
    assert_eq!((status.code, &status.reason), (400, &Reason::BAD_REQUEST));
    assert!(
        status
            .message
            .contains("field label not supported: spec.colour"),
        "{}",
        status.message
    );
}
