//! Which objects a list holds, as of when, and in how many pieces.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

/// A namespace with the ConfigMaps `a`, `b` (tier=web) and `c` (tier=db), besides the one that every namespace has.
async fn three_maps(cluster: &Cluster) -> String {
    let namespace = cluster.namespace().await;
    for (name, tier) in [("a", "web"), ("b", "web"), ("c", "db")] {
        let map = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "labels": {"tier": tier}},
        });
        Ask::post(at(&namespace, "configmaps"), &map)
            .of(&cluster.admin())
            .await
            .ok();
    }
    at(&namespace, "configmaps")
}

async fn get(cluster: &Cluster, path: String) -> Answer {
    Ask::get(path).of(&cluster.admin()).await
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| item["metadata"]["name"].as_str().unwrap())
        .collect()
}

pub(super) async fn labels_are_chosen_from_a_set(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let list = get(cluster, format!("{maps}?labelSelector=tier+in+(db,cache)"))
        .await
        .ok();
    assert_eq!(names(&list), ["c"]);
}

pub(super) async fn labels_are_chosen_by_being_there(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let list = get(cluster, format!("{maps}?labelSelector=tier"))
        .await
        .ok();
    assert_eq!(names(&list), ["a", "b", "c"]);
}

pub(super) async fn a_label_that_is_absent_is_unequal(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let path =
        format!("{maps}?labelSelector=tier!%3Dweb&fieldSelector=metadata.name!%3Dkube-root-ca.crt");
    let list = get(cluster, path).await.ok();
    assert_eq!(names(&list), ["c"]);
    let path = format!("{maps}?labelSelector=colour!%3Dred,tier");
    assert_eq!(names(&get(cluster, path).await.ok()), ["a", "b", "c"]);
}

pub(super) async fn both_selectors_must_fit(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let path = format!("{maps}?labelSelector=tier%3Dweb&fieldSelector=metadata.name%3Dc");
    assert!(names(&get(cluster, path).await.ok()).is_empty());
}

pub(super) async fn a_namespace_can_be_chosen_from_all(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let namespace = maps.split('/').nth(4).unwrap();
    let path = format!(
        "/api/v1/configmaps?labelSelector=tier&fieldSelector=metadata.namespace%3D{namespace}"
    );
    let list = get(cluster, path).await.ok();
    assert_eq!(names(&list), ["a", "b", "c"]);
    assert_eq!(list["items"][0]["metadata"]["namespace"], namespace);
}

pub(super) async fn secrets_are_chosen_by_type(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let secrets = at(&namespace, "secrets");
    for (name, kind) in [("plain", "Opaque"), ("mine", "example.org/mine")] {
        let secret =
            json!({"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": {"name": name}});
        Ask::post(&secrets, &secret).of(&cluster.admin()).await.ok();
    }
    let list = get(
        cluster,
        format!("{secrets}?fieldSelector=type%3Dexample.org/mine"),
    )
    .await
    .ok();
    assert_eq!(names(&list), ["mine"]);
}

pub(super) async fn names_the_kind_once_and_not_in_each_item(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let list = get(cluster, maps).await.ok();
    assert_eq!(
        (&list["kind"], &list["apiVersion"]),
        (&json!("ConfigMapList"), &json!("v1"))
    );
    assert_eq!(
        (&list["items"][0]["kind"], &list["items"][0]["apiVersion"]),
        (&Value::Null, &Value::Null)
    );
}

pub(super) async fn of_a_namespace_that_is_not_there_is_empty(cluster: &Cluster) {
    let list = get(cluster, at("nowhere", "configmaps")).await.ok();
    assert_eq!(list["items"], json!([]));
}

pub(super) async fn any_version_will_do_when_it_is_0(cluster: &Cluster) {
    let list = get(cluster, "/api/v1/namespaces?resourceVersion=0".to_owned())
        .await
        .ok();
    assert!(names(&list).contains(&"kube-system"));
}

pub(super) async fn a_version_that_is_not_there_yet_is_a_timeout(cluster: &Cluster) {
    let path = "/api/v1/namespaces?resourceVersion=999999999&resourceVersionMatch=NotOlderThan";
    let answer = Ask::get(path).once().of(&cluster.admin()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (504, &json!("Timeout"))
    );
    let causes = answer.causes();
    assert_eq!(
        (causes[0].0, causes[0].1),
        ("ResourceVersionTooLarge", "Too large resource version")
    );
}

pub(super) async fn the_past_is_listed_exactly(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let then = get(cluster, maps.clone()).await.ok();
    let version = then["metadata"]["resourceVersion"].as_str().unwrap();
    Ask::delete(format!("{maps}/a"))
        .of(&cluster.admin())
        .await
        .ok();
    let path =
        format!("{maps}?labelSelector=tier&resourceVersion={version}&resourceVersionMatch=Exact");
    assert_eq!(names(&get(cluster, path).await.ok()), ["a", "b", "c"]);
    let path = format!("{maps}?labelSelector=tier");
    assert_eq!(names(&get(cluster, path).await.ok()), ["b", "c"]);
}

pub(super) async fn a_later_page_shows_what_was_there_at_the_first(cluster: &Cluster) {
    let maps = three_maps(cluster).await;
    let first = get(cluster, format!("{maps}?limit=1")).await.ok();
    assert_eq!(names(&first), ["a"]);
    Ask::delete(format!("{maps}/b"))
        .of(&cluster.admin())
        .await
        .ok();
    let next = first["metadata"]["continue"].as_str().unwrap();
    let second = get(cluster, format!("{maps}?limit=1&continue={next}"))
        .await
        .ok();
    assert_eq!(names(&second), ["b"]);
    assert_eq!(
        second["metadata"]["resourceVersion"],
        first["metadata"]["resourceVersion"]
    );
}

pub(super) async fn a_token_that_nobody_gave_is_refused(cluster: &Cluster) {
    let path = "/api/v1/namespaces?limit=1&continue=garbage";
    get(cluster, path.to_owned()).await.refuses(
        400,
        "BadRequest",
        r"invalid continue token: continue key is not valid: invalid character '\u0081' looking for beginning of value",
    );
}

pub(super) async fn a_page_is_of_no_version_of_ones_own(cluster: &Cluster) {
    let first = get(cluster, "/api/v1/namespaces?limit=1".to_owned())
        .await
        .ok();
    let next = first["metadata"]["continue"].as_str().unwrap();
    let answer = get(
        cluster,
        format!("/api/v1/namespaces?continue={next}&resourceVersion=5"),
    )
    .await;
    answer.refuses(
        400,
        "BadRequest",
        "specifying resource version is not allowed when using continue",
    );
}

pub(super) async fn a_match_without_a_version_is_invalid(cluster: &Cluster) {
    let answer = get(
        cluster,
        "/api/v1/namespaces?resourceVersionMatch=Exact".to_owned(),
    )
    .await;
    answer.refuses(
        422,
        "Invalid",
        r#"ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided"#,
    );
}
