//! What is written apart from an object: its scale, and its status.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

/// A Deployment of two pods that no controller touches: of no kind of objects that one acts on, it is paused.
pub(super) fn deployment(name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": "registry.example/app:1"}]},
            },
        },
    })
}

/// A replication controller: where its scale is, and itself. It makes no pods: it wants none.
async fn created(cluster: &Cluster) -> (String, Value) {
    let namespace = cluster.namespace().await;
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
    let ask = Ask::post(&path, &deployment("web"));
    let object = ask.of(&cluster.admin()).await.ok();
    (format!("{path}/web"), object)
}

async fn get(cluster: &Cluster, path: &str) -> Answer {
    Ask::get(path).of(&cluster.admin()).await
}

async fn patch(cluster: &Cluster, path: &str, change: Value) -> Answer {
    Ask::patch(path, "merge", &change)
        .of(&cluster.admin())
        .await
}

pub(super) async fn a_deployment_says_its_scale(cluster: &Cluster) {
    let (path, object) = created(cluster).await;
    let scale = get(cluster, &format!("{path}/scale")).await.ok();
    assert_eq!(
        (&scale["kind"], &scale["apiVersion"]),
        (&json!("Scale"), &json!("autoscaling/v1"))
    );
    assert_eq!(scale["metadata"]["uid"], object["metadata"]["uid"]);
    assert_eq!(scale["spec"], json!({}));
    assert_eq!(
        scale["status"],
        json!({"replicas": 0, "selector": "app=web"})
    );
}

pub(super) async fn a_scale_is_replaced(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let mut scale = get(cluster, &format!("{path}/scale")).await.ok();
    // The controller writes the status a moment later: whoever has seen no version wins.
    scale["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("resourceVersion");
    scale["spec"]["replicas"] = 1.into();
    let ask = Ask::put(format!("{path}/scale"), &scale);
    assert_eq!(ask.of(&cluster.admin()).await.ok()["spec"]["replicas"], 1);
    assert_eq!(get(cluster, &path).await.ok()["spec"]["replicas"], 1);
}

pub(super) async fn a_scale_is_patched(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let scale = patch(
        cluster,
        &format!("{path}/scale"),
        json!({"spec": {"replicas": 1}}),
    )
    .await;
    assert_eq!(scale.ok()["spec"]["replicas"], 1);
    assert_eq!(get(cluster, &path).await.ok()["spec"]["replicas"], 1);
}

pub(super) async fn less_than_nothing_is_invalid(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let answer = patch(
        cluster,
        &format!("{path}/scale"),
        json!({"spec": {"replicas": -1}}),
    )
    .await;
    let says = "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0";
    answer.refuses(422, "Invalid", says);
}

pub(super) async fn an_older_version_is_a_conflict(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let change = json!({"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 1}});
    let answer = patch(cluster, &format!("{path}/scale"), change).await;
    let says = "Operation cannot be fulfilled on deployments.apps \"web\": the object has been modified; please apply your \
                changes to the latest version and try again";
    answer.refuses(409, "Conflict", says);
}

pub(super) async fn what_has_no_scale_is_not_found(cluster: &Cluster) {
    let path = at("default", "configmaps/kube-root-ca.crt/scale");
    let says = "the server could not find the requested resource";
    get(cluster, &path).await.refuses(404, "NotFound", says);
}

pub(super) async fn a_dry_run_scales_nothing(cluster: &Cluster) {
    let (path, _) = created(cluster).await;
    let dry = format!("{path}/scale?dryRun=All");
    let scale = patch(cluster, &dry, json!({"spec": {"replicas": 7}}))
        .await
        .ok();
    assert_eq!(scale["spec"]["replicas"], 7);
    assert_eq!(get(cluster, &path).await.ok()["spec"]["replicas"], 0);
}

/// A pod that no scheduler sees, and its path.
async fn pod(cluster: &Cluster) -> (String, Value) {
    let namespace = cluster.namespace().await;
    let pod = serde_json::to_value(crate::cluster::pod("p")).unwrap();
    let ask = Ask::post(at(&namespace, "pods"), &pod);
    (
        at(&namespace, "pods/p"),
        ask.of(&cluster.admin()).await.ok(),
    )
}

pub(super) async fn a_status_is_written_apart(cluster: &Cluster) {
    let (path, mut pod) = pod(cluster).await;
    pod["status"]["message"] = "seen".into();
    let kept = Ask::put(&path, &pod).of(&cluster.admin()).await.ok();
    assert_eq!(kept["status"].get("message"), None);
    let kept = Ask::put(format!("{path}/status"), &pod)
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(kept["status"]["message"], "seen");
    let read = get(cluster, &format!("{path}/status")).await.ok();
    assert_eq!(
        (&read["kind"], &read["status"]["message"]),
        (&json!("Pod"), &json!("seen"))
    );
}

pub(super) async fn what_is_wanted_is_not_written_with_the_status(cluster: &Cluster) {
    let (path, old) = created(cluster).await;
    let change = json!({"spec": {"replicas": 5}, "status": {"collisionCount": 3}});
    let kept = patch(cluster, &format!("{path}/status"), change).await.ok();
    assert_eq!(
        (&kept["spec"]["replicas"], &kept["status"]["collisionCount"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(
        kept["metadata"]["generation"],
        old["metadata"]["generation"]
    );
}

pub(super) async fn a_status_is_patched(cluster: &Cluster) {
    let (path, _) = pod(cluster).await;
    let change = json!({"status": {"message": "seen", "reason": "Tried"}});
    let kept = patch(cluster, &format!("{path}/status"), change).await.ok();
    assert_eq!(kept["status"]["message"], "seen");
    assert_eq!(get(cluster, &path).await.ok()["status"]["reason"], "Tried");
}

pub(super) async fn a_change_of_what_is_wanted_is_counted(cluster: &Cluster) {
    let (path, old) = created(cluster).await;
    assert_eq!(old["metadata"]["generation"], 1);
    let labelled = patch(cluster, &path, json!({"metadata": {"labels": {"a": "b"}}}))
        .await
        .ok();
    assert_eq!(labelled["metadata"]["generation"], 1);
    let changed = patch(cluster, &path, json!({"spec": {"minReadySeconds": 3}}))
        .await
        .ok();
    assert_eq!(changed["metadata"]["generation"], 2);
}

pub(super) async fn a_status_cannot_be_created(cluster: &Cluster) {
    let (path, pod) = pod(cluster).await;
    let answer = Ask::post(format!("{path}/status"), &pod)
        .of(&cluster.admin())
        .await;
    let says = "the server does not allow this method on the requested resource";
    answer.refuses(405, "MethodNotAllowed", says);
}
