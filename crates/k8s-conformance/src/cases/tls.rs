//! Whose certificate is believed, and for which names.

use std::error::Error as _;
use std::fmt::Write as _;

use bytes::Bytes;
use http::{Request, StatusCode, Uri, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use k8s_api_core::request;
use k8s_auth::{PinnedTls, Trust, UnknownIssuer, crypto};
use k8s_client::{Client, Error};
use k8s_config::{Config, Material, Roots, SystemSource};
use tower::{Layer as _, ServiceExt as _};

use crate::Cluster;
use crate::cluster::{FixedAddress, Relay};

/// A plain hyper-util client that goes to the cluster's address under any name.
type Plain = legacy::Client<PinnedTls<FixedAddress>, Empty<Bytes>>;

fn trust(cluster: &Cluster) -> Trust {
    let bundle = Material::file(std::sync::Arc::new(SystemSource), cluster.ca_file());
    Trust::new(bundle, crypto::ring()).unwrap()
}

fn plain(cluster: &Cluster, trust: &Trust, http2: bool) -> Plain {
    let tls = trust
        .layer()
        .http2(http2)
        .layer(FixedAddress(cluster.address()));
    legacy::Client::builder(TokioExecutor::new()).build(tls)
}

fn uri(cluster: &Cluster, host: &str) -> Uri {
    format!("https://{host}:{}/version", cluster.address().port())
        .parse()
        .unwrap()
}

/// The status code under this name, or the whole chain of errors.
async fn ask(client: Plain, uri: Uri) -> Result<(StatusCode, Version), String> {
    let request = Request::get(uri).body(Empty::new()).unwrap();
    match client.oneshot(request).await {
        Ok(response) => Ok((response.status(), response.version())),
        Err(error) => Err(chain(&error)),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        write!(text, ": {cause}").unwrap();
        next = cause.source();
    }
    text
}

fn unknown_issuer(error: &Error) -> Option<&UnknownIssuer> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(unknown) = cause.downcast_ref() {
            return Some(unknown);
        }
        next = cause.source();
    }
    None
}

pub(super) async fn another_ca_is_refused_and_the_issuer_named(cluster: &Cluster) {
    let other = k8s_testing::certs::Ca::new("another-ca");
    let mut config: Config = cluster.pod_config();
    config.tls.roots = Roots::Bundle(Material::inline(other.pem(), "the other bundle"));
    let client = Client::try_from(config).unwrap();
    let error = client
        .request_bytes(request::raw("/api").unwrap())
        .await
        .unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    let text = unknown_issuer(&error)
        .unwrap_or_else(|| panic!("{error:?}"))
        .to_string();
    assert!(
        text.contains("unknown issuer") && text.contains("the other bundle"),
        "{text}"
    );
    assert!(text.contains("signed by CN="), "{text}");
}

pub(super) async fn is_verified_for_the_ipv4_address(cluster: &Cluster) {
    let config = cluster.pod_config();
    assert_eq!(config.server.host(), Some("127.0.0.1"));
    assert!(
        Client::try_from(config)
            .unwrap()
            .api_versions()
            .await
            .is_ok()
    );
}

pub(super) async fn is_verified_for_the_ipv6_address(cluster: &Cluster) {
    let relay = Relay::to(cluster.address()).await.unwrap();
    let mut config = cluster.pod_config();
    config.server = format!("https://{}", relay.address()).parse().unwrap();
    assert_eq!(config.server.host(), Some("[::1]"));
    assert!(
        Client::try_from(config)
            .unwrap()
            .api_versions()
            .await
            .is_ok()
    );
}

pub(super) async fn is_verified_for_the_service_name(cluster: &Cluster) {
    let client = plain(cluster, &trust(cluster), true);
    let answer = ask(client, uri(cluster, "kubernetes.default.svc")).await;
    assert_eq!(answer.unwrap().0, StatusCode::OK);
}

/// The names that the certificate has are in the error.
fn check_wrong_name(error: &str, asked: &str) {
    assert!(error.contains(asked), "{error}");
    assert!(
        error.contains("kubernetes.default.svc") && error.contains("127.0.0.1"),
        "{error}"
    );
}

pub(super) async fn is_refused_for_a_name_that_it_does_not_have(cluster: &Cluster) {
    let client = plain(cluster, &trust(cluster), true);
    let error = ask(client, uri(cluster, "other.example"))
        .await
        .unwrap_err();
    check_wrong_name(&error, "other.example");
}

pub(super) async fn is_refused_for_an_address_that_it_does_not_have(cluster: &Cluster) {
    let client = plain(cluster, &trust(cluster), true);
    let error = ask(client, uri(cluster, "127.0.0.9")).await.unwrap_err();
    check_wrong_name(&error, "127.0.0.9");
}

pub(super) async fn a_server_name_takes_the_place_of_the_host(cluster: &Cluster) {
    let named = trust(cluster)
        .server_name("kubernetes.default.svc")
        .unwrap();
    let client = plain(cluster, &named, true);
    assert_eq!(
        ask(client, uri(cluster, "other.example")).await.unwrap().0,
        StatusCode::OK
    );
    let wrong = trust(cluster).server_name("wrong.example").unwrap();
    let error = ask(plain(cluster, &wrong, true), uri(cluster, "127.0.0.1"))
        .await
        .unwrap_err();
    check_wrong_name(&error, "wrong.example");
}

pub(super) async fn a_bundle_of_several_cas_does(cluster: &Cluster) {
    let own = std::fs::read_to_string(cluster.ca_file()).unwrap();
    let other = k8s_testing::certs::Ca::new("another-ca");
    let bundle = format!("{}\n# the one that counts\n{own}", other.pem());
    let trust = Trust::new(Material::inline(bundle, "both"), crypto::ring()).unwrap();
    let answer = ask(plain(cluster, &trust, true), uri(cluster, "127.0.0.1")).await;
    assert_eq!(answer.unwrap().0, StatusCode::OK);
}

pub(super) async fn speaks_http2_when_both_can(cluster: &Cluster) {
    let client = plain(cluster, &trust(cluster), true);
    let (_, version) = ask(client, uri(cluster, "127.0.0.1")).await.unwrap();
    assert_eq!(version, Version::HTTP_2);
}

pub(super) async fn speaks_http1_when_asked_to(cluster: &Cluster) {
    let client = plain(cluster, &trust(cluster), false);
    let (_, version) = ask(client, uri(cluster, "127.0.0.1")).await.unwrap();
    assert_eq!(version, Version::HTTP_11);
}

pub(super) async fn http_in_clear_is_answered_with_400(cluster: &Cluster) {
    let client: Plain = plain(cluster, &trust(cluster), false);
    let uri = format!("http://127.0.0.1:{}/version", cluster.address().port());
    let request = Request::get(uri).body(Empty::new()).unwrap();
    let response = client.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "Client sent an HTTP request to an HTTPS server.\n");
}
