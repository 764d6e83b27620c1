//! Who is let in, and to what.

use http::header::AUTHORIZATION;
use k8s_api_core::status::Reason;
use k8s_api_core::{DynamicObject, request};
use k8s_client::{Api, Client, CreateParams, Error, ListParams};

use crate::Cluster;
use crate::cluster::{namespaces, pod, pods, secrets};

const POD_USER: &str = "system:serviceaccount:default:default";

async fn get(client: &Client, path: &str) -> Result<String, Error> {
    let bytes = client.request_bytes(request::raw(path).unwrap()).await?;
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

fn check_forbidden(error: &Error, message: &str) {
    let status = error
        .status()
        .unwrap_or_else(|| panic!("no status: {error:?}"));
    assert_eq!((status.code, &status.reason), (403, &Reason::FORBIDDEN));
    assert_eq!(status.message, message);
}

pub(super) async fn anonymous_is_refused(cluster: &Cluster) {
    let error = get(&cluster.anonymous(), "/api").await.unwrap_err();
    check_forbidden(
        &error,
        r#"forbidden: User "system:anonymous" cannot get path "/api""#,
    );
}

pub(super) async fn anonymous_may_read_the_version(cluster: &Cluster) {
    assert!(
        get(&cluster.anonymous(), "/version")
            .await
            .unwrap()
            .contains("gitVersion")
    );
}

pub(super) async fn a_wrong_token_is_not_known(cluster: &Cluster) {
    let mut request = request::raw("/api").unwrap();
    request
        .headers_mut()
        .insert(AUTHORIZATION, "Bearer not-a-token".parse().unwrap());
    let error = cluster
        .anonymous()
        .request_bytes(request)
        .await
        .unwrap_err();
    let status = error.status().unwrap();
    assert!(error.is_unauthorized());
    assert_eq!(
        (status.code, status.message.as_str()),
        (401, "Unauthorized")
    );
}

pub(super) async fn a_service_account_token_is_accepted(cluster: &Cluster) {
    assert_eq!(cluster.pod().api_versions().await.unwrap().versions, ["v1"]);
}

pub(super) async fn a_client_certificate_is_accepted(cluster: &Cluster) {
    assert!(cluster.admin_config().user.certificate.is_some());
    assert_eq!(
        cluster.admin().api_versions().await.unwrap().versions,
        ["v1"]
    );
}

pub(super) async fn a_viewer_lists_the_pods_of_all_namespaces(cluster: &Cluster) {
    let (a, b) = (cluster.namespace().await, cluster.namespace().await);
    for namespace in [&a, &b] {
        let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), pods(), namespace);
        api.create(&pod("seen"), &CreateParams::default())
            .await
            .unwrap();
    }
    let all = Api::<DynamicObject>::all_of(cluster.pod(), pods());
    let list = all.list(&ListParams::default()).await.unwrap();
    let seen = |namespace: &str| {
        list.items
            .iter()
            .any(|pod| pod.metadata.namespace.as_deref() == Some(namespace))
    };
    assert!(seen(&a) && seen(&b));
}

pub(super) async fn a_viewer_may_not_create_a_pod(cluster: &Cluster) {
    let api = Api::<DynamicObject>::namespaced_of(cluster.pod(), pods(), "default");
    let error = api
        .create(&pod("x"), &CreateParams::default())
        .await
        .unwrap_err();
    check_forbidden(
        &error,
        &format!(
            r#"pods is forbidden: User "{POD_USER}" cannot create resource "pods" in API group "" in the namespace "default""#
        ),
    );
}

pub(super) async fn a_viewer_may_not_read_a_secret(cluster: &Cluster) {
    let api = Api::<DynamicObject>::namespaced_of(cluster.pod(), secrets(), "default");
    let error = api.get("any").await.unwrap_err();
    check_forbidden(
        &error,
        &format!(
            r#"secrets "any" is forbidden: User "{POD_USER}" cannot get resource "secrets" in API group "" in the namespace "default""#
        ),
    );
}

pub(super) async fn a_viewer_may_not_create_a_namespace(cluster: &Cluster) {
    let api = Api::<DynamicObject>::all_of(cluster.pod(), namespaces());
    let object: DynamicObject = serde_json::from_value(serde_json::json!({
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "mine"},
    }))
    .unwrap();
    let error = api
        .create(&object, &CreateParams::default())
        .await
        .unwrap_err();
    check_forbidden(
        &error,
        &format!(
            r#"namespaces is forbidden: User "{POD_USER}" cannot create resource "namespaces" in API group "" at the cluster scope"#
        ),
    );
}

pub(super) async fn a_viewer_may_not_read_a_path_that_no_role_names(cluster: &Cluster) {
    let error = get(&cluster.pod(), "/metrics").await.unwrap_err();
    check_forbidden(
        &error,
        &format!(r#"forbidden: User "{POD_USER}" cannot get path "/metrics""#),
    );
}
