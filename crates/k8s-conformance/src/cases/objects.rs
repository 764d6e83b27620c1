//! What is the same for objects of every kind.

use k8s_api_core::{DynamicObject, PartialObject};
use k8s_client::{Api, CreateParams, DeleteParams, ListParams};

use crate::Cluster;
use crate::cluster::{pod, pods};

async fn api(cluster: &Cluster) -> (Api<DynamicObject>, Api<PartialObject>) {
    let namespace = cluster.namespace().await;
    let whole = Api::namespaced_of(cluster.admin(), pods(), &namespace);
    (
        whole,
        Api::namespaced_of(cluster.admin(), pods(), namespace),
    )
}

pub(super) async fn metadata_alone_is_given_for_one(cluster: &Cluster) {
    let (whole, metadata) = api(cluster).await;
    whole
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap();
    let partial = metadata.get("x").await.unwrap();
    assert_eq!(partial.types.kind, "PartialObjectMetadata");
    assert_eq!(partial.types.api_version, "meta.k8s.io/v1");
    assert_eq!(partial.metadata.name.as_deref(), Some("x"));
}

pub(super) async fn metadata_alone_is_given_for_a_list(cluster: &Cluster) {
    let (whole, metadata) = api(cluster).await;
    whole
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap();
    let list = metadata.list(&ListParams::default()).await.unwrap();
    assert_eq!(list.items.len(), 1);
    assert_eq!(list.items[0].metadata.name.as_deref(), Some("x"));
}

pub(super) async fn a_generated_name_has_its_prefix(cluster: &Cluster) {
    let (whole, _) = api(cluster).await;
    let mut object = pod("");
    object.metadata.name = None;
    object.metadata.generate_name = Some("web-".into());
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..3 {
        let created = whole
            .create(&object, &CreateParams::default())
            .await
            .unwrap();
        let name = created.metadata.name.unwrap();
        assert!(name.starts_with("web-") && name.len() == 9, "{name}");
        names.insert(name);
    }
    assert_eq!(names.len(), 3);
}

pub(super) async fn a_dry_run_stores_nothing(cluster: &Cluster) {
    let (whole, _) = api(cluster).await;
    let created = whole
        .create(&pod("x"), &CreateParams::default().dry_run())
        .await
        .unwrap();
    assert_eq!(created.metadata.name.as_deref(), Some("x"));
    assert!(whole.get_opt("x").await.unwrap().is_none());
}

pub(super) async fn the_server_sets_uid_version_and_time(cluster: &Cluster) {
    let (whole, _) = api(cluster).await;
    let created = whole
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap()
        .metadata;
    assert_eq!(created.uid.unwrap().len(), 36);
    assert!(created.resource_version.unwrap().parse::<u64>().unwrap() > 0);
    assert!(created.creation_timestamp.unwrap().unix_seconds() > 1_700_000_000);
}

pub(super) async fn another_uid_as_precondition_is_a_conflict(cluster: &Cluster) {
    let (whole, _) = api(cluster).await;
    whole
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap();
    let mut params = DeleteParams::default();
    params.uid = Some("00000000-0000-0000-0000-000000000000".to_owned());
    let error = whole.delete("x", &params).await.unwrap_err();
    assert!(error.is_conflict(), "{error:?}");
    assert!(whole.get_opt("x").await.unwrap().is_some());
}

pub(super) async fn the_list_says_which_version_it_is(cluster: &Cluster) {
    let (whole, _) = api(cluster).await;
    let created = whole
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap();
    let list = whole.list(&ListParams::default()).await.unwrap();
    let version = |text: Option<&str>| text.unwrap().parse::<u64>().unwrap();
    let listed = version(list.metadata.resource_version.as_deref());
    assert!(listed >= version(created.metadata.resource_version.as_deref()));
}
