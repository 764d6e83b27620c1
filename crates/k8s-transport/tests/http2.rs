//! What passes on one HTTP/2 stream: heads, and bodies both ways at one time.
#![cfg(feature = "http2")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/streams.rs"]
mod streams;
#[path = "support/wire.rs"]
mod wire;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use k8s_testing::MemoryConnector;
use k8s_transport::Transport;
use streams::{Seen, Server, echo, empty, post, reader, send, transport};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tower::{ServiceExt as _, service_fn};
use wire::{counted, read};

#[tokio::test(start_paused = true)]
async fn an_answer_may_begin_before_its_request_ends() {
    let (mut sender, request) = post(1);
    let answer = send(&transport(echo()), request).await.unwrap();
    let mut body = answer.into_body();
    for text in ["one", "two", "three"] {
        sender.send_data(Bytes::from(text)).await.unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), text);
    }
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", "3".parse().unwrap());
    sender.send_trailers(trailers.clone()).await.unwrap();
    drop(sender);
    let frame = body.frame().await.unwrap().unwrap();
    assert_eq!(frame.into_trailers().unwrap(), trailers);
    assert!(body.frame().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_body_is_sent_as_fast_as_the_server_reads_it_and_no_faster() {
    const PIECE: usize = 64 * 1024;
    let (begin, begun) = oneshot::channel::<()>();
    let begun = Arc::new(tokio::sync::Mutex::new(Some(begun)));
    let server = Server::new(service_fn(move |request: Request<Incoming>| {
        let begun = Arc::clone(&begun);
        async move {
            begun.lock().await.take().unwrap().await.unwrap();
            let body = request.into_body().collect().await.unwrap().to_bytes();
            let mut answer = Response::new(empty());
            answer.headers_mut().insert("x-length", body.len().into());
            Ok(answer)
        }
    }));
    let transport = transport(server);
    let (mut sender, request) = post(1);
    let answer = tokio::spawn(async move { send(&transport, request).await });
    let mut taken = 0;
    // The windows of both sides, and what waits in between.
    while timeout(
        Duration::from_secs(1),
        sender.send_data(vec![0; PIECE].into()),
    )
    .await
    .is_ok()
    {
        taken += PIECE;
        assert!(taken < 8 << 20, "a body is taken that nobody reads");
    }
    begin.send(()).unwrap();
    for _ in 0..100 {
        sender.send_data(vec![0; PIECE].into()).await.unwrap();
    }
    drop(sender);
    let answer = answer.await.unwrap().unwrap();
    let length: usize = answer.headers()["x-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    // The piece whose sending was given up was not taken.
    assert_eq!(length, taken + 100 * PIECE);
}

#[tokio::test(start_paused = true)]
async fn headers_of_a_connection_are_left_out_and_a_length_is_added() {
    let server = Server::new(service_fn(|request: Request<Incoming>| async move {
        let mut answer = Response::new(empty());
        for (name, value) in request.headers() {
            let name = format!("saw-{name}").parse::<header::HeaderName>().unwrap();
            answer.headers_mut().append(name, value.clone());
        }
        Ok(answer)
    }));
    let (connector, _) = counted(MemoryConnector::new(server), true);
    let transport = Transport::<Full<Bytes>>::new(connector);
    let request = Request::put("http://server/")
        .header("connection", "keep-alive, x-odd, te")
        .header("connection", "x-other")
        .header("keep-alive", "timeout=5")
        .header("proxy-connection", "keep-alive")
        .header("te", "trailers")
        .header("transfer-encoding", "chunked")
        .header("x-odd", "1")
        .header("x-other", "1")
        .header("x-kept", "1")
        .body(Full::from("four"));
    let answer = transport.oneshot(request.unwrap()).await.unwrap();
    let mut saw: Vec<_> = answer.headers().iter().collect();
    saw.retain(|(name, _)| name.as_str().starts_with("saw-"));
    let mut saw: Vec<_> = saw
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    saw.sort_unstable();
    let expected = [
        ("saw-content-length", "4"),
        ("saw-te", "trailers"),
        ("saw-x-kept", "1"),
    ];
    assert_eq!(saw, expected);
}

#[tokio::test(start_paused = true)]
async fn what_http2_must_not_carry_is_an_error_and_no_wait() {
    let seen = Seen::default();
    let transport = transport(reader(&seen));
    let (mut sender, request) = post(2);
    let mut trailers = HeaderMap::new();
    trailers.insert("connection", "x".parse().unwrap());
    sender.send_data(Bytes::from_static(b"some")).await.unwrap();
    let trail = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        sender.send_trailers(trailers).await.unwrap();
        drop(sender);
    };
    let asked = timeout(Duration::from_secs(5), send(&transport, request));
    let (answer, ()) = tokio::join!(asked, trail);
    let error = answer.expect("it waits").unwrap_err();
    assert_eq!(error.to_string(), "the request cannot be sent");
}

#[tokio::test(start_paused = true)]
async fn the_length_of_an_answer_to_head_is_not_that_of_its_body() {
    let server = Server::new(service_fn(|_: Request<Incoming>| async move {
        let answer = Response::builder().header("content-length", "5000");
        Ok(answer.body(empty()).unwrap())
    }));
    let (connector, _) = counted(MemoryConnector::new(server), true);
    let request = Request::head("http://server/").body(Full::<Bytes>::default());
    let answer = Transport::new(connector)
        .oneshot(request.unwrap())
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-length"], "5000");
    assert_eq!(http_body::Body::size_hint(answer.body()).exact(), Some(0));
    assert_eq!(read(answer.into_body()).await, "");
}
