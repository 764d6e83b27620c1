//! Namespaces: objects of the whole cluster.

use k8s_api_core::{DynamicObject, ObjectMeta, TypeMeta};
use k8s_client::{Api, CreateParams, DeleteParams, ListParams};

use crate::Cluster;
use crate::cluster::namespaces;

fn api(cluster: &Cluster) -> Api<DynamicObject> {
    Api::all_of(cluster.admin(), namespaces())
}

fn namespace(name: &str) -> DynamicObject {
    DynamicObject::new(TypeMeta::new("v1", "Namespace"), ObjectMeta::named(name))
}

pub(super) async fn created_read_listed_and_deleted(cluster: &Cluster) {
    let (api, name) = (api(cluster), cluster.name("ns"));
    let created = api
        .create(&namespace(&name), &CreateParams::default())
        .await
        .unwrap();
    assert_eq!(created.data["status"]["phase"], "Active");
    let read = api.get(&name).await.unwrap();
    assert_eq!(read.metadata.uid, created.metadata.uid);
    assert_eq!(read.metadata.labels["kubernetes.io/metadata.name"], name);
    let list = api.list(&ListParams::default()).await.unwrap();
    assert!(
        list.items
            .iter()
            .any(|item| item.metadata.uid == read.metadata.uid)
    );
    api.delete(&name, &DeleteParams::default()).await.unwrap();
    for _ in 0..300 {
        match api.get_opt(&name).await.unwrap() {
            None => return,
            Some(left) => assert_eq!(left.data["status"]["phase"], "Terminating"),
        }
        // real time: the controller of a real cluster empties the namespace first
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the namespace is still there after 15 s");
}

pub(super) async fn a_second_one_of_that_name_is_refused(cluster: &Cluster) {
    let error = api(cluster)
        .create(&namespace("default"), &CreateParams::default())
        .await;
    let error = error.unwrap_err();
    assert!(error.is_already_exists());
    assert_eq!(
        error.status().unwrap().message,
        r#"namespaces "default" already exists"#
    );
}

pub(super) async fn starts_with_the_systems_own(cluster: &Cluster) {
    let list = api(cluster).list(&ListParams::default()).await.unwrap();
    for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
        assert!(
            list.items
                .iter()
                .any(|n| n.metadata.name.as_deref() == Some(name)),
            "{name}"
        );
    }
}

pub(super) async fn an_invalid_name_is_refused_with_its_cause(cluster: &Cluster) {
    let error = api(cluster)
        .create(&namespace("Not_Valid"), &CreateParams::default())
        .await;
    let error = error.unwrap_err();
    let status = error.status().unwrap();
    assert!(error.is_invalid());
    assert_eq!(status.code, 422);
    assert!(
        status.message.starts_with(
            r#"Namespace "Not_Valid" is invalid: metadata.name: Invalid value: "Not_Valid": a lowercase RFC 1123 label must consist of"#
        ),
        "{}",
        status.message
    );
    let cause = &status.details.as_ref().unwrap().causes[0];
    assert_eq!(
        (cause.reason.as_str(), cause.field.as_str()),
        ("FieldValueInvalid", "metadata.name")
    );
}
