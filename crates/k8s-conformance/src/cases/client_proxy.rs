//! The client through a real `kubectl proxy`: plain http, and no credential of its own.

use k8s_api_core::{DynamicObject, Resource as _};
use k8s_client::discovery::Discovery;
use k8s_client::{Api, Client, Config, CreateParams, DeleteParams, ListParams, Patch, PatchParams};
use serde_json::json;

use crate::Cluster;
use crate::cluster::{map, maps, namespaces};

pub(super) async fn all_sorts_of_requests_pass(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let proxy = cluster.kubectl_proxy().await;
    let config = Config::new(proxy.url().parse().unwrap());
    let client = Client::try_from(config).unwrap();
    assert!(
        client
            .server_version()
            .await
            .unwrap()
            .git_version
            .starts_with("v1.")
    );
    let maps = Api::<DynamicObject>::namespaced_of(client.clone(), maps(), &namespace);
    maps.create(&map("m"), &CreateParams::default())
        .await
        .unwrap();
    let waiting = maps.wait_for("m", |object| {
        object.is_some_and(|object| object.data["data"]["colour"] == "blue")
    });
    let patching = async {
        let patch = Patch::merge(&json!({"data": {"colour": "blue"}})).unwrap();
        maps.patch("m", &patch, &PatchParams::default())
            .await
            .unwrap();
    };
    let (found, ()) = tokio::join!(waiting, patching);
    assert_eq!(found.unwrap().unwrap().name(), Some("m"));
    let mut pages = maps.list_stream(&ListParams::default().limit(1));
    let mut listed = 0;
    while let Some(object) = pages.next().await {
        object.unwrap();
        listed += 1;
    }
    assert_eq!(listed, 2);
    let error = maps.get("none").await.unwrap_err();
    assert!(error.is_not_found());
    maps.delete("m", &DeleteParams::default()).await.unwrap();
    let found = Discovery::new(client.clone())
        .find("ns")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.resource, namespaces());
}

pub(super) async fn one_that_is_gone_is_a_failure_to_connect(cluster: &Cluster) {
    let proxy = cluster.kubectl_proxy().await;
    let client = Client::try_from(Config::new(proxy.url().parse().unwrap())).unwrap();
    client.server_version().await.unwrap();
    proxy.stop().await;
    let error = client.server_version().await.unwrap_err();
    assert!(error.is_connect() && error.is_retryable(), "{error:?}");
}
