//! Requests, row by row: method, URI, `Accept` and body.
#![allow(clippy::unwrap_used, reason = "a test may")]

use http::{Method, Request};
use k8s_api_core::request::{
    self, CreateParams, DeleteParams, GetParams, InvalidRequest, ListParams, Propagation,
    ResourceVersionMatch,
};
use k8s_api_core::{
    ApiResource, Collection, DynamicObject, ObjectMeta, PartialObject, Scope, TypeMeta,
};

fn pods() -> Collection {
    Collection::namespaced(
        ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced),
        "prod",
    )
}

fn check(
    request: Result<Request<bytes::Bytes>, InvalidRequest>,
    method: Method,
    uri: &str,
    body: &str,
) {
    let request = request.unwrap();
    assert_eq!(
        (request.method(), request.uri().to_string().as_str()),
        (&method, uri)
    );
    assert_eq!(std::str::from_utf8(request.body()).unwrap(), body);
    assert_eq!(
        request.headers().contains_key("content-type"),
        !body.is_empty()
    );
    assert!(
        request.headers()["accept"]
            .to_str()
            .unwrap()
            .starts_with("application/json")
    );
}

#[test]
fn reads_one_object() {
    let get = |params: GetParams| request::get::<DynamicObject>(&pods(), "web-0", &params);
    let uri = "/api/v1/namespaces/prod/pods/web-0";
    check(get(GetParams::default()), Method::GET, uri, "");
    check(
        get(GetParams::default().resource_version("0")),
        Method::GET,
        &format!("{uri}?resourceVersion=0"),
        "",
    );
}

#[test]
fn reads_a_page() {
    let list = |params| request::list::<DynamicObject>(&pods(), &params);
    check(
        list(ListParams::default()),
        Method::GET,
        "/api/v1/namespaces/prod/pods",
        "",
    );
    check(
        list(
            ListParams::default()
                .labels("a=b")
                .fields("status.phase=Running")
                .limit(2),
        ),
        Method::GET,
        "/api/v1/namespaces/prod/pods?labelSelector=a%3Db&fieldSelector=status.phase%3DRunning&limit=2",
        "",
    );
    check(
        list(
            ListParams::default()
                .at("7", ResourceVersionMatch::Exact)
                .continue_from("t="),
        ),
        Method::GET,
        "/api/v1/namespaces/prod/pods?continue=t%3D&resourceVersion=7&resourceVersionMatch=Exact",
        "",
    );
}

#[test]
fn refuses_a_version_match_without_a_version() {
    let mut params = ListParams::default();
    params.resource_version_match = Some(ResourceVersionMatch::NotOlderThan);
    let error = request::list::<DynamicObject>(&pods(), &params).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a resource version match needs a resource version"
    );
}

#[test]
fn asks_for_metadata_by_media_type() {
    let one = request::get::<PartialObject>(&pods(), "x", &GetParams::default()).unwrap();
    let all = request::list::<PartialObject>(&pods(), &ListParams::default()).unwrap();
    assert_eq!(
        one.headers()["accept"],
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
    );
    assert_eq!(
        all.headers()["accept"],
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
    );
}

#[test]
fn creates_in_one_namespace_only() {
    let pod = DynamicObject::new(TypeMeta::new("v1", "Pod"), ObjectMeta::named("a"));
    let body = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}"#;
    let uri = "/api/v1/namespaces/prod/pods";
    check(
        request::create(&pods(), &pod, &CreateParams::default()),
        Method::POST,
        uri,
        body,
    );
    let dry = CreateParams::default().dry_run().field_manager("me");
    check(
        request::create(&pods(), &pod, &dry),
        Method::POST,
        &format!("{uri}?dryRun=All&fieldManager=me"),
        body,
    );
    let all = Collection::all(pods().resource().clone());
    assert!(request::create(&all, &pod, &CreateParams::default()).is_err());
}

#[test]
fn deletes_with_the_conditions_given() {
    let uri = "/api/v1/namespaces/prod/pods/x";
    check(
        request::delete(&pods(), "x", &DeleteParams::default()),
        Method::DELETE,
        uri,
        "",
    );
    let mut params = DeleteParams::default();
    params.grace_period_seconds = Some(0);
    params.propagation = Some(Propagation::Foreground);
    params.uid = Some("u".to_owned());
    params.dry_run = true;
    check(
        request::delete(&pods(), "x", &params),
        Method::DELETE,
        uri,
        r#"{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"propagationPolicy":"Foreground","preconditions":{"uid":"u"},"dryRun":["All"]}"#,
    );
}

#[test]
fn asks_for_any_path_verbatim() {
    check(
        request::raw("/readyz?verbose"),
        Method::GET,
        "/readyz?verbose",
        "",
    );
    for bad in ["", "api", "https://other/api", "/a b"] {
        assert!(request::raw(bad).is_err(), "{bad}");
    }
}
