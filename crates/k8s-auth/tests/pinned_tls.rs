//! The trust layer in a plain hyper-util client, on real TLS sockets.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::error::Error;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::Empty;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use k8s_auth::{Identity, PinnedTls, TlsError, Trust, crypto, danger};
use k8s_config::Material;
use k8s_testing::certs::{Ca, Leaf};
use k8s_testing::{ApiServer, ListenOptions, Listening};
use secrecy::ExposeSecret as _;
use tower::Layer as _;

type Plain = Client<PinnedTls<HttpConnector>, Empty<Bytes>>;

fn plain(trust: &Trust, http2: bool) -> Plain {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    Client::builder(TokioExecutor::new()).build(trust.layer().http2(http2).layer(tcp))
}

fn trust(pem: &str) -> Trust {
    Trust::new(Material::inline(pem, "the test's bundle"), crypto::ring()).unwrap()
}

async fn get(client: &Plain, uri: &str) -> Result<(StatusCode, Version), Box<dyn Error>> {
    let response = client
        .request(Request::get(uri).body(Empty::new())?)
        .await?;
    Ok((response.status(), response.version()))
}

/// Any path answers somebody: `/version` needs no credential.
async fn version(client: &Plain, listening: &Listening) -> Result<StatusCode, Box<dyn Error>> {
    Ok(get(client, &format!("{}/version", listening.url()))
        .await?
        .0)
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

fn tls_error(error: &dyn Error) -> &TlsError {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(found) = cause.downcast_ref() {
            return found;
        }
        next = cause.source();
    }
    panic!("no TLS error in {}", chain(error));
}

#[tokio::test]
async fn believes_a_server_under_its_ca_over_http1_and_http2() {
    let listening = ApiServer::new().listen().await.unwrap();
    let trust = trust(listening.ca_pem());
    let uri = format!("{}/version", listening.url());
    let http1 = get(&plain(&trust, false), &uri).await.unwrap();
    let http2 = get(&plain(&trust, true), &uri).await.unwrap();
    assert_eq!(http1, (StatusCode::OK, Version::HTTP_11));
    assert_eq!(http2, (StatusCode::OK, Version::HTTP_2));
}

#[tokio::test]
async fn refuses_a_server_under_another_ca_and_says_whose() {
    let listening = ApiServer::new().listen().await.unwrap();
    let client = plain(&trust(Ca::new("somebody-else").pem()), true);
    let error = version(&client, &listening).await.unwrap_err();
    let unknown = tls_error(error.as_ref())
        .unknown_issuer()
        .unwrap()
        .to_string();
    assert!(unknown.starts_with("unknown issuer: "), "{unknown}");
    assert!(
        unknown.ends_with("not by a CA in the test's bundle"),
        "{unknown}"
    );
    assert!(chain(error.as_ref()).contains(&unknown));
}

/// Runs in a process of its own, whose environment names the server's CA as a system root.
const CHILD: &str = "K8S_AUTH_TEST_CHILD";

#[tokio::test]
async fn refuses_a_server_under_another_ca_even_if_ssl_cert_file_holds_it() {
    let Some(uri) = std::env::var_os(CHILD) else {
        let listening = ApiServer::new().listen().await.unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), listening.ca_pem()).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args([
                "--exact",
                "refuses_a_server_under_another_ca_even_if_ssl_cert_file_holds_it",
            ])
            .env("SSL_CERT_FILE", file.path())
            .env(CHILD, format!("{}/version", listening.url()));
        let output = tokio::task::spawn_blocking(move || child.output().unwrap());
        let output = output.await.unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && text.contains("1 passed"),
            "{text}"
        );
        return;
    };
    let client = plain(&trust(Ca::new("somebody-else").pem()), true);
    let error = get(&client, uri.to_str().unwrap()).await.unwrap_err();
    assert!(
        tls_error(error.as_ref()).unknown_issuer().is_some(),
        "{}",
        chain(error.as_ref())
    );
}

#[tokio::test]
async fn names_what_the_certificate_is_for_when_the_name_is_wrong() {
    let options = ListenOptions::new().leaf(Leaf::server().dns("only.example"));
    let listening = ApiServer::new().listen_with(options).await.unwrap();
    let error = version(&plain(&trust(listening.ca_pem()), true), &listening)
        .await
        .unwrap_err();
    let text = chain(error.as_ref());
    assert!(
        text.contains("127.0.0.1") && text.contains("only.example"),
        "{text}"
    );

    let named = trust(listening.ca_pem())
        .server_name("only.example")
        .unwrap();
    assert_eq!(
        version(&plain(&named, true), &listening).await.unwrap(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn shows_the_client_certificate() {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let pods = format!("{}/api/v1/pods", listening.url());
    let anonymous = plain(&trust(listening.ca_pem()), true);
    assert_eq!(
        get(&anonymous, &pods).await.unwrap().0,
        StatusCode::FORBIDDEN
    );

    let admin = server.issue_certificate("admin", &["system:masters"]);
    let identity = Identity::new(
        Material::inline(admin.pem(), "certificate"),
        Material::inline(admin.key_pem().expose_secret(), "key"),
    );
    let known = plain(&trust(listening.ca_pem()).identity(identity).unwrap(), true);
    assert_eq!(get(&known, &pods).await.unwrap().0, StatusCode::OK);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    let layer = trust(Ca::new("any").pem())
        .layer()
        .handshake_timeout(Duration::from_millis(50));
    let client: Plain = Client::builder(TokioExecutor::new()).build(layer.layer(tcp));
    let uri = format!("https://{}/", silent.local_addr().unwrap());
    let error = get(&client, &uri).await.unwrap_err();
    assert!(
        tls_error(error.as_ref()).is_timeout(),
        "{}",
        chain(error.as_ref())
    );
}

#[tokio::test]
async fn only_danger_opens_to_a_server_that_nobody_vouches_for() {
    let listening = ApiServer::new().listen().await.unwrap();
    let nobody = plain(&Trust::nobody(crypto::ring()).unwrap(), true);
    let error = version(&nobody, &listening).await.unwrap_err();
    assert!(tls_error(error.as_ref()).unknown_issuer().is_some());
    let anybody = plain(&danger::trust_any_server(crypto::ring()).unwrap(), true);
    assert_eq!(version(&anybody, &listening).await.unwrap(), StatusCode::OK);
}
