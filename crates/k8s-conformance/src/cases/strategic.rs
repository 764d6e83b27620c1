//! Strategic merge patches: lists merged by their keys, and directives.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

/// The path of a deployment with two containers, in a namespace of its own.
async fn deployed(cluster: &Cluster) -> String {
    let namespace = cluster.namespace().await;
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
    let containers = json!([
        {"name": "a", "image": "registry.example/a:1", "ports": [{"containerPort": 80}, {"containerPort": 81}]},
        {"name": "b", "image": "registry.example/b:1"},
    ]);
    let deployment = json!({"metadata": {"name": "web"}, "spec": {
        "replicas": 0,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}},
    }});
    let ask = Ask::post(&path, &deployment);
    ask.of(&cluster.admin()).await.ok();
    format!("{path}/web")
}

async fn patch(cluster: &Cluster, path: &str, changes: Value) -> Answer {
    let ask = Ask::patch(path, "strategic-merge", &changes);
    ask.of(&cluster.admin()).await
}

/// What becomes of the pods' spec.
async fn pods(cluster: &Cluster, path: &str, changes: Value) -> Value {
    let changes = json!({"spec": {"template": {"spec": changes}}});
    let new = patch(cluster, path, changes).await.ok();
    new["spec"]["template"]["spec"].clone()
}

fn names(list: &Value) -> Vec<&str> {
    let items = list.as_array().into_iter().flatten();
    items.filter_map(|item| item["name"].as_str()).collect()
}

pub(super) async fn items_are_merged_by_name(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let changes = json!({"containers": [
        {"name": "b", "image": "registry.example/b:2"},
        {"name": "c", "image": "registry.example/c:1"},
    ]});
    let spec = pods(cluster, &path, changes).await;
    assert_eq!(names(&spec["containers"]), ["a", "b", "c"]);
    assert_eq!(spec["containers"][1]["image"], "registry.example/b:2");
    assert_eq!(spec["containers"][0]["image"], "registry.example/a:1");
}

pub(super) async fn an_item_is_deleted_by_its_name(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let changes = json!({"containers": [{"name": "a", "$patch": "delete"}]});
    let spec = pods(cluster, &path, changes).await;
    assert_eq!(names(&spec["containers"]), ["b"]);
}

pub(super) async fn a_list_is_replaced_by_a_directive(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let changes = json!({"containers": [{"$patch": "replace"}, {"name": "c", "image": "registry.example/c:1"}]});
    let spec = pods(cluster, &path, changes).await;
    assert_eq!(names(&spec["containers"]), ["c"]);
}

pub(super) async fn ports_are_known_by_their_number(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let changes =
        json!({"containers": [{"name": "a", "ports": [{"containerPort": 81, "name": "x"}]}]});
    let spec = pods(cluster, &path, changes).await;
    let ports = json!([
        {"containerPort": 80, "protocol": "TCP"},
        {"containerPort": 81, "name": "x", "protocol": "TCP"},
    ]);
    assert_eq!(spec["containers"][0]["ports"], ports);
}

pub(super) async fn the_order_of_items_is_set(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let changes = json!({
        "$setElementOrder/containers": [{"name": "b"}, {"name": "a"}],
        "containers": [{"name": "a", "image": "registry.example/a:2"}],
    });
    let spec = pods(cluster, &path, changes).await;
    assert_eq!(names(&spec["containers"]), ["b", "a"]);
}

pub(super) async fn keys_that_are_not_retained_go(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let strategy = json!({"$retainKeys": ["type"], "type": "Recreate"});
    let new = patch(cluster, &path, json!({"spec": {"strategy": strategy}})).await;
    assert_eq!(new.ok()["spec"]["strategy"], json!({"type": "Recreate"}));
}

pub(super) async fn a_key_that_is_not_retained_is_refused(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let strategy = json!({"$retainKeys": ["rollingUpdate"], "type": "Recreate"});
    let answer = patch(cluster, &path, json!({"spec": {"strategy": strategy}})).await;
    answer.refuses(400, "BadRequest", "invalid patch format of retainKeys");
}

pub(super) async fn values_are_added_and_deleted(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let of = |field: &str, list: &[&str]| json!({"metadata": {field: list}});
    let new = patch(
        cluster,
        &path,
        of("finalizers", &["x.example/a", "x.example/b"]),
    )
    .await;
    new.ok();
    let new = patch(cluster, &path, of("finalizers", &["x.example/c"]))
        .await
        .ok();
    // What the patch names comes first.
    let finalizers = json!(["x.example/c", "x.example/a", "x.example/b"]);
    assert_eq!(new["metadata"]["finalizers"], finalizers);
    let all = ["x.example/a", "x.example/b", "x.example/c"];
    let changes = of("$deleteFromPrimitiveList/finalizers", &all);
    let new = patch(cluster, &path, changes).await.ok();
    assert_eq!(new["metadata"].get("finalizers"), None);
}

pub(super) async fn a_map_is_replaced_or_emptied_by_a_directive(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let of = |labels: Value| json!({"metadata": {"labels": labels}});
    patch(cluster, &path, of(json!({"a": "1", "b": "2"})))
        .await
        .ok();
    let new = patch(cluster, &path, of(json!({"$patch": "replace", "c": "3"}))).await;
    assert_eq!(new.ok()["metadata"]["labels"], json!({"c": "3"}));
    let new = patch(cluster, &path, of(json!({"$patch": "delete"}))).await;
    assert_eq!(new.ok()["metadata"].get("labels"), None);
}

pub(super) async fn an_item_without_its_key_is_refused(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let containers = json!([{"image": "x"}]);
    let changes = json!({"spec": {"template": {"spec": {"containers": containers}}}});
    let answer = patch(cluster, &path, changes).await;
    let says = "map: map[image:x] does not contain declared merge key: name";
    assert_eq!((answer.code, &answer.body["message"]), (500, &says.into()));
}

pub(super) async fn what_does_not_fit_the_type_is_invalid_in_other_words(cluster: &Cluster) {
    let path = deployed(cluster).await;
    for (changes, end) in [
        (
            json!({"metadata": {"labels": {"a": 1}}}),
            "\"map[metadata:map[labels:map[a:1]]]\": cannot convert int64 to string",
        ),
        (
            json!({"spec": []}),
            "\"map[spec:[]]\": cannot restore struct from: slice",
        ),
        (
            json!({"spec": {"replicas": "x"}}),
            "\"map[spec:map[replicas:x]]\": unrecognized type: int32",
        ),
        (
            json!({"metadata": {"finalizers": "x"}}),
            "\"map[metadata:map[finalizers:x]]\": cannot restore slice from string",
        ),
    ] {
        let answer = patch(cluster, &path, changes).await;
        let says = format!(" \"\" is invalid: patch: Invalid value: {end}");
        answer.refuses(422, "Invalid", &says);
    }
}

pub(super) async fn what_is_no_map_is_refused(cluster: &Cluster) {
    let path = deployed(cluster).await;
    let says = "json: cannot unmarshal array into Go value of type map[string]interface {}";
    let answer = patch(cluster, &path, json!([1])).await;
    answer.refuses(400, "BadRequest", says);
    patch(cluster, &path, Value::Null).await.ok();
}

pub(super) async fn a_status_is_patched_apart(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let pods = at(&namespace, "pods");
    let pod =
        json!({"metadata": {"name": "p"}, "spec": {"containers": [{"name": "a", "image": "x:1"}]}});
    Ask::post(&pods, &pod).of(&cluster.admin()).await.ok();
    let condition = |kind: &str, status: &str| json!({"status": {"conditions": [{"type": kind, "status": status}]}});
    let path = format!("{pods}/p/status");
    patch(cluster, &path, condition("One", "True")).await.ok();
    let new = patch(cluster, &path, condition("Two", "False")).await.ok();
    let conditions = new["status"]["conditions"].as_array().unwrap();
    let mut kinds: Vec<&str> = conditions
        .iter()
        .filter_map(|c| c["type"].as_str())
        .collect();
    kinds.retain(|kind| ["One", "Two"].contains(kind));
    assert_eq!(kinds, ["Two", "One"]);
}
