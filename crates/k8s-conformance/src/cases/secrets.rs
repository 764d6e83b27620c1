//! Secrets: what is written as text is read as base64.

use k8s_api_core::DynamicObject;
use k8s_client::{Api, CreateParams, DeleteParams, ListParams};
use serde_json::json;

use crate::Cluster;
use crate::cluster::{secret, secrets};

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
