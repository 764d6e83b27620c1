//! A whole object put in the place of another: which versions, names and changes the server takes.

use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at};

/// A ConfigMap of a namespace of its own, as it was created.
struct Map<'a> {
    cluster: &'a Cluster,
    path: String,
    created: Value,
}

impl<'a> Map<'a> {
    async fn new(cluster: &'a Cluster) -> Self {
        let namespace = cluster.namespace().await;
        let map = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "map"},
            "data": {"colour": "red"},
        });
        let ask = Ask::post(at(&namespace, "configmaps"), &map);
        let created = ask.of(&cluster.admin()).await.ok();
        let path = at(&namespace, "configmaps/map");
        Self {
            cluster,
            path,
            created,
        }
    }

    /// Puts what `change` makes of the object as it was created.
    async fn put(&self, change: impl FnOnce(&mut Value)) -> Answer {
        let mut new = self.created.clone();
        change(&mut new);
        Ask::put(&self.path, &new).of(&self.cluster.admin()).await
    }

    fn version(&self) -> u64 {
        version(&self.created)
    }
}

fn version(object: &Value) -> u64 {
    let version = object["metadata"]["resourceVersion"].as_str().unwrap();
    version.parse().unwrap()
}

fn blue(map: &mut Value) {
    map["data"]["colour"] = "blue".into();
}

pub(super) async fn what_was_read_is_replaced(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    let answer = map.put(blue).await;
    assert_eq!(answer.code, 200);
    let replaced = answer.ok();
    assert_eq!(replaced["data"], json!({"colour": "blue"}));
    assert!(version(&replaced) > map.version());
    for kept in ["uid", "creationTimestamp"] {
        assert_eq!(replaced["metadata"][kept], map.created["metadata"][kept]);
    }
}

pub(super) async fn an_older_version_is_a_conflict(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    map.put(blue).await.ok();
    map.put(|map| map["data"]["colour"] = "green".into()).await.refuses(
        409,
        "Conflict",
        r#"Operation cannot be fulfilled on configmaps "map": the object has been modified; please apply your changes to the latest version and try again"#,
    );
}

pub(super) async fn without_a_version_the_last_one_wins(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    map.put(blue).await.ok();
    let answer = map
        .put(|map| {
            map["metadata"]
                .as_object_mut()
                .unwrap()
                .remove("resourceVersion");
            map["data"]["colour"] = "green".into();
        })
        .await;
    assert_eq!(answer.ok()["data"]["colour"], "green");
}

pub(super) async fn no_change_makes_no_version(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    assert_eq!(version(&map.put(|_| {}).await.ok()), map.version());
}

pub(super) async fn a_dry_run_changes_nothing(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    let mut new = map.created.clone();
    blue(&mut new);
    let admin = cluster.admin();
    let ask = Ask::put(format!("{}?dryRun=All", map.path), &new);
    assert_eq!(ask.of(&admin).await.ok()["data"]["colour"], "blue");
    let stored = Ask::get(&map.path).of(&admin).await.ok();
    assert_eq!(stored["data"]["colour"], "red");
}

pub(super) async fn another_name_than_the_paths_is_refused(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    map.put(|map| map["metadata"]["name"] = "other".into())
        .await
        .refuses(
            400,
            "BadRequest",
            "the name of the object (other) does not match the name on the URL (map)",
        );
}

pub(super) async fn another_namespace_than_the_paths_is_refused(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    map.put(|map| map["metadata"]["namespace"] = "kube-system".into())
        .await
        .refuses(
            400,
            "BadRequest",
            "the namespace of the provided object does not match the namespace sent on the request",
        );
}

pub(super) async fn the_namespace_may_be_left_to_the_path(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    let answer = map
        .put(|map| {
            map["metadata"].as_object_mut().unwrap().remove("namespace");
            blue(map);
        })
        .await;
    assert_eq!(
        answer.ok()["metadata"]["namespace"],
        map.created["metadata"]["namespace"]
    );
}

pub(super) async fn the_kind_may_be_left_to_the_path(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    let answer = map
        .put(|map| {
            map.as_object_mut()
                .unwrap()
                .retain(|field, _| field != "kind" && field != "apiVersion");
            blue(map);
        })
        .await
        .ok();
    assert_eq!(
        (&answer["kind"], &answer["apiVersion"]),
        (&json!("ConfigMap"), &json!("v1"))
    );
}

pub(super) async fn another_uid_is_a_conflict(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    let other = "00000000-0000-0000-0000-000000000000";
    let answer = map.put(|map| map["metadata"]["uid"] = other.into()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (409, &json!("Conflict")),
        "{answer:?}"
    );
}

pub(super) async fn what_is_not_there_is_not_found(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    Ask::delete(&map.path).of(&cluster.admin()).await.ok();
    let answer = map
        .put(|map| map["metadata"] = json!({"name": "map"}))
        .await;
    answer.refuses(404, "NotFound", r#"configmaps "map" not found"#);
}

pub(super) async fn labels_are_replaced_whole(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    map.put(|map| {
        map["metadata"]["labels"] = json!({"a": "1", "b": "2"});
        map["metadata"]
            .as_object_mut()
            .unwrap()
            .remove("resourceVersion");
    })
    .await
    .ok();
    let answer = map
        .put(|map| {
            map["metadata"]["labels"] = json!({"b": "3"});
            map["metadata"]
                .as_object_mut()
                .unwrap()
                .remove("resourceVersion");
        })
        .await;
    assert_eq!(answer.ok()["metadata"]["labels"], json!({"b": "3"}));
}

pub(super) async fn an_immutable_map_keeps_its_data(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    let frozen = map.put(|map| map["immutable"] = true.into()).await.ok();
    let mut new = frozen.clone();
    blue(&mut new);
    Ask::put(&map.path, &new).of(&cluster.admin()).await.refuses(
        422,
        "Invalid",
        r#"ConfigMap "map" is invalid: data: Forbidden: field is immutable when `immutable` is set"#,
    );
}

pub(super) async fn a_key_that_is_no_file_name_is_invalid(cluster: &Cluster) {
    let map = Map::new(cluster).await;
    let answer = map.put(|map| map["data"] = json!({"a/b": "c"})).await;
    assert_eq!(answer.code, 422);
    let causes = answer.causes();
    assert_eq!(
        (causes[0].0, causes[0].2),
        ("FieldValueInvalid", "data[a/b]")
    );
}

pub(super) async fn a_pods_image_may_change_but_not_its_name(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let object = serde_json::to_value(crate::cluster::pod("p")).unwrap();
    let mut pod = Ask::post(at(&namespace, "pods"), &object)
        .of(&admin)
        .await
        .ok();
    pod["spec"]["containers"][0]["image"] = "registry.example/app:2".into();
    let path = at(&namespace, "pods/p");
    let mut pod = Ask::put(&path, &pod).of(&admin).await.ok();
    pod["spec"]["containers"][0]["name"] = "other".into();
    let answer = Ask::put(&path, &pod).of(&admin).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (422, &json!("Invalid"))
    );
    let message = answer.body["message"].as_str().unwrap();
    assert!(
        message.starts_with(
            r#"Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than"#
        ),
        "{message}"
    );
}

pub(super) async fn a_lease_comes_about_by_it(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let lease = json!({
        "apiVersion": "coordination.k8s.io/v1",
        "kind": "Lease",
        "metadata": {"name": "leader", "namespace": namespace},
        "spec": {"holderIdentity": "me", "leaseDurationSeconds": 15},
    });
    let path = format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases/leader");
    let answer = Ask::put(path, &lease).of(&cluster.admin()).await;
    assert_eq!(answer.code, 201, "{answer:?}");
    assert_eq!(answer.ok()["spec"]["holderIdentity"], "me");
}
