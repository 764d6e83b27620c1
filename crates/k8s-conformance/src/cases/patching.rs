//! Changes of an object that say only what changes.

use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

const REJECTED: &str = "the server rejected our request due to an error in our request";

/// The path of a ConfigMap in a namespace of its own, and the ConfigMap.
async fn created(cluster: &Cluster) -> (String, Value) {
    let namespace = cluster.namespace().await;
    let map = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "map", "labels": {"tier": "web"}},
        "data": {"a": "1", "b": "2"},
    });
    let ask = Ask::post(at(&namespace, "configmaps"), &map);
    let map = ask.of(&cluster.admin()).await.ok();
    (at(&namespace, "configmaps/map"), map)
}

async fn merge(cluster: &Cluster, path: &str, change: Value) -> Answer {
    Ask::patch(path, "merge", &change)
        .of(&cluster.admin())
        .await
}

async fn operations(cluster: &Cluster, path: &str, operations: Value) -> Answer {
    Ask::patch(path, "json", &operations)
        .of(&cluster.admin())
        .await
}

async fn data(cluster: &Cluster, path: &str) -> Value {
    Ask::get(path).of(&cluster.admin()).await.ok()["data"].clone()
}

pub(super) async fn fields_are_merged_and_null_takes_one_away(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let new = merge(cluster, &path, json!({"data": {"a": null, "c": "3"}}))
        .await
        .ok();
    assert_eq!(new["data"], json!({"b": "2", "c": "3"}));
    assert_eq!(new["metadata"]["labels"], json!({"tier": "web"}));
    let new = merge(
        cluster,
        &path,
        json!({"metadata": {"labels": null}, "data": null}),
    )
    .await
    .ok();
    assert_eq!(
        (new.get("data"), new["metadata"].get("labels")),
        (None, None)
    );
}

pub(super) async fn no_change_makes_no_version(cluster: &Cluster) {
    let (path, old) = created(cluster).await;
    let new = merge(cluster, &path, json!({"data": {"a": "1"}}))
        .await
        .ok();
    assert_eq!(
        new["metadata"]["resourceVersion"],
        old["metadata"]["resourceVersion"]
    );
}

pub(super) async fn what_is_not_there_is_not_found(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = merge(cluster, &format!("{path}-none"), json!({})).await;
    answer.refuses(404, "NotFound", r#"configmaps "map-none" not found"#);
}

pub(super) async fn a_list_is_no_merge_patch(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let says = "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}";
    merge(cluster, &path, json!([1]))
        .await
        .refuses(400, "BadRequest", says);
}

pub(super) async fn null_is_no_merge_patch(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = merge(cluster, &path, Value::Null).await;
    answer.refuses(400, "BadRequest", "Invalid JSON Patch");
}

pub(super) async fn what_is_no_json_is_refused(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    for (kind, text, says) in [
        (
            "merge",
            "{x",
            "invalid character 'x' looking for beginning of object key string",
        ),
        ("merge", "", "unexpected end of JSON input"),
        ("json", "", "unexpected end of JSON input"),
    ] {
        let ask = Ask::patch(&path, kind, &Value::Null).text(text);
        let says = format!("error decoding patch: {says}");
        ask.of(&cluster.admin())
            .await
            .refuses(400, "BadRequest", &says);
    }
}

pub(super) async fn an_older_version_is_a_conflict(cluster: &Cluster) {
    let (path, old) = created(cluster).await;
    let version = &old["metadata"]["resourceVersion"];
    let change =
        |value: &str| json!({"metadata": {"resourceVersion": version}, "data": {"a": value}});
    merge(cluster, &path, change("2")).await.ok();
    let says = "Operation cannot be fulfilled on configmaps \"map\": the object has been modified; please apply your \
                changes to the latest version and try again";
    merge(cluster, &path, change("3"))
        .await
        .refuses(409, "Conflict", says);
}

pub(super) async fn another_name_is_refused(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = merge(cluster, &path, json!({"metadata": {"name": "other"}})).await;
    let says = "the name of the object (other) does not match the name on the URL (map)";
    answer.refuses(400, "BadRequest", says);
    let answer = operations(
        cluster,
        &path,
        json!([{"op": "replace", "path": "", "value": {}}]),
    )
    .await;
    let says =
        "the name of the object (map based on URL) was undeterminable: name must be provided";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn another_uid_is_invalid(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = merge(cluster, &path, json!({"metadata": {"uid": "b"}})).await;
    let says =
        r#"ConfigMap "map" is invalid: metadata.uid: Invalid value: "b": field is immutable"#;
    answer.refuses(422, "Invalid", says);
}

pub(super) async fn what_does_not_fit_the_type_is_invalid(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = merge(cluster, &path, json!({"data": {"a": 1}})).await;
    let causes = answer.causes();
    assert_eq!((answer.code, causes.len()), (422, 1));
    assert_eq!((causes[0].0, causes[0].2), ("FieldValueInvalid", "patch"));
    let end = ": json: cannot unmarshal number into Go struct field ConfigMap.data of type string";
    assert!(causes[0].1.ends_with(end), "{causes:?}");
}

pub(super) async fn a_dry_run_changes_nothing(cluster: &Cluster) {
    let (path, old) = created(cluster).await;
    let new = merge(
        cluster,
        &format!("{path}?dryRun=All"),
        json!({"data": {"a": "9"}}),
    )
    .await
    .ok();
    assert_eq!(new["data"]["a"], "9");
    assert_eq!(
        new["metadata"]["resourceVersion"],
        old["metadata"]["resourceVersion"]
    );
    assert_eq!(data(cluster, &path).await["a"], "1");
}

pub(super) async fn force_is_for_apply_only(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = merge(cluster, &format!("{path}?force=true"), json!({})).await;
    let says = r#"PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch"#;
    answer.refuses(422, "Invalid", says);
}

pub(super) async fn operations_are_done_in_order(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let list = json!([
        {"op": "test", "path": "/data/a", "value": "1"},
        {"op": "add", "path": "/data/c", "value": "3"},
        {"op": "move", "from": "/data/c", "path": "/data/d"},
        {"op": "copy", "from": "/data/d", "path": "/data/e"},
        {"op": "remove", "path": "/data/b"},
        {"op": "add", "path": "/metadata/labels/example.org~1x", "value": "y"},
    ]);
    let new = operations(cluster, &path, list).await.ok();
    assert_eq!(new["data"], json!({"a": "1", "d": "3", "e": "3"}));
    assert_eq!(new["metadata"]["labels"]["example.org/x"], "y");
}

pub(super) async fn a_test_that_fails_changes_nothing(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let list = json!([
        {"op": "remove", "path": "/data/b"},
        {"op": "test", "path": "/data/a", "value": "2"},
    ]);
    operations(cluster, &path, list)
        .await
        .refuses(422, "Invalid", REJECTED);
    assert_eq!(data(cluster, &path).await, json!({"a": "1", "b": "2"}));
}

pub(super) async fn what_is_not_there_is_not_removed(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    for place in ["/data/none", "/none/none", ""] {
        let answer = operations(cluster, &path, json!([{"op": "remove", "path": place}])).await;
        answer.refuses(422, "Invalid", REJECTED);
    }
}

pub(super) async fn a_replacement_of_what_is_not_there_makes_it(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let list = json!([{"op": "replace", "path": "/data/none", "value": "made"}]);
    assert_eq!(
        operations(cluster, &path, list).await.ok()["data"]["none"],
        "made"
    );
}

pub(super) async fn an_index_may_count_from_the_end(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let finalizers = json!(["example.org/a", "example.org/b"]);
    merge(
        cluster,
        &path,
        json!({"metadata": {"finalizers": finalizers}}),
    )
    .await
    .ok();
    let list = json!([{"op": "remove", "path": "/metadata/finalizers/-1"}]);
    let new = operations(cluster, &path, list).await.ok();
    assert_eq!(new["metadata"]["finalizers"], json!(["example.org/a"]));
}

pub(super) async fn an_unknown_operation_is_invalid(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = operations(cluster, &path, json!([{"op": "jump", "path": "/data"}])).await;
    answer.refuses(422, "Invalid", REJECTED);
}

pub(super) async fn one_operation_without_a_list_is_refused(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = operations(cluster, &path, json!({"op": "remove", "path": "/data"})).await;
    let says = "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp";
    answer.refuses(400, "BadRequest", says);
}

pub(super) async fn no_operation_changes_nothing(cluster: &Cluster) {
    let (path, old) = created(cluster).await;
    for list in [json!([]), Value::Null] {
        let new = operations(cluster, &path, list).await.ok();
        assert_eq!(
            new["metadata"]["resourceVersion"],
            old["metadata"]["resourceVersion"]
        );
    }
}

pub(super) async fn another_type_is_unsupported(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let ask = Ask::new(Method::PATCH, path).body(&json!({}));
    let ask = ask.set(CONTENT_TYPE.as_str(), "application/json");
    let answer = ask.of(&cluster.admin()).await;
    answer.refuses(415, "UnsupportedMediaType", "415: Unsupported Media Type");
}

pub(super) async fn a_collection_is_not_patched(cluster: &Cluster) {
    let answer = merge(cluster, &at("default", "configmaps"), json!({})).await;
    let says = "the server does not allow this method on the requested resource";
    answer.refuses(405, "MethodNotAllowed", says);
}

pub(super) async fn metadata_alone_is_given(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let ask = Ask::patch(&path, "merge", &json!({"data": {"a": "2"}}));
    let ask = ask.set(
        "accept",
        "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
    );
    let new = ask.of(&cluster.admin()).await.ok();
    assert_eq!(
        (&new["kind"], new.get("data")),
        (&json!("PartialObjectMetadata"), None)
    );
    assert_eq!(data(cluster, &path).await["a"], "2");
}

pub(super) async fn a_deletion_is_finished_by_it(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    merge(
        cluster,
        &path,
        json!({"metadata": {"finalizers": ["example.org/a"]}}),
    )
    .await
    .ok();
    Ask::delete(&path).of(&cluster.admin()).await.ok();
    assert_eq!(Ask::get(&path).of(&cluster.admin()).await.code, 200);
    merge(cluster, &path, json!({"metadata": {"finalizers": null}}))
        .await
        .ok();
    assert_eq!(Ask::get(&path).of(&cluster.admin()).await.code, 404);
}

pub(super) async fn a_viewer_may_not(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let ask = Ask::patch(&path, "merge", &json!({"data": {}}));
    let answer = ask.of(&cluster.pod()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (403, &json!("Forbidden"))
    );
}
