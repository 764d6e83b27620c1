//! How do I test a function that uses the API, without a cluster?
//!
//! One function of a program, `phases`, runs over four transports without a line changed: a mock that answers by hand,
//! the in-memory server as a service, the same server behind real HTTP in memory, and on a TLS socket. With `--cluster`
//! it runs on the cluster that is configured.
#![allow(clippy::print_stdout, reason = "it prints what it counts")]

use std::collections::BTreeMap;
use std::error::Error;

use k8s_auth::token::StaticToken;
use k8s_auth::{AuthorizeLayer, Origin, Token};
use k8s_client::{Api, Client, ListParams};
use k8s_config::Config;
use k8s_openapi::api::core::v1::Pod;
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile, Listening, mock};
use k8s_transport::{BaseUriLayer, Transport};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tower::Layer as _;

type Failure = Box<dyn Error>;
type Phases = BTreeMap<String, usize>;

/// The function under test: how many pods are in which phase?
async fn phases(client: &Client) -> Result<Phases, k8s_client::Error> {
    let mut phases = Phases::new();
    for pod in Api::<Pod>::all(client.clone())
        .list(&ListParams::default())
        .await?
    {
        let phase = pod
            .status
            .and_then(|status| status.phase)
            .unwrap_or_default();
        *phases.entry(phase).or_default() += 1;
    }
    Ok(phases)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    if std::env::args().nth(1).as_deref() == Some("--cluster") {
        println!(
            "cluster:          {:?}",
            phases(&Client::try_default()?).await?
        );
        return Ok(());
    }
    println!("mock:             {:?}", over_a_mock().await?);
    println!("in-memory server: {:?}", over_the_server().await?);
    println!("HTTP in memory:   {:?}", over_the_connector().await?);
    println!("TLS socket:       {:?}", over_a_socket().await?);
    Ok(())
}

/// Answers by hand: every answer is what the test says it is.
async fn over_a_mock() -> Result<Phases, Failure> {
    let (service, mut handle) = mock::pair();
    let client = Client::new(service);
    let pod = |name: &str| json!({"metadata": {"name": name}, "status": {"phase": "Pending"}});
    let pods = json!({
        "kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [pod("a"), pod("b")],
    });
    let answered = handle.expect_get("/api/v1/pods").answer(&pods);
    let (phases, ()) = tokio::join!(phases(&client), answered);
    Ok(phases?)
}

/// The in-memory server as a service: no bytes, no connection.
async fn over_the_server() -> Result<Phases, Failure> {
    Ok(phases(&admin(&server().await?)?).await?)
}

/// The same server behind HTTP/1.1 or HTTP/2 over memory: no port, and paused time works.
async fn over_the_connector() -> Result<Phases, Failure> {
    let server = server().await?;
    let transport = Transport::new(server.connector());
    let base = BaseUriLayer::new(&"http://in.memory".parse()?)?;
    let authorize = authorize(&server)?;
    Ok(phases(&Client::new(authorize.layer(base.layer(transport)))).await?)
}

/// The same server on a TLS socket, found by a kubeconfig: everything that a real one would see.
async fn over_a_socket() -> Result<Phases, Failure> {
    let server = server().await?;
    let listening: Listening = server.listen().await?;
    let config = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .client_certificate(&server.issue_certificate("admin", &["system:masters"]));
    let file = KubeconfigFile::new(&config)?;
    Ok(phases(&Client::try_from(Config::from_kubeconfig(
        file.path(),
        None,
    )?)?)
    .await?)
}

/// A server with two pods.
async fn server() -> Result<ApiServer, Failure> {
    let server = ApiServer::new();
    let client = admin(&server)?;
    for name in ["a", "b"] {
        let pod: Pod = serde_json::from_value(json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name},
            "spec": {"containers": [{"name": "main", "image": "registry.example/app:1"}]},
        }))?;
        Api::namespaced(client.clone(), "default")
            .create(&pod, &Default::default())
            .await?;
    }
    Ok(server)
}

/// A client with an administrator's token, straight into the server's memory.
fn admin(server: &ApiServer) -> Result<Client, Failure> {
    Ok(Client::new(authorize(server)?.layer(server.clone())))
}

fn authorize(server: &ApiServer) -> Result<AuthorizeLayer<StaticToken>, Failure> {
    let token = server.issue_token("admin", &["system:masters"]);
    let token = StaticToken::new(Token::new(token.expose_secret())?);
    Ok(AuthorizeLayer::new(
        token,
        Origin::loopback_http(&"http://localhost".parse()?)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_pending() -> Phases {
        Phases::from([("Pending".to_owned(), 2)])
    }

    #[tokio::test]
    async fn counts_phases_over_a_mock() {
        assert_eq!(over_a_mock().await.unwrap(), two_pending());
    }

    #[tokio::test]
    async fn counts_phases_over_the_server() {
        assert_eq!(over_the_server().await.unwrap(), two_pending());
    }

    #[tokio::test]
    async fn counts_phases_over_http_in_memory() {
        assert_eq!(over_the_connector().await.unwrap(), two_pending());
    }

    #[tokio::test]
    async fn counts_phases_over_a_tls_socket() {
        assert_eq!(over_a_socket().await.unwrap(), two_pending());
    }
}
