//! The in-memory connector under plain hyper: HTTP/1.1, HTTP/2, TLS, upgrades, paused time.

use std::sync::Arc;

use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use k8s_testing::{ApiServer, Body, ListenOptions, MemoryConnector};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::{ServiceExt, service_fn};

use crate::client::{Tls, request};

#[tokio::test(start_paused = true)]
async fn serves_a_plain_client_by_both_protocols() {
    let server = ApiServer::new();
    let token = server.issue_token("alice", &[]);
    for h2 in [false, true] {
        let connector = server.connector();
        let mut builder = Client::builder(TokioExecutor::new());
        let client = builder.http2_only(h2).build(connector.clone());
        for _ in 0..3 {
            let request = request("GET", "http://any.name/api", Some(&token), String::new());
            let response = client.request(request).await.unwrap();
            assert_eq!(response.status(), 200);
            let body = response.into_body().collect().await.unwrap().to_bytes();
            assert!(body.ends_with(b"}\n"));
        }
        assert_eq!(connector.connections(), 1);
        connector.disconnect();
    }
}

#[tokio::test]
async fn serves_tls_without_a_port() {
    let server = ApiServer::new();
    let connector = server.connector_with(ListenOptions::new()).unwrap();
    let stream = connector
        .oneshot("https://kubernetes".parse().unwrap())
        .await
        .unwrap();
    let tls = Tls {
        ca_pem: server.ca().pem().to_owned(),
        alpn: vec!["h2"],
        ..Tls::default()
    };
    let name = ServerName::try_from("kubernetes.default.svc").unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(tls.config()));
    let stream = connector.connect(name, TokioIo::new(stream)).await.unwrap();
    let io = TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io)
        .await
        .unwrap();
    tokio::spawn(connection);
    let request = request("GET", "https://kubernetes/version", None, String::new());
    assert_eq!(sender.send_request(request).await.unwrap().status(), 200);
}

#[tokio::test]
async fn upgrades_reach_the_service() {
    let echo = service_fn(|mut request: Request<Incoming>| async move {
        tokio::spawn(async move {
            let upgraded = hyper::upgrade::on(&mut request).await.expect("an upgrade");
            let (mut read, mut write) = tokio::io::split(TokioIo::new(upgraded));
            let _ = tokio::io::copy(&mut read, &mut write).await;
        });
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, "upgrade".parse().expect("a value"));
        headers.insert(header::UPGRADE, "echo".parse().expect("a value"));
        Ok::<_, std::convert::Infallible>(response)
    });
    let connector = MemoryConnector::new(echo);
    let client = Client::builder(TokioExecutor::new()).build(connector);
    let mut request = request("GET", "http://any/exec", None, String::new());
    request
        .headers_mut()
        .insert(header::CONNECTION, "upgrade".parse().unwrap());
    request
        .headers_mut()
        .insert(header::UPGRADE, "echo".parse().unwrap());
    let mut response = client.request(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    let mut upgraded = TokioIo::new(hyper::upgrade::on(&mut response).await.unwrap());
    upgraded.write_all(b"hello").await.unwrap();
    let mut heard = [0; 5];
    upgraded.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"hello");
}

#[test]
fn without_a_runtime_a_connection_is_an_error() {
    use tower::Service;
    let mut connector = ApiServer::new().connector();
    let made = connector.call("http://any".parse().unwrap()).into_inner();
    assert!(
        made.unwrap_err()
            .to_string()
            .contains("needs a tokio runtime")
    );
}
