//! Every fault, seen by a plain hyper client.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use k8s_testing::faults::{
    ConnectionFault, FaultLayer, FaultyConnector, RequestFault, Script, Seeded,
};
use k8s_testing::{ApiServer, ListenOptions, Listening, MemoryConnector};
use tokio::net::TcpStream;
use tower::{Layer, ServiceExt};

use crate::client::{User, request};

fn get(path: &str) -> Request<Full<Bytes>> {
    request("GET", path, None, String::new())
}

/// A plain hyper-util client over a connection in memory that meets these faults.
fn through(
    faults: Script<ConnectionFault>,
) -> Client<FaultyConnector<MemoryConnector<ApiServer>>, Full<Bytes>> {
    let connector = FaultyConnector::new(ApiServer::new().connector(), faults);
    Client::builder(TokioExecutor::new())
        .retry_canceled_requests(false)
        .build(connector)
}

/// The whole answer over one new HTTP/1.1 connection to a socket.
async fn over(listening: &Listening) -> Result<Bytes, hyper::Error> {
    let stream = TcpStream::connect(listening.addr())
        .await
        .expect("a connection");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let response = sender.send_request(get("/version")).await?;
    Ok(response.into_body().collect().await?.to_bytes())
}

async fn listen(fault: ConnectionFault) -> Listening {
    let options = ListenOptions::new()
        .plain()
        .faults(Script::of([Some(fault)]));
    ApiServer::new()
        .listen_with(options)
        .await
        .expect("a socket")
}

/// The innermost cause, as text.
fn root(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[tokio::test]
async fn a_refused_connection_is_refused() {
    let client = through(Script::of([Some(ConnectionFault::Refuse)]));
    let error = client
        .request(get("http://server/version"))
        .await
        .unwrap_err();
    assert!(error.is_connect());
    assert!(root(&error).contains("refused"), "{error:?}");
    assert_eq!(
        client
            .request(get("http://server/version"))
            .await
            .unwrap()
            .status(),
        200
    );
}

#[tokio::test]
async fn a_reset_strikes_before_in_and_after_the_head() {
    for (at, answered) in [(0, false), (20, false), (300, true)] {
        let client = through(Script::of([Some(ConnectionFault::ResetAt(at))]));
        let answer = client.request(get("http://server/version")).await;
        let broken = match answer {
            Err(error) => {
                assert!(!answered, "{at}: {error:?}");
                root(&error)
            }
            Ok(response) => {
                assert!(answered, "{at}");
                root(&response.into_body().collect().await.unwrap_err())
            }
        };
        assert!(broken.contains("reset"), "{at}: {broken}");
    }
}

#[tokio::test]
async fn a_socket_is_reset_or_closed_in_the_body() {
    let reset = over(&listen(ConnectionFault::ResetAt(300)).await)
        .await
        .unwrap_err();
    assert!(root(&reset).contains("reset"), "{reset:?}");
    let closed = over(&listen(ConnectionFault::CloseAt(300)).await)
        .await
        .unwrap_err();
    assert!(!root(&closed).contains("reset"), "{closed:?}");
    let listening = listen(ConnectionFault::Refuse).await;
    over(&listening).await.unwrap_err();
    assert!(over(&listening).await.unwrap().starts_with(b"{"));
}

#[tokio::test(start_paused = true)]
async fn a_half_open_connection_says_nothing_for_ever() {
    let client = through(Script::of([Some(ConnectionFault::SilentAt(0))]));
    let answer = client.request(get("http://server/version"));
    let waited = tokio::time::timeout(Duration::from_secs(3_600), answer).await;
    assert!(waited.is_err(), "nothing came in an hour");
}

#[tokio::test(start_paused = true)]
async fn a_slow_connection_crawls() {
    let every = Duration::from_secs(1);
    let client = through(Script::of([Some(ConnectionFault::Slow {
        bytes: 100,
        every,
    })]));
    let began = tokio::time::Instant::now();
    let response = client.request(get("http://server/version")).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(body.starts_with(b"{"));
    assert!(
        began.elapsed() >= Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_truncated_chunk_is_an_error_of_the_body() {
    let faults = FaultLayer::new(Script::of([Some(RequestFault::BreakBody(10))]));
    let listening = ListenOptions::new()
        .plain()
        .serve(faults.layer(ApiServer::new()))
        .await
        .unwrap();
    let error = over(&listening).await.unwrap_err();
    assert!(error.to_string().contains("body"), "{error:?}");
    assert!(over(&listening).await.unwrap().starts_with(b"{"));
}

#[tokio::test]
async fn a_broken_body_resets_its_http2_stream_and_no_other() {
    let faults = FaultLayer::new(Script::of([Some(RequestFault::BreakBody(10))]));
    let connector = MemoryConnector::new(faults.layer(ApiServer::new()));
    let stream = connector
        .oneshot("http://server".parse().unwrap())
        .await
        .unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    tokio::spawn(connection);
    let broken = sender
        .send_request(get("http://server/version"))
        .await
        .unwrap();
    assert_eq!(broken.status(), 200);
    let mut body = broken.into_body();
    assert_eq!(
        body.frame()
            .await
            .unwrap()
            .unwrap()
            .into_data()
            .unwrap()
            .len(),
        10
    );
    assert!(body.frame().await.unwrap().is_err());
    let whole = sender
        .send_request(get("http://server/version"))
        .await
        .unwrap();
    assert!(whole.into_body().collect().await.is_ok());
}

#[tokio::test]
async fn statuses_come_with_retry_after() {
    let script = Script::new();
    let service = FaultLayer::new(script.clone()).layer(ApiServer::new());
    script.push(RequestFault::Status {
        code: StatusCode::TOO_MANY_REQUESTS,
        retry_after: Some(Duration::from_secs(7)),
    });
    script.push(RequestFault::Expired);
    let mut codes = Vec::new();
    for _ in 0..3 {
        let Ok(response) = service.clone().oneshot(get("/version")).await;
        codes.push(response.status().as_u16());
        if codes.len() == 1 {
            assert_eq!(response.headers()["retry-after"], "7");
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let status: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(status["reason"], "TooManyRequests");
            assert_eq!(status["details"]["retryAfterSeconds"], 7);
        }
    }
    assert_eq!(codes, [429, 410, 200]);
}

#[tokio::test(start_paused = true)]
async fn latency_hangs_and_slow_bodies_take_their_time() {
    let script = Script::new();
    let service = FaultLayer::new(script.clone()).layer(ApiServer::new());
    let began = tokio::time::Instant::now();
    script.push(RequestFault::Latency(Duration::from_secs(5)));
    service.clone().oneshot(get("/version")).await.unwrap();
    assert_eq!(began.elapsed(), Duration::from_secs(5));

    script.push(RequestFault::SlowBody {
        bytes: 1,
        every: Duration::from_secs(1),
    });
    let Ok(response) = service.clone().oneshot(get("/healthz")).await;
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(
        (body.as_ref(), began.elapsed()),
        (&b"ok"[..], Duration::from_secs(7))
    );

    script.push(RequestFault::EndBody(1));
    let Ok(response) = service.clone().oneshot(get("/healthz")).await;
    assert_eq!(
        response.into_body().collect().await.unwrap().to_bytes(),
        "o"
    );

    script.push(RequestFault::Hang);
    let hang =
        tokio::time::timeout(Duration::from_secs(3_600), service.oneshot(get("/healthz"))).await;
    assert!(hang.is_err());
}

#[tokio::test]
async fn the_same_seed_throws_the_same_faults() {
    let codes = async |seed| {
        let fault = |code| RequestFault::Status {
            code,
            retry_after: None,
        };
        let seeded = Seeded::new(seed)
            .chance(0.2, fault(StatusCode::SERVICE_UNAVAILABLE))
            .chance(0.2, fault(StatusCode::INTERNAL_SERVER_ERROR));
        let service = FaultLayer::new(seeded).layer(ApiServer::new());
        let mut codes = Vec::new();
        for _ in 0..200 {
            let Ok(response) = service.clone().oneshot(get("/healthz")).await;
            codes.push(response.status().as_u16());
        }
        codes
    };
    let first = codes(1).await;
    assert_eq!(first, codes(1).await);
    assert_ne!(first, codes(2).await);
    for code in [200, 500, 503] {
        assert!(first.iter().filter(|c| **c == code).count() > 10);
    }
}

#[tokio::test]
async fn goaway_ends_an_http2_connection_after_its_requests() {
    let connector = ApiServer::new().connector();
    let stream = connector
        .clone()
        .oneshot("http://server".parse().unwrap())
        .await
        .unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    let connection = tokio::spawn(connection);
    let uri = "http://server/version";
    assert_eq!(sender.send_request(get(uri)).await.unwrap().status(), 200);
    assert_eq!(connector.connections(), 1);
    connector.goaway();
    connection.await.unwrap().unwrap();
    assert!(sender.send_request(get(uri)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn one_stream_at_a_time_makes_the_second_request_wait() {
    let script = Script::of([Some(RequestFault::Hang)]);
    let service = FaultLayer::new(script).layer(ApiServer::new());
    let options = ListenOptions::new().plain().max_streams(1);
    let connector = options.connector(service).unwrap();
    let stream = connector
        .oneshot("http://server".parse().unwrap())
        .await
        .unwrap();
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), stream)
        .await
        .unwrap();
    tokio::spawn(async move {
        // The server's settings arrive with the connection's first turn.
        connection.await.expect("a connection that ends well");
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    let mut hanging = tokio::spawn(sender.send_request(get("http://server/version")));
    let second = sender.send_request(get("http://server/version"));
    tokio::pin!(second);
    let early = tokio::time::timeout(Duration::from_millis(50), &mut second).await;
    assert!(early.is_err(), "the only stream is taken");
    hanging.abort();
    let _ = (&mut hanging).await;
    assert_eq!(second.await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_restart_keeps_or_loses_what_was_written() {
    let server = ApiServer::new();
    let account = server.issue_service_account_token("default", "web");
    server.allow("*", "*", "*");
    let listening = server.listen().await.unwrap();
    let (port, ca) = (listening.addr().port(), listening.ca_pem().to_owned());
    listening.close().await;
    let again = ListenOptions::new().port(port);
    let listening = server.listen_with(again.clone()).await.unwrap();
    assert_eq!(
        (listening.addr().port(), listening.ca_pem()),
        (port, ca.as_str())
    );
    let user = User::with(&server, &account);
    user.get("/api/v1/namespaces/default/serviceaccounts/web")
        .await
        .is(200);
    server.forget();
    user.get("/api/v1/namespaces/default/serviceaccounts/web")
        .await
        .is(401);
    let admin = User::admin(&server);
    admin
        .get("/api/v1/namespaces/default/serviceaccounts/web")
        .await
        .is(404);
    admin
        .get("/api/v1/namespaces/default/serviceaccounts/default")
        .await
        .is(200);
}

#[tokio::test]
async fn connections_can_be_broken_without_closing_the_socket() {
    let listening = ApiServer::new()
        .listen_with(ListenOptions::new().plain())
        .await
        .unwrap();
    let stream = TcpStream::connect(listening.addr()).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(connection);
    assert_eq!(
        sender.send_request(get("/version")).await.unwrap().status(),
        200
    );
    listening.disconnect();
    // hyper reports the end of an idle connection in one way or the other; that it comes is what counts.
    let _ = connection.await.unwrap();
    assert!(over(&listening).await.is_ok());
}
