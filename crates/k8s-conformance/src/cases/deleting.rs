//! What happens when something is deleted: at once, later, or not at all.

use http::Method;
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Ask, at, eventually};

fn map(name: &str, finalizers: &[&str]) -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "finalizers": finalizers, "labels": {"name": name}},
    })
}

/// A ConfigMap in a namespace of its own: its namespace, its path, and itself.
async fn created(cluster: &Cluster, finalizers: &[&str]) -> (String, String, Value) {
    let namespace = cluster.namespace().await;
    let ask = Ask::post(at(&namespace, "configmaps"), &map("map", finalizers));
    let object = ask.of(&cluster.admin()).await.ok();
    let path = at(&namespace, "configmaps/map");
    (namespace, path, object)
}

async fn is_there(cluster: &Cluster, path: &str) -> bool {
    Ask::get(path).of(&cluster.admin()).await.code == 200
}

pub(super) async fn a_map_is_answered_with_its_uid(cluster: &Cluster) {
    let (_, path, object) = created(cluster, &[]).await;
    let answer = Ask::delete(path).of(&cluster.admin()).await;
    assert_eq!(answer.code, 200);
    let status = answer.ok();
    assert_eq!(
        (&status["kind"], &status["status"]),
        (&json!("Status"), &json!("Success"))
    );
    let details = json!({"name": "map", "kind": "configmaps", "uid": object["metadata"]["uid"]});
    assert_eq!(status["details"], details);
}

pub(super) async fn a_pod_is_answered_with_itself(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let object = serde_json::to_value(crate::cluster::pod("p")).unwrap();
    let created = Ask::post(at(&namespace, "pods"), &object)
        .of(&admin)
        .await
        .ok();
    let answer = Ask::delete(at(&namespace, "pods/p")).of(&admin).await.ok();
    assert_eq!(answer["kind"], "Pod");
    assert_eq!(answer["metadata"]["uid"], created["metadata"]["uid"]);
}

pub(super) async fn a_dry_run_deletes_nothing(cluster: &Cluster) {
    let (_, path, _) = created(cluster, &[]).await;
    let answer = Ask::delete(format!("{path}?dryRun=All"))
        .of(&cluster.admin())
        .await;
    assert_eq!(answer.code, 200);
    assert!(is_there(cluster, &path).await);
}

pub(super) async fn another_version_as_precondition_is_a_conflict(cluster: &Cluster) {
    let (_, path, _) = created(cluster, &[]).await;
    let options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"resourceVersion": "1"}});
    let answer = Ask::delete(&path).body(&options).of(&cluster.admin()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (409, &json!("Conflict")),
        "{answer:?}"
    );
    assert!(is_there(cluster, &path).await);
}

pub(super) async fn a_finalizer_holds_it_back(cluster: &Cluster) {
    let (_, path, _) = created(cluster, &["example.org/held"]).await;
    let admin = cluster.admin();
    let answer = Ask::delete(&path).of(&admin).await.ok();
    assert_eq!(answer["kind"], "ConfigMap");
    let mut held = Ask::get(&path).of(&admin).await.ok();
    assert!(held["metadata"]["deletionTimestamp"].is_string());
    held["metadata"]["finalizers"] = json!([]);
    Ask::put(&path, &held).of(&admin).await.ok();
    assert!(!is_there(cluster, &path).await);
}

pub(super) async fn no_finalizer_is_added_to_what_goes(cluster: &Cluster) {
    let (_, path, _) = created(cluster, &["example.org/held"]).await;
    let admin = cluster.admin();
    Ask::delete(&path).of(&admin).await.ok();
    let mut held = Ask::get(&path).of(&admin).await.ok();
    held["metadata"]["finalizers"] = json!(["example.org/held", "example.org/more"]);
    let answer = Ask::put(&path, &held).of(&admin).await;
    assert_eq!(answer.code, 422, "{answer:?}");
    assert_eq!(answer.causes()[0].2, "metadata.finalizers");
}

pub(super) async fn a_selection_is_deleted_together(cluster: &Cluster) {
    let (namespace, path, _) = created(cluster, &[]).await;
    let admin = cluster.admin();
    Ask::post(at(&namespace, "configmaps"), &map("other", &[]))
        .of(&admin)
        .await
        .ok();
    let ask = Ask::delete(at(&namespace, "configmaps?labelSelector=name%3Dmap"));
    let answer = ask.of(&admin).await.ok();
    assert_eq!(answer["kind"], "ConfigMapList");
    assert!(!is_there(cluster, &path).await);
    assert!(is_there(cluster, &at(&namespace, "configmaps/other")).await);
}

pub(super) async fn options_of_an_unknown_propagation_are_invalid(cluster: &Cluster) {
    let (_, path, _) = created(cluster, &[]).await;
    let options =
        json!({"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Sideways"});
    let answer = Ask::delete(&path).body(&options).of(&cluster.admin()).await;
    assert_eq!(answer.code, 422, "{answer:?}");
    assert_eq!(answer.causes()[0].2, "propagationPolicy");
}

pub(super) async fn a_namespace_takes_its_content_along(cluster: &Cluster) {
    let (namespace, path, _) = created(cluster, &[]).await;
    Ask::delete(format!("/api/v1/namespaces/{namespace}"))
        .of(&cluster.admin())
        .await
        .ok();
    eventually("the ConfigMap to go", async || {
        (!is_there(cluster, &path).await).then_some(())
    })
    .await;
    let path = format!("/api/v1/namespaces/{namespace}");
    eventually("the namespace to go", async || {
        (!is_there(cluster, &path).await).then_some(())
    })
    .await;
}

pub(super) async fn a_namespace_that_goes_takes_nothing_new(cluster: &Cluster) {
    let (namespace, held, _) = created(cluster, &["example.org/held"]).await;
    let admin = cluster.admin();
    Ask::delete(format!("/api/v1/namespaces/{namespace}"))
        .of(&admin)
        .await
        .ok();
    let answer = Ask::post(at(&namespace, "configmaps"), &map("late", &[]))
        .of(&admin)
        .await;
    answer.refuses(
        403,
        "Forbidden",
        &format!(
            r#"configmaps "late" is forbidden: unable to create new content in namespace {namespace} because it is being terminated"#
        ),
    );
    assert_eq!(answer.causes()[0].0, "NamespaceTerminating");
    Ask::new(Method::PUT, &held)
        .body(&map("map", &[]))
        .of(&admin)
        .await
        .ok();
}

pub(super) async fn the_namespace_default_stays(cluster: &Cluster) {
    let answer = Ask::delete("/api/v1/namespaces/default")
        .of(&cluster.admin())
        .await;
    answer.refuses(
        403,
        "Forbidden",
        r#"namespaces "default" is forbidden: this namespace may not be deleted"#,
    );
}

pub(super) async fn all_namespaces_together_are_not_deleted(cluster: &Cluster) {
    let answer = Ask::delete("/api/v1/namespaces").of(&cluster.admin()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (405, &json!("MethodNotAllowed"))
    );
}

pub(super) async fn a_viewer_may_not(cluster: &Cluster) {
    let answer = Ask::delete(at("default", "configmaps/any"))
        .of(&cluster.pod())
        .await;
    answer.refuses(
        403,
        "Forbidden",
        r#"configmaps "any" is forbidden: User "system:serviceaccount:default:default" cannot delete resource "configmaps" in API group "" in the namespace "default""#,
    );
}

/// A ConfigMap that an owner has, in the owner's namespace.
async fn dependent(cluster: &Cluster, namespace: &str, owners: &[&Value]) -> String {
    let reference = |owner: &&Value| {
        let metadata = &owner["metadata"];
        json!({"apiVersion": "v1", "kind": "ConfigMap", "name": metadata["name"], "uid": metadata["uid"],
               "blockOwnerDeletion": true})
    };
    let mut new = map("dependent", &[]);
    new["metadata"]["ownerReferences"] = owners.iter().map(reference).collect();
    let ask = Ask::post(at(namespace, "configmaps"), &new);
    ask.of(&cluster.admin()).await.ok();
    at(namespace, "configmaps/dependent")
}

async fn delete_with(cluster: &Cluster, path: &str, policy: &str) -> Value {
    let options = json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy});
    let ask = Ask::delete(path).body(&options);
    ask.of(&cluster.admin()).await.ok()
}

async fn goes(cluster: &Cluster, path: &str) {
    eventually("it to go", async || {
        (!is_there(cluster, path).await).then_some(())
    })
    .await;
}

pub(super) async fn in_the_background_dependents_follow(cluster: &Cluster) {
    let (namespace, path, owner) = created(cluster, &[]).await;
    let dependent = dependent(cluster, &namespace, &[&owner]).await;
    assert_eq!(
        delete_with(cluster, &path, "Background").await["kind"],
        "Status"
    );
    assert!(!is_there(cluster, &path).await);
    goes(cluster, &dependent).await;
}

pub(super) async fn in_the_foreground_dependents_go_first(cluster: &Cluster) {
    let (namespace, path, owner) = created(cluster, &[]).await;
    let dependent = dependent(cluster, &namespace, &[&owner]).await;
    let held = delete_with(cluster, &path, "Foreground").await;
    assert_eq!(
        held["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
    assert!(held["metadata"]["deletionTimestamp"].is_string());
    goes(cluster, &path).await;
    assert!(!is_there(cluster, &dependent).await);
}

pub(super) async fn orphans_stay_and_lose_their_owner(cluster: &Cluster) {
    let (namespace, path, owner) = created(cluster, &[]).await;
    let dependent = dependent(cluster, &namespace, &[&owner]).await;
    let held = delete_with(cluster, &path, "Orphan").await;
    assert_eq!(held["metadata"]["finalizers"], json!(["orphan"]));
    goes(cluster, &path).await;
    let left = Ask::get(&dependent).of(&cluster.admin()).await.ok();
    assert_eq!(left["metadata"].get("ownerReferences"), None);
}

pub(super) async fn an_owner_among_several_leaves_the_dependent(cluster: &Cluster) {
    let (namespace, path, owner) = created(cluster, &[]).await;
    let ask = Ask::post(at(&namespace, "configmaps"), &map("other", &[]));
    let other = ask.of(&cluster.admin()).await.ok();
    let dependent = dependent(cluster, &namespace, &[&owner, &other]).await;
    delete_with(cluster, &path, "Background").await;
    let left = eventually("one owner to be left", async || {
        let left = Ask::get(&dependent).of(&cluster.admin()).await.ok();
        let owners = left["metadata"]["ownerReferences"].as_array()?.len();
        (owners == 1).then_some(left)
    })
    .await;
    assert_eq!(
        left["metadata"]["ownerReferences"][0]["uid"],
        other["metadata"]["uid"]
    );
}

pub(super) async fn a_policy_may_stand_in_the_query(cluster: &Cluster) {
    let (_, path, _) = created(cluster, &[]).await;
    let ask = Ask::delete(format!("{path}?propagationPolicy=Foreground"));
    let held = ask.of(&cluster.admin()).await.ok();
    assert_eq!(
        held["metadata"]["finalizers"],
        json!(["foregroundDeletion"])
    );
    goes(cluster, &path).await;
}

pub(super) async fn another_uid_as_precondition_leaves_it(cluster: &Cluster) {
    let (_, path, _) = created(cluster, &[]).await;
    let options =
        json!({"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "other"}});
    let answer = Ask::delete(&path).body(&options).of(&cluster.admin()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (409, &json!("Conflict"))
    );
    assert!(is_there(cluster, &path).await);
}

pub(super) async fn a_dry_run_of_a_selection_deletes_nothing(cluster: &Cluster) {
    let (namespace, path, _) = created(cluster, &[]).await;
    let chosen = format!(
        "{}?labelSelector=name%3Dmap&dryRun=All",
        at(&namespace, "configmaps")
    );
    let list = Ask::delete(chosen).of(&cluster.admin()).await.ok();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert!(is_there(cluster, &path).await);
}

pub(super) async fn a_selection_by_field_is_deleted_together(cluster: &Cluster) {
    let (namespace, path, _) = created(cluster, &[]).await;
    let ask = Ask::post(at(&namespace, "configmaps"), &map("other", &[]));
    ask.of(&cluster.admin()).await.ok();
    let chosen = format!(
        "{}?fieldSelector=metadata.name%3Dother",
        at(&namespace, "configmaps")
    );
    Ask::delete(chosen).of(&cluster.admin()).await.ok();
    assert!(is_there(cluster, &path).await);
    assert!(!is_there(cluster, &at(&namespace, "configmaps/other")).await);
}
