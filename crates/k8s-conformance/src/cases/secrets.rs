//! Secrets: what is written as text is read as base64.

use k8s_api_core::DynamicObject;
use k8s_client::{Api, CreateParams, DeleteParams, ListParams};
use serde_json::{Value, json};

use crate::Cluster;
use crate::cluster::{Answer, Ask, at, secret, secrets};

async fn api(cluster: &Cluster) -> Api<DynamicObject> {
    let namespace = cluster.namespace().await;
    Api::namespaced_of(cluster.admin(), secrets(), namespace)
}

pub(super) async fn created_read_listed_and_deleted(cluster: &Cluster) {
    let api = api(cluster).await;
    api.create(&secret("s"), &CreateParams::default())
        .await
        .unwrap();
    assert_eq!(api.get("s").await.unwrap().types.kind, "Secret");
    let list = api.list(&ListParams::default()).await.unwrap();
    assert_eq!(list.items[0].metadata.name.as_deref(), Some("s"));
    api.delete("s", &DeleteParams::default()).await.unwrap();
    assert!(api.get_opt("s").await.unwrap().is_none());
}

pub(super) async fn string_data_becomes_data(cluster: &Cluster) {
    let created = api(cluster)
        .await
        .create(&secret("s"), &CreateParams::default())
        .await
        .unwrap();
    assert_eq!(created.data["data"], json!({"key": "dmFsdWU="}));
    assert!(!created.data.contains_key("stringData"));
}

pub(super) async fn data_that_is_not_base64_is_refused(cluster: &Cluster) {
    let mut object = secret("s");
    object.data.insert("data".to_owned(), json!({"key": "%%%"}));
    let error = api(cluster)
        .await
        .create(&object, &CreateParams::default())
        .await
        .unwrap_err();
    let status = error.status().unwrap();
    assert_eq!(status.code, 400);
    assert_eq!(
        status.message,
        r#"Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0"#
    );
}

pub(super) async fn the_type_defaults_to_opaque(cluster: &Cluster) {
    let created = api(cluster)
        .await
        .create(&secret("s"), &CreateParams::default())
        .await
        .unwrap();
    assert_eq!(created.data["type"], "Opaque");
}

async fn post(cluster: &Cluster, kind: &str, data: Value) -> Answer {
    let namespace = cluster.namespace().await;
    let secret = json!({
        "apiVersion": "v1",
        "kind": "Secret",
        "type": kind,
        "metadata": {"name": "s"},
        "stringData": data,
    });
    Ask::post(at(&namespace, "secrets"), &secret)
        .of(&cluster.admin())
        .await
}

pub(super) async fn tls_needs_certificate_and_key(cluster: &Cluster) {
    let answer = post(cluster, "kubernetes.io/tls", json!({"tls.crt": "x"})).await;
    answer.refuses(
        422,
        "Invalid",
        r#"Secret "s" is invalid: data[tls.key]: Required value"#,
    );
}

pub(super) async fn basic_auth_needs_one_of_its_keys(cluster: &Cluster) {
    let answer = post(cluster, "kubernetes.io/basic-auth", json!({})).await;
    let fields: Vec<_> = answer
        .causes()
        .iter()
        .map(|cause| cause.2.to_owned())
        .collect();
    assert_eq!(answer.code, 422);
    assert_eq!(fields, ["data[username]", "data[password]"]);
}

pub(super) async fn a_registrys_configuration_must_be_json(cluster: &Cluster) {
    let data = json!({".dockerconfigjson": "[]"});
    let answer = post(cluster, "kubernetes.io/dockerconfigjson", data).await;
    answer.refuses(
        422,
        "Invalid",
        r#"Secret "s" is invalid: data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": json: cannot unmarshal array into Go value of type map[string]interface {}"#,
    );
}

pub(super) async fn the_type_does_not_change(cluster: &Cluster) {
    let mut secret = post(cluster, "Opaque", json!({"key": "value"})).await.ok();
    secret["type"] = "example.org/other".into();
    let namespace = secret["metadata"]["namespace"].as_str().unwrap();
    let answer = Ask::put(at(namespace, "secrets/s"), &secret)
        .of(&cluster.admin())
        .await;
    answer.refuses(
        422,
        "Invalid",
        r#"Secret "s" is invalid: type: Invalid value: "example.org/other": field is immutable"#,
    );
}

pub(super) async fn immutable_ones_keep_their_data(cluster: &Cluster) {
    let mut secret = post(cluster, "Opaque", json!({"key": "value"})).await.ok();
    let path = at(
        secret["metadata"]["namespace"].as_str().unwrap(),
        "secrets/s",
    );
    secret["immutable"] = true.into();
    let mut secret = Ask::put(&path, &secret).of(&cluster.admin()).await.ok();
    secret["data"]["key"] = "b3RoZXI=".into();
    let answer = Ask::put(&path, &secret).of(&cluster.admin()).await;
    answer.refuses(
        422,
        "Invalid",
        r#"Secret "s" is invalid: data: Forbidden: field is immutable when `immutable` is set"#,
    );
}
