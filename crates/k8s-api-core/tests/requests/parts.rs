//! Logs, evictions, differences, and the metadata of what a patch made.

use super::*;

#[test]
fn asks_for_the_metadata_of_what_a_patch_made() {
    let patch = Patch::merge(&1).unwrap();
    let request = request::patch(&pods(), "web-0", &patch, &PatchParams::default()).unwrap();
    let request = request::as_metadata(request);
    assert_eq!(
        request.headers()["accept"],
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
    );
}

#[test]
fn asks_for_logs() {
    let uri = "/api/v1/namespaces/prod/pods/web-0/log";
    let logs = |params: &LogParams| request::logs(&pods(), "web-0", params);
    check(logs(&LogParams::default()), Method::GET, uri, "");
    let some = LogParams::default()
        .container("app")
        .follow()
        .previous()
        .since_seconds(60)
        .timestamps()
        .tail_lines(10)
        .limit_bytes(100);
    check(
        logs(&some),
        Method::GET,
        &format!(
            "{uri}?container=app&follow=true&previous=true&sinceSeconds=60&timestamps=true&tailLines=10&limitBytes=100"
        ),
        "",
    );
    let time = "2026-11-22T03:04:05Z".parse().unwrap();
    check(
        logs(&LogParams::default().since(time)),
        Method::GET,
        &format!("{uri}?sinceTime=2026-11-22T03:04:05Z"),
        "",
    );
    assert!(logs(&LogParams::default().since(time).since_seconds(1)).is_err());
}

#[test]
fn a_difference_is_a_merge_patch_of_one_version() {
    let (before, mut after) = (
        serde_json::json!({"metadata": {"name": "x", "resourceVersion": "7"}, "spec": {"a": 1, "b": 2}}),
        serde_json::json!({"metadata": {"name": "x", "resourceVersion": "7"}, "spec": {"a": 1, "b": 3}}),
    );
    let patch = Patch::difference(&before, &after, Some("7"))
        .unwrap()
        .unwrap();
    check(
        request::patch(&pods(), "x", &patch, &PatchParams::default()),
        Method::PATCH,
        "/api/v1/namespaces/prod/pods/x",
        r#"{"metadata":{"resourceVersion":"7"},"spec":{"b":3}}"#,
    );
    after = before.clone();
    assert!(
        Patch::difference(&before, &after, Some("7"))
            .unwrap()
            .is_none()
    );
    assert!(Patch::difference(&1, &2, Some("7")).unwrap().is_some());
}

#[test]
fn an_eviction_says_how_the_pod_goes() {
    let params = DeleteParams::default().grace_period_seconds(0).uid("u");
    let eviction = Eviction::of("web-0", "prod").delete_params(&params);
    assert_eq!(
        serde_json::to_value(&eviction).unwrap()["deleteOptions"],
        serde_json::json!({"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0, "preconditions": {"uid": "u"}})
    );
    assert!(
        Eviction::of("web-0", "prod")
            .delete_params(&DeleteParams::default())
            .delete_options
            .is_none()
    );
}
