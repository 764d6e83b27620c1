//! Requests, row by row: method, URI, `Accept` and body.
#![allow(clippy::unwrap_used, reason = "a test may")]

mod parts;

use http::{Method, Request};
use k8s_api_core::kinds::{Eviction, Scale, ScaleSpec};
use k8s_api_core::request::{
    self, CreateParams, DeleteParams, GetParams, InvalidRequest, ListParams, Propagation,
    ResourceVersionMatch,
};
use k8s_api_core::request::{
    FieldValidation, LogParams, Patch, PatchParams, ReplaceParams, WatchParams, subresource,
};
use k8s_api_core::{
    ApiResource, Collection, DynamicObject, ObjectMeta, PartialObject, Scope, Table, TypeMeta,
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

#[test]
fn watches() {
    let watch = |params| request::watch::<DynamicObject>(&pods(), &params);
    let uri = "/api/v1/namespaces/prod/pods?watch=true";
    check(
        watch(WatchParams::default()),
        Method::GET,
        &format!("{uri}&allowWatchBookmarks=true"),
        "",
    );
    check(
        watch(
            WatchParams::default()
                .labels("a=b")
                .fields("c=d")
                .after("7")
                .bookmarks(false)
                .timeout_seconds(300),
        ),
        Method::GET,
        &format!(
            "{uri}&labelSelector=a%3Db&fieldSelector=c%3Dd&resourceVersion=7&timeoutSeconds=300"
        ),
        "",
    );
    check(
        watch(WatchParams::default().with_initial_events()),
        Method::GET,
        &format!(
            "{uri}&resourceVersionMatch=NotOlderThan&sendInitialEvents=true&allowWatchBookmarks=true"
        ),
        "",
    );
    let refused = watch(
        WatchParams::default()
            .with_initial_events()
            .bookmarks(false),
    );
    assert!(refused.is_err());
}

#[test]
fn replaces() {
    let params = ReplaceParams::default()
        .dry_run()
        .field_manager("m")
        .field_validation(FieldValidation::Strict);
    check(
        request::replace(&pods(), "web-0", &1, &params),
        Method::PUT,
        "/api/v1/namespaces/prod/pods/web-0?dryRun=All&fieldManager=m&fieldValidation=Strict",
        "1",
    );
    assert!(request::replace(&pods(), "a/b", &1, &params).is_err());
}

#[test]
fn patches_in_four_ways() {
    let uri = "/api/v1/namespaces/prod/pods/web-0";
    let patch = |patch: Result<Patch, _>, params| {
        request::patch(&pods(), "web-0", &patch.unwrap(), &params)
    };
    for (kind, content_type) in [
        (Patch::json(&[1]), "application/json-patch+json"),
        (Patch::merge(&[1]), "application/merge-patch+json"),
        (
            Patch::strategic_merge(&[1]),
            "application/strategic-merge-patch+json",
        ),
    ] {
        let request = patch(kind, PatchParams::default());
        assert_eq!(
            request.as_ref().unwrap().headers()["content-type"],
            content_type
        );
        check(request, Method::PATCH, uri, "[1]");
    }
    let apply = patch(
        Patch::apply(&[1]),
        PatchParams::default().field_manager("m").force(),
    );
    assert_eq!(
        apply.as_ref().unwrap().headers()["content-type"],
        "application/apply-patch+yaml"
    );
    check(
        apply,
        Method::PATCH,
        &format!("{uri}?fieldManager=m&force=true"),
        "[1]",
    );

    let nobody = patch(Patch::apply(&1), PatchParams::default());
    assert_eq!(
        nobody.unwrap_err().to_string(),
        "an apply needs a field manager"
    );
    let forced = patch(Patch::merge(&1), PatchParams::default().force());
    assert_eq!(
        forced.unwrap_err().to_string(),
        "only an apply can be forced"
    );
    let secret = Patch::merge(&"s3cr3t").unwrap();
    assert!(!format!("{secret:?}").contains("s3cr3t"));
}

#[test]
fn deletes_a_collection_in_one_namespace() {
    let which = ListParams::default().labels("a=b").limit(5);
    let uri = "/api/v1/namespaces/prod/pods?labelSelector=a%3Db&limit=5";
    let params = DeleteParams::default();
    check(
        request::delete_collection(&pods(), &which, &params),
        Method::DELETE,
        uri,
        "",
    );
    let mut params = DeleteParams::default();
    params.dry_run = true;
    check(
        request::delete_collection(&pods(), &which, &params),
        Method::DELETE,
        uri,
        r#"{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}"#,
    );
    let all = Collection::all(pods().resource().clone());
    assert!(request::delete_collection(&all, &which, &params).is_err());
}

#[test]
fn asks_for_subresources() {
    let uri = "/api/v1/namespaces/prod/pods/web-0";
    check(
        subresource::get(&pods(), "web-0", "status", &GetParams::default()),
        Method::GET,
        &format!("{uri}/status"),
        "",
    );
    let eviction = Eviction::of("web-0", "prod");
    check(
        subresource::create(
            &pods(),
            "web-0",
            "eviction",
            &eviction,
            &CreateParams::default().dry_run(),
        ),
        Method::POST,
        &format!("{uri}/eviction?dryRun=All"),
        r#"{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"web-0","namespace":"prod"}}"#,
    );
    let scale = Scale::named("web-0", ScaleSpec::new(3));
    check(
        subresource::replace(&pods(), "web-0", "scale", &scale, &ReplaceParams::default()),
        Method::PUT,
        &format!("{uri}/scale"),
        r#"{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"web-0"},"spec":{"replicas":3}}"#,
    );
    let patch = Patch::merge(&1).unwrap();
    check(
        subresource::patch(&pods(), "web-0", "scale", &patch, &PatchParams::default()),
        Method::PATCH,
        &format!("{uri}/scale"),
        "1",
    );
    assert!(subresource::get(&pods(), "web-0", "..", &GetParams::default()).is_err());
}

#[test]
fn asks_for_other_forms() {
    let table = request::as_table(request::raw("/api/v1/pods").unwrap()).unwrap();
    assert_eq!(
        table.headers()["accept"],
        "application/json;as=Table;g=meta.k8s.io;v=v1,application/json"
    );
    let whole = |path| request::as_table_of_objects(request::raw(path).unwrap()).unwrap();
    for (path, uri) in [
        ("/api/v1/pods", "/api/v1/pods?includeObject=Object"),
        (
            "/api/v1/pods?limit=5",
            "/api/v1/pods?limit=5&includeObject=Object",
        ),
    ] {
        assert_eq!(whole(path).uri(), uri);
        assert_eq!(whole(path).headers(), table.headers());
    }
    let changes = request::watch::<Table>(&pods(), &WatchParams::default()).unwrap();
    assert_eq!(changes.headers(), table.headers());
    let discovery = request::aggregated_discovery("/apis").unwrap();
    assert_eq!(
        discovery.headers()["accept"],
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    );
    let create = request::create(&pods(), &1, &CreateParams::default()).unwrap();
    assert!(request::as_table(create).is_err());
}
