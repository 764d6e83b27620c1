//! Pods: objects of a namespace.

use std::collections::BTreeSet;

use k8s_api_core::DynamicObject;
use k8s_client::{Api, CreateParams, DeleteParams, ListParams};
use serde_json::json;

use crate::Cluster;
use crate::cluster::{pod, pods};

async fn api(cluster: &Cluster) -> Api<DynamicObject> {
    let namespace = cluster.namespace().await;
    Api::namespaced_of(cluster.admin(), pods(), namespace)
}

fn names(items: Vec<DynamicObject>) -> BTreeSet<String> {
    items
        .into_iter()
        .filter_map(|item| item.metadata.name.map(String::from))
        .collect()
}

pub(super) async fn created_read_listed_and_deleted(cluster: &Cluster) {
    let api = api(cluster).await;
    let created = api
        .create(&pod("web"), &CreateParams::default())
        .await
        .unwrap();
    assert_eq!(created.types.kind, "Pod");
    let read = api.get("web").await.unwrap();
    assert_eq!(read.metadata.uid, created.metadata.uid);
    assert_eq!(read.data["status"]["phase"], "Pending");
    assert_eq!(
        names(api.list(&ListParams::default()).await.unwrap().items),
        ["web".to_owned()].into()
    );
    api.delete("web", &DeleteParams::default()).await.unwrap();
    assert!(api.get_opt("web").await.unwrap().is_none());
}

pub(super) async fn one_that_is_not_there_is_not_found(cluster: &Cluster) {
    let error = api(cluster).await.get("nobody").await.unwrap_err();
    let status = error.status().unwrap();
    assert!(error.is_not_found());
    assert_eq!(status.message, r#"pods "nobody" not found"#);
    let details = status.details.as_ref().unwrap();
    assert_eq!(
        (details.name.as_str(), details.kind.as_str()),
        ("nobody", "pods")
    );
}

pub(super) async fn deleting_what_is_not_there_is_not_found(cluster: &Cluster) {
    let error = api(cluster)
        .await
        .delete("nobody", &DeleteParams::default())
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        error.status().unwrap().message,
        r#"pods "nobody" not found"#
    );
}

pub(super) async fn a_second_one_of_that_name_is_refused(cluster: &Cluster) {
    let api = api(cluster).await;
    api.create(&pod("one"), &CreateParams::default())
        .await
        .unwrap();
    let error = api
        .create(&pod("one"), &CreateParams::default())
        .await
        .unwrap_err();
    let status = error.status().unwrap();
    assert!(error.is_already_exists() && !error.is_conflict());
    assert_eq!(
        (status.code, status.message.as_str()),
        (409, r#"pods "one" already exists"#)
    );
}

pub(super) async fn without_containers_is_invalid(cluster: &Cluster) {
    let mut empty = pod("empty");
    empty
        .data
        .insert("spec".to_owned(), json!({"containers": []}));
    let error = api(cluster)
        .await
        .create(&empty, &CreateParams::default())
        .await
        .unwrap_err();
    let status = error.status().unwrap();
    assert!(error.is_invalid());
    assert_eq!(
        status.message,
        r#"Pod "empty" is invalid: spec.containers: Required value"#
    );
    let cause = &status.details.as_ref().unwrap().causes[0];
    assert_eq!(
        (cause.reason.as_str(), cause.field.as_str()),
        ("FieldValueRequired", "spec.containers")
    );
}

pub(super) async fn in_a_namespace_that_is_not_there_is_not_found(cluster: &Cluster) {
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), pods(), "nowhere");
    let error = api
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(
        error.status().unwrap().message,
        r#"namespaces "nowhere" not found"#
    );
}

pub(super) async fn are_listed_by_label(cluster: &Cluster) {
    let api = api(cluster).await;
    for (name, app) in [("a", "web"), ("b", "web"), ("c", "db")] {
        let mut object = pod(name);
        object
            .metadata
            .labels
            .insert("app".to_owned(), app.to_owned());
        api.create(&object, &CreateParams::default()).await.unwrap();
    }
    let by = async |selector: &str| {
        names(
            api.list(&ListParams::default().labels(selector))
                .await
                .unwrap()
                .items,
        )
    };
    assert_eq!(by("app=web").await, ["a".to_owned(), "b".to_owned()].into());
    assert_eq!(by("app notin (web)").await, ["c".to_owned()].into());
    assert!(by("!app").await.is_empty());
}

pub(super) async fn are_listed_by_name_as_a_field(cluster: &Cluster) {
    let api = api(cluster).await;
    for name in ["a", "b"] {
        api.create(&pod(name), &CreateParams::default())
            .await
            .unwrap();
    }
    let list = api
        .list(&ListParams::default().fields("metadata.name=b"))
        .await
        .unwrap();
    assert_eq!(names(list.items), ["b".to_owned()].into());
}

pub(super) async fn are_listed_page_by_page(cluster: &Cluster) {
    let api = api(cluster).await;
    for name in ["a", "b", "c"] {
        api.create(&pod(name), &CreateParams::default())
            .await
            .unwrap();
    }
    let first = api.list(&ListParams::default().limit(2)).await.unwrap();
    let next = first.continue_token().unwrap().to_owned();
    assert_eq!(first.metadata.remaining_item_count, Some(1));
    assert_eq!(names(first.items), ["a".to_owned(), "b".to_owned()].into());
    let second = api
        .list(&ListParams::default().limit(2).continue_from(next))
        .await
        .unwrap();
    assert!(second.continue_token().is_none());
    assert_eq!(names(second.items), ["c".to_owned()].into());
}

pub(super) async fn defaults_are_filled_in(cluster: &Cluster) {
    let created = api(cluster)
        .await
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap();
    let spec = &created.data["spec"];
    assert_eq!(spec["restartPolicy"], "Always");
    assert_eq!(spec["serviceAccountName"], "default");
    assert_eq!(spec["terminationGracePeriodSeconds"], 30);
    assert_eq!(spec["dnsPolicy"], "ClusterFirst");
    assert_eq!(spec["containers"][0]["imagePullPolicy"], "IfNotPresent");
    assert_eq!(created.data["status"]["qosClass"], "BestEffort");
}
