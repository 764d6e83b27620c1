//! The client against an in-memory server on a TLS socket, found as a Pod or a person would find it.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::error::Error as _;
use std::sync::Arc;

use k8s_client::{
    Api, ApiResource, Client, DynamicObject, Error, ListParams, PartialObject, Scope,
};
use k8s_config::{Config, MemorySource};
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile, Listening, ServiceAccountDir};

const ACCOUNT: &str = "system:serviceaccount:default:default";

fn namespaces() -> ApiResource {
    ApiResource::new("", "v1", "Namespace", "namespaces", Scope::Cluster)
}

async fn list(client: &Client) -> Result<usize, Error> {
    let api = Api::<DynamicObject>::all_of(client.clone(), namespaces());
    Ok(api.list(&ListParams::default()).await?.items.len())
}

/// A server, and a Pod of its `default` account that may list namespaces.
struct Pod {
    server: ApiServer,
    listening: Listening,
    mount: ServiceAccountDir,
}

impl Pod {
    async fn start() -> Self {
        let server = ApiServer::new();
        server.allow(ACCOUNT, "list", "namespaces");
        let listening = server.listen().await.unwrap();
        let token = server.issue_service_account_token("default", "default");
        let mount = ServiceAccountDir::new(&token, listening.ca_pem(), "team-a\n").unwrap();
        Self {
            server,
            listening,
            mount,
        }
    }

    fn config(&self) -> Config {
        let source = MemorySource::new()
            .rooted_at(self.mount.root())
            .with_var(
                "KUBERNETES_SERVICE_HOST",
                self.listening.addr().ip().to_string(),
            )
            .with_var(
                "KUBERNETES_SERVICE_PORT_HTTPS",
                self.listening.addr().port().to_string(),
            );
        Config::in_cluster_from(Arc::new(source)).unwrap()
    }
}

#[tokio::test]
async fn a_pod_reads_its_own_cluster() {
    let pod = Pod::start().await;
    let client = Client::try_from(pod.config()).unwrap();
    assert_eq!(client.namespace(), "team-a");
    assert_eq!(client.api_versions().await.unwrap().versions, ["v1"]);
    assert_eq!(list(&client).await.unwrap(), 4);
    let metadata = Api::<PartialObject>::all_of(client, namespaces());
    assert_eq!(
        metadata
            .list(&ListParams::default())
            .await
            .unwrap()
            .items
            .len(),
        4
    );
}

#[tokio::test]
async fn a_token_that_was_replaced_and_revoked_costs_no_request() {
    let mut pod = Pod::start().await;
    let client = Client::try_from(pod.config()).unwrap();
    assert_eq!(list(&client).await.unwrap(), 4);
    pod.server.revoke_tokens_of(ACCOUNT);
    let next = pod.server.issue_service_account_token("default", "default");
    pod.mount.rotate_token(&next).unwrap();
    // At once: the server's 401 makes the client look at the file again.
    assert_eq!(list(&client).await.unwrap(), 4);
}

#[tokio::test]
async fn a_refusal_is_the_servers_own_status() {
    let pod = Pod::start().await;
    let client = Client::try_from(pod.config()).unwrap();
    let api = Api::<DynamicObject>::all_of(client, namespaces());
    let error = api.get("default").await.unwrap_err();
    assert!(error.is_forbidden() && !error.is_unauthorized() && !error.is_connect());
    assert_eq!(error.to_string(), "the server refused the request");
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains(r#"cannot get resource "namespaces""#)
    );
}

async fn from_kubeconfig(
    change: impl FnOnce(Kubeconfig) -> Kubeconfig,
) -> (Listening, Result<Client, Error>) {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let admin = server.issue_token("admin", &["system:masters"]);
    let config = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .token(&admin);
    let file = KubeconfigFile::new(&change(config)).unwrap();
    let config = Config::from_kubeconfig(file.path(), None).unwrap();
    (listening, Client::try_from(config))
}

#[tokio::test]
async fn a_kubeconfig_with_a_token_does() {
    let (_listening, client) = from_kubeconfig(|config| config).await;
    assert_eq!(list(&client.unwrap()).await.unwrap(), 4);
}

#[tokio::test]
async fn a_kubeconfig_acts_as_somebody_else() {
    let (_listening, client) = from_kubeconfig(|config| config.user_field("as", "bob")).await;
    let error = list(&client.unwrap()).await.unwrap_err();
    let status = error.status().unwrap();
    assert!(
        status
            .message
            .contains(r#"User "bob" cannot list resource"#),
        "{}",
        status.message
    );
}

#[tokio::test]
async fn what_this_build_cannot_do_is_an_error_and_never_anonymous() {
    let removed = serde_json::json!({"name": "gcp", "config": {}});
    let gcp = |config: Kubeconfig| {
        config
            .user_field("token", "")
            .user_field("auth-provider", removed)
    };
    let (_listening, client) = from_kubeconfig(gcp).await;
    let error = client.unwrap_err().to_string();
    assert!(error.contains("gke-gcloud-auth-plugin"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_failure_to_connect() {
    let (listening, client) = from_kubeconfig(|config| config).await;
    let client = client.unwrap();
    drop(listening);
    let error = list(&client).await.unwrap_err();
    assert!(error.is_connect() && error.status().is_none(), "{error:?}");
}

#[test]
fn a_client_needs_no_runtime_to_be_made() {
    let mut config = Config::new("http://127.0.0.1:1".parse().unwrap());
    config.namespace = "here".to_owned();
    let client = Client::try_from(config).unwrap();
    assert_eq!(client.namespace(), "here");
}

#[tokio::test]
async fn any_service_is_a_transport() {
    async fn version() -> &'static str {
        r#"{"major":"1","minor":"36","gitVersion":"v1.36.3"}"#
    }
    let router = axum::Router::new().route("/version", axum::routing::get(version));
    let client = Client::new(router);
    assert_eq!(
        client.server_version().await.unwrap().git_version,
        "v1.36.3"
    );
    let error = client.api_versions().await.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}
