//! The form of answers: whole objects, metadata alone, headers alone, and what is said beside them.

use http::Method;
use serde_json::json;

use crate::Cluster;
use crate::cluster::{Ask, at, eventually};

const NAMESPACE: &str = "/api/v1/namespaces/default";
const METADATA: &str = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

pub(super) async fn metadata_of_one_is_not_given_for_a_list(cluster: &Cluster) {
    let ask = Ask::get("/api/v1/namespaces").set("accept", METADATA);
    let answer = ask.of(&cluster.admin()).await;
    assert_eq!(
        (answer.code, &answer.body["reason"]),
        (406, &json!("NotAcceptable")),
        "{answer:?}"
    );
}

pub(super) async fn metadata_is_preferred_when_it_is_named_first(cluster: &Cluster) {
    let ask = Ask::get(NAMESPACE).set("accept", &format!("{METADATA},application/json"));
    assert_eq!(
        ask.of(&cluster.admin()).await.ok()["kind"],
        "PartialObjectMetadata"
    );
}

pub(super) async fn an_unknown_form_falls_back_to_the_next(cluster: &Cluster) {
    let unknown = "application/json;as=Poem;g=example.org;v=v1";
    let ask = Ask::get(NAMESPACE).set("accept", &format!("{unknown},application/json"));
    assert_eq!(ask.of(&cluster.admin()).await.ok()["kind"], "Namespace");
}

pub(super) async fn any_form_will_do_when_none_is_asked_for(cluster: &Cluster) {
    let answer = Ask::get(NAMESPACE)
        .set("accept", "*/*")
        .of(&cluster.admin())
        .await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.ok()["kind"], "Namespace");
}

pub(super) async fn headers_alone_have_no_body(cluster: &Cluster) {
    let answer = Ask::new(Method::HEAD, NAMESPACE).of(&cluster.admin()).await;
    assert_eq!((answer.code, answer.text.as_str()), (405, ""));
}

pub(super) async fn every_answer_has_an_id_in_the_audit(cluster: &Cluster) {
    let answer = Ask::get("/api").of(&cluster.anonymous()).await;
    assert_eq!(answer.headers["audit-id"].to_str().unwrap().len(), 36);
}

pub(super) async fn the_audits_id_may_be_chosen(cluster: &Cluster) {
    let ask = Ask::get("/version").set("audit-id", "one-of-mine");
    assert_eq!(
        ask.of(&cluster.pod()).await.headers["audit-id"],
        "one-of-mine"
    );
}

pub(super) async fn answers_are_not_to_be_kept(cluster: &Cluster) {
    let answer = Ask::get(NAMESPACE).of(&cluster.pod()).await;
    assert_eq!(answer.headers["cache-control"], "no-cache, private");
}

pub(super) async fn a_name_wins_over_a_prefix(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let map = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "mine", "generateName": "some-"},
    });
    let created = Ask::post(at(&namespace, "configmaps"), &map)
        .of(&cluster.admin())
        .await
        .ok();
    assert_eq!(created["metadata"]["name"], "mine");
    assert_eq!(created["metadata"]["generateName"], "some-");
}

pub(super) async fn neither_name_nor_prefix_is_invalid(cluster: &Cluster) {
    let map = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}});
    let answer = Ask::post(at("default", "configmaps"), &map)
        .of(&cluster.admin())
        .await;
    answer.refuses(
        422,
        "Invalid",
        r#"ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required"#,
    );
}

pub(super) async fn a_generated_name_is_cut_to_fit(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let prefix = "x".repeat(70);
    let map =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": prefix}});
    let created = Ask::post(at(&namespace, "configmaps"), &map)
        .of(&cluster.admin())
        .await
        .ok();
    let name = created["metadata"]["name"].as_str().unwrap();
    assert_eq!(name.len(), 63, "{name}");
}

pub(super) async fn every_namespace_has_the_cas_bundle(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let map = eventually("the CA's bundle", async || {
        let answer = Ask::get(at(&namespace, "configmaps/kube-root-ca.crt"))
            .of(&admin)
            .await;
        (answer.code == 200).then(|| answer.ok())
    })
    .await;
    let ca = std::fs::read_to_string(cluster.ca_file()).unwrap();
    assert_eq!(
        map["data"]["ca.crt"].as_str().unwrap().trim_end(),
        ca.trim_end()
    );
}

pub(super) async fn a_service_account_is_made_again(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let path = at(&namespace, "serviceaccounts/default");
    let first = Ask::get(&path).of(&admin).await.ok();
    Ask::delete(&path).of(&admin).await.ok();
    eventually("another default service account", async || {
        let answer = Ask::get(&path).of(&admin).await;
        (answer.code == 200 && answer.ok()["metadata"]["uid"] != first["metadata"]["uid"])
            .then_some(())
    })
    .await;
}
