//! What the server says of itself.

use k8s_api_core::request;
use k8s_client::{Client, Error};
use serde_json::Value;

use crate::Cluster;

async fn get(client: &Client, path: &str) -> Result<Value, Error> {
    client.request(request::raw(path).unwrap()).await
}

pub(super) async fn api_names_the_core_versions(cluster: &Cluster) {
    let answer = get(&cluster.pod(), "/api").await.unwrap();
    assert_eq!(answer["kind"], "APIVersions");
    assert_eq!(answer["versions"], serde_json::json!(["v1"]));
    let address = &answer["serverAddressByClientCIDRs"][0];
    assert_eq!(address["clientCIDR"], "0.0.0.0/0");
    assert!(
        address["serverAddress"]
            .as_str()
            .unwrap()
            .ends_with(&cluster.address().port().to_string())
    );
}

pub(super) async fn apis_names_the_groups(cluster: &Cluster) {
    let groups = cluster.pod().api_groups().await.unwrap().groups;
    let auth = groups
        .iter()
        .find(|group| group.name == "authentication.k8s.io")
        .unwrap();
    assert_eq!(
        auth.preferred_version.as_ref().unwrap().group_version,
        "authentication.k8s.io/v1"
    );
}

pub(super) async fn version_names_the_release(cluster: &Cluster) {
    let version = cluster.pod().server_version().await.unwrap();
    assert_eq!(version.major, "1");
    assert!(
        version
            .git_version
            .starts_with(&format!("v1.{}", version.minor)),
        "{version:?}"
    );
}

pub(super) async fn core_resources_have_their_scope(cluster: &Cluster) {
    let list = get(&cluster.pod(), "/api/v1").await.unwrap();
    let namespaced = |name: &str| {
        let resources = list["resources"].as_array().unwrap();
        let found = resources
            .iter()
            .find(|resource| resource["name"] == name)
            .unwrap();
        (
            found["namespaced"].as_bool().unwrap(),
            found["kind"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(namespaced("pods"), (true, "Pod".to_owned()));
    assert_eq!(namespaced("secrets"), (true, "Secret".to_owned()));
    assert_eq!(namespaced("namespaces"), (false, "Namespace".to_owned()));
    assert_eq!(
        namespaced("serviceaccounts"),
        (true, "ServiceAccount".to_owned())
    );
}

pub(super) async fn readyz_says_ok(cluster: &Cluster) {
    let body = cluster
        .admin()
        .request_bytes(request::raw("/readyz").unwrap())
        .await
        .unwrap();
    assert_eq!(body, "ok");
}

async fn check_page_not_found(cluster: &Cluster, path: &str) {
    let error = get(&cluster.admin(), path).await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    let status = error.status().unwrap();
    assert_eq!(
        status.message,
        "the server could not find the requested resource"
    );
    assert_eq!(
        status.details.as_ref().unwrap().causes[0].message,
        "404 page not found"
    );
}

pub(super) async fn an_unknown_path_is_not_found(cluster: &Cluster) {
    let error = get(&cluster.admin(), "/nothing/here").await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

pub(super) async fn an_unknown_resource_is_not_found(cluster: &Cluster) {
    let error = get(&cluster.admin(), "/api/v1/namespaces/default/things")
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(
        error.status().unwrap().message,
        "the server could not find the requested resource"
    );
}

pub(super) async fn an_unknown_group_is_not_found(cluster: &Cluster) {
    check_page_not_found(cluster, "/apis/none.example/v1/things").await;
}
