//! A change of protocol passes through: the bytes of either side come out at the other.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use k8s_client::Body;
use k8s_proxy::{Filter, Patterns, ProxyOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tower::service_fn;

use crate::support::{Served, TOKEN, serve, upstream};

/// Changes to the protocol that was asked for, and says everything twice.
async fn twice(mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let authorized = request.headers()[header::AUTHORIZATION] == format!("Bearer {TOKEN}").as_str();
    assert!(authorized, "an upgrade is authorized like every request");
    let protocol = request.headers()[header::UPGRADE].clone();
    let mut response = Response::new(Body::empty());
    if protocol == "refuse" {
        *response.status_mut() = StatusCode::FORBIDDEN;
        *response.body_mut() = Body::from(Bytes::from_static(b"no"));
        return Ok(response);
    }
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut io = TokioIo::new(upgrade.await.unwrap());
        io.write_all(b"hello ").await.unwrap();
        let mut word = [0; 4];
        io.read_exact(&mut word).await.unwrap();
        io.write_all(&word).await.unwrap();
        io.write_all(&word).await.unwrap();
        io.shutdown().await.unwrap();
    });
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, protocol);
    headers.insert(
        "x-stream-protocol-version",
        HeaderValue::from_static("v5.channel.k8s.io"),
    );
    Ok(response)
}

async fn proxy() -> Served {
    let mut filter = Filter::new();
    filter.reject_paths = Patterns::none();
    serve(
        upstream(service_fn(twice)).await,
        ProxyOptions::new().filter(filter),
    )
    .await
}

fn request(protocol: &str) -> String {
    format!(
        "POST /api/v1/namespaces/a/pods/b/exec?command=sh HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: {protocol}\r\n\r\n"
    )
}

#[tokio::test]
async fn bytes_go_both_ways_and_the_end_comes_through() {
    let served = proxy().await;
    let mut io = served.connect().await;
    io.write_all(request("SPDY/3.1").as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(io.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    assert!(head.contains("upgrade: spdy/3.1\r\n"), "{head}");
    assert!(
        head.contains("x-stream-protocol-version: v5.channel.k8s.io\r\n"),
        "{head}"
    );
    io.write_all(b"ping").await.unwrap();
    let mut rest = String::new();
    let ended = timeout(Duration::from_secs(5), io.read_to_string(&mut rest)).await;
    ended.unwrap().unwrap();
    assert_eq!(rest, "hello pingping");
}

#[tokio::test]
async fn a_refusal_comes_back_as_an_answer() {
    let served = proxy().await;
    let mut io = served.connect().await;
    io.write_all(request("refuse").as_bytes()).await.unwrap();
    let mut head = vec![0; 64];
    let count = io.read(&mut head).await.unwrap();
    assert!(String::from_utf8_lossy(&head[..count]).starts_with("HTTP/1.1 403 "));
}

#[tokio::test]
async fn a_tunnel_has_the_grace_and_is_cut_then() {
    let served = proxy().await;
    let mut io = served.connect().await;
    io.write_all(request("websocket").as_bytes()).await.unwrap();
    let mut all = Vec::new();
    while !all.ends_with(b"hello ") {
        all.push(io.read_u8().await.unwrap());
    }
    served.drain.start();
    // real time: a tunnel that were ended by the start would be gone by then
    tokio::time::sleep(Duration::from_millis(50)).await;
    io.write_all(b"pi").await.unwrap();
    served.drain.cut();
    timeout(Duration::from_secs(5), served.task)
        .await
        .unwrap()
        .unwrap();
    assert!(matches!(io.read(&mut [0; 8]).await, Ok(0) | Err(_)));
}
