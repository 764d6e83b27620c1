//! Which connections a transport makes, keeps, shares and closes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use k8s_testing::{ListenOptions, MemoryConnector};
use k8s_transport::{Http1Only, Task, Transport, TransportOptions, on_upgrade};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;
use wire::{counted, fetch, get, post};

type Server = BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;

/// Answers with the request's protocol, method and body.
fn echo() -> Server {
    BoxCloneSyncService::new(tower::service_fn(|request: Request<Incoming>| async move {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let text = format!(
            "{:?} {} {}",
            head.version,
            head.method,
            String::from_utf8_lossy(&body)
        );
        Ok(Response::new(Full::from(text)))
    }))
}

fn gate() -> (Arc<Semaphore>, Arc<AtomicUsize>) {
    (Arc::new(Semaphore::new(0)), Arc::default())
}

/// Answers only when the test lets it; counts how many wait at one time.
fn gated(gate: &Arc<Semaphore>, most: &Arc<AtomicUsize>) -> Server {
    let (gate, most) = (Arc::clone(gate), Arc::clone(most));
    let waiting = Arc::new(AtomicUsize::new(0));
    BoxCloneSyncService::new(tower::service_fn(move |_: Request<Incoming>| {
        let (gate, most, waiting) = (Arc::clone(&gate), Arc::clone(&most), Arc::clone(&waiting));
        async move {
            let now = waiting.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            gate.acquire().await.unwrap().forget();
            waiting.fetch_sub(1, Ordering::SeqCst);
            Ok(Response::new(Full::default()))
        }
    }))
}

/// Polls other tasks until `done`; a second of paused time at most.
async fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..1_000 {
        if done() {
            return;
        }
        // real time: never, its callers have paused theirs
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("not within a second: {what}");
}

const URI: &str = "http://server/x";

#[tokio::test(start_paused = true)]
async fn one_http1_connection_serves_requests_in_turn() {
    let (connector, counters) = counted(MemoryConnector::new(echo()), false);
    let transport = Transport::new(connector);
    for _ in 0..20 {
        let answer = fetch(&transport, post(URI, "body")).await.unwrap();
        assert_eq!(&answer.body()[..], b"HTTP/1.1 POST body");
    }
    assert_eq!(counters.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn http1_requests_at_one_time_have_a_connection_each_and_share_them_later() {
    let (gate, most) = gate();
    let (connector, counters) = counted(MemoryConnector::new(gated(&gate, &most)), false);
    let transport = Transport::new(connector);
    for round in 1..=2 {
        let mut requests = JoinSet::new();
        for _ in 0..8 {
            let transport = transport.clone();
            requests.spawn(async move { fetch(&transport, get(URI)).await.unwrap() });
        }
        until("eight wait", || most.load(Ordering::SeqCst) == 8).await;
        gate.add_permits(8);
        requests.join_all().await;
        assert_eq!(counters.made(), 8, "round {round}");
        most.store(0, Ordering::SeqCst);
    }
}

#[tokio::test(start_paused = true)]
async fn http2_is_spoken_where_it_was_agreed_on() {
    let (connector, counters) = counted(MemoryConnector::new(echo()), true);
    let transport = Transport::new(connector);
    let mut requests = JoinSet::new();
    for _ in 0..50 {
        let transport = transport.clone();
        requests.spawn(async move { fetch(&transport, post(URI, "b")).await.unwrap() });
    }
    for answer in requests.join_all().await {
        assert_eq!(&answer.body()[..], b"HTTP/2.0 POST b");
    }
    assert_eq!(counters.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_full_http2_connection_gets_others_beside_it_and_never_more_than_it_takes() {
    let (gate, most) = gate();
    let memory = ListenOptions::new().plain().max_streams(4);
    let memory = memory.connector(gated(&gate, &most)).unwrap();
    let (connector, counters) = counted(memory, true);
    let transport = Transport::new(connector);
    let mut requests = JoinSet::new();
    for _ in 0..20 {
        let transport = transport.clone();
        requests.spawn(async move { fetch(&transport, get(URI)).await.unwrap() });
    }
    until("twenty wait", || most.load(Ordering::SeqCst) == 20).await;
    assert_eq!(counters.made(), 5);
    gate.add_permits(20);
    requests.join_all().await;
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_ends_no_request_that_the_server_has_begun() {
    let begun = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&begun);
    let memory = MemoryConnector::new(echo().map_request(move |request| {
        counting.fetch_add(1, Ordering::SeqCst);
        request
    }));
    let (connector, counters) = counted(memory.clone(), true);
    let transport = Transport::new(connector);
    let mut answered = 0;
    for _ in 0..100 {
        memory.goaway();
        match fetch(&transport, post(URI, "x")).await {
            Ok(_) => answered += 1,
            Err(error) => assert!(error.is_unprocessed(), "{error}"),
        }
    }
    assert_eq!(begun.load(Ordering::SeqCst), answered);
    assert!(answered > 40 && counters.made() > 40, "{answered}");
    tokio::time::sleep(Duration::from_millis(1)).await;
    fetch(&transport, post(URI, "x")).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_that_the_server_closed_is_not_noticed_by_the_next_request() {
    for http2 in [false, true] {
        let memory = MemoryConnector::new(echo());
        let (connector, counters) = counted(memory.clone(), http2);
        let transport = Transport::new(connector);
        fetch(&transport, get(URI)).await.unwrap();
        memory.disconnect();
        until("it is closed", || counters.open() == 0).await;
        fetch(&transport, post(URI, "x")).await.unwrap();
        assert_eq!(counters.made(), 2, "HTTP/2: {http2}");
    }
}

#[tokio::test(start_paused = true)]
async fn unused_connections_close_when_their_time_is_over() {
    // The server gives HTTP/1.1 connections up after 30 s; HTTP/2 shows the default.
    let short = TransportOptions::new().idle_timeout(Duration::from_secs(9));
    for (http2, options, limit) in [(false, short, 9), (true, TransportOptions::new(), 90)] {
        let sleep = |part| tokio::time::sleep(Duration::from_secs(limit) * part / 100);
        let (connector, counters) = counted(MemoryConnector::new(echo()), http2);
        let transport = Transport::with_options(connector, options);
        fetch(&transport, get(URI)).await.unwrap();
        sleep(66).await;
        fetch(&transport, get(URI)).await.unwrap();
        sleep(98).await;
        assert_eq!((counters.made(), counters.open()), (1, 1), "{http2}");
        sleep(3).await;
        assert_eq!(counters.open(), 0, "{http2}");
        fetch(&transport, get(URI)).await.unwrap();
        assert_eq!(counters.made(), 2, "{http2}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_connection_closes_within_a_second_after_the_last_clone_is_gone() {
    for http2 in [false, true] {
        let (connector, counters) = counted(MemoryConnector::new(echo()), http2);
        let transport = Transport::new(connector);
        let other = transport.clone();
        fetch(&transport, get(URI)).await.unwrap();
        drop(transport);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(counters.open(), 1, "{http2}");
        drop(other);
        until("they are closed", || counters.open() == 0).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_request_gives_its_connection_up_and_hurts_no_other() {
    for (http2, made) in [(false, 2), (true, 1)] {
        let (gate, most) = gate();
        let (connector, counters) = counted(MemoryConnector::new(gated(&gate, &most)), http2);
        let transport = Transport::new(connector);
        let given_up =
            tokio::time::timeout(Duration::from_secs(1), transport.clone().oneshot(get(URI)));
        given_up.await.unwrap_err();
        gate.add_permits(2);
        fetch(&transport, get(URI)).await.unwrap();
        assert_eq!(counters.made(), made, "{http2}");
        until("one is open", || counters.open() == 1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_goes_away_while_it_waits_takes_no_connection_with_it() {
    let (gate, most) = gate();
    let memory = ListenOptions::new().plain().max_streams(1);
    let memory = memory.connector(gated(&gate, &most)).unwrap();
    let (connector, counters) = counted(memory, true);
    let transport = Transport::new(connector);
    let mut requests = JoinSet::new();
    for index in 0..40 {
        let transport = transport.clone();
        let limit = Duration::from_millis(if index % 2 == 0 { 0 } else { 60_000 });
        requests.spawn(tokio::time::timeout(limit, async move {
            fetch(&transport, get(URI)).await.unwrap();
        }));
    }
    gate.add_permits(100);
    let answers = requests.join_all().await;
    assert!(answers.iter().filter(|answer| answer.is_ok()).count() >= 20);
    assert!(counters.made() <= 40);
    fetch(&transport, get(URI)).await.unwrap();
}

#[test]
fn making_a_transport_needs_no_runtime_and_each_runtime_can_use_it() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    for http2 in [false, true] {
        let (connector, counters) = counted(MemoryConnector::new(echo()), http2);
        let transport = Transport::new(connector);
        for made in 1..=3 {
            runtime().block_on(async {
                fetch(&transport, get(URI)).await.unwrap();
                fetch(&transport, get(URI)).await.unwrap();
            });
            assert_eq!(counters.made(), made);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_executor_that_drops_its_tasks_is_an_error_and_no_hang() {
    let (connector, _) = counted(MemoryConnector::new(echo()), false);
    let options = TransportOptions::new().spawn(|task: Task| drop(task));
    let transport = Transport::with_options(connector, options);
    let error = fetch(&transport, get(URI)).await.unwrap_err();
    assert!(error.is_connect() && !error.is_transient(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_request_may_choose_http1_by_a_connector_of_its_own() {
    let memory = MemoryConnector::new(echo());
    let (http2, of_http2) = counted(memory.clone(), true);
    let (http1, of_http1) = counted(memory, false);
    let options = TransportOptions::new().http1_connector(http1);
    let transport = Transport::with_options(http2, options);
    for _ in 0..3 {
        let mut request = get(URI);
        request.extensions_mut().insert(Http1Only);
        let answer = fetch(&transport, request).await.unwrap();
        assert_eq!(&answer.body()[..], b"HTTP/1.1 GET ");
    }
    assert_eq!((of_http1.made(), of_http2.made()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_needs_http1_never_goes_over_http2() {
    let (connector, _) = counted(MemoryConnector::new(echo()), true);
    let transport = Transport::new(connector);
    let mut upgrade = get(URI);
    upgrade
        .headers_mut()
        .insert(header::UPGRADE, "tcp".parse().unwrap());
    let mut connect = get(URI);
    *connect.method_mut() = Method::CONNECT;
    for request in [upgrade, connect] {
        let error = fetch(&transport, request).await.unwrap_err();
        assert!(error.is_unprocessed() && !error.is_connect(), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_gives_the_raw_connection_to_the_caller() {
    let server = tower::service_fn(|request: Request<Incoming>| async move {
        let upgrade = hyper::upgrade::on(request);
        tokio::spawn(async move {
            let mut io = hyper_util::rt::TokioIo::new(upgrade.await.unwrap());
            let mut heard = [0; 4];
            io.read_exact(&mut heard).await.unwrap();
            io.write_all(&heard).await.unwrap();
        });
        let mut response = Response::new(Full::<Bytes>::default());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, "upgrade".parse().unwrap());
        headers.insert(header::UPGRADE, "echo".parse().unwrap());
        Ok::<_, Infallible>(response)
    });
    let (connector, counters) = counted(MemoryConnector::new(server), false);
    let transport = Transport::new(connector);
    let mut request = get(URI);
    request
        .headers_mut()
        .insert(header::UPGRADE, "echo".parse().unwrap());
    request
        .headers_mut()
        .insert(header::CONNECTION, "upgrade".parse().unwrap());
    let mut response = transport.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    let mut io = on_upgrade(&mut response).await.unwrap();
    drop((response, transport));
    io.write_all(b"ping").await.unwrap();
    let mut heard = [0; 4];
    io.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"ping");
    drop(io);
    until("it is closed", || counters.open() == 0).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_dropped_unread_is_not_read_by_the_next_request() {
    let server = tower::service_fn(|_: Request<Incoming>| async {
        Ok::<_, Infallible>(Response::new(Full::from(vec![b'x'; 1 << 20])))
    });
    let (connector, counters) = counted(MemoryConnector::new(server), false);
    let transport = Transport::new(connector);
    let response = transport.clone().oneshot(get(URI)).await.unwrap();
    drop(response);
    let answer = fetch(&transport, get(URI)).await.unwrap();
    assert_eq!(answer.body().len(), 1 << 20);
    assert_eq!(counters.made(), 2);
}

#[tokio::test]
async fn a_uri_that_names_no_server_is_refused() {
    let (connector, counters) = counted(MemoryConnector::new(echo()), false);
    let error = fetch(&Transport::new(connector), get("/x"))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "the request's URI names no server");
    assert_eq!(counters.made(), 0);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_requests_at_one_time_share_at_most_a_hundred_connections() {
    let (gate, most) = gate();
    let memory = ListenOptions::new().plain().max_streams(100);
    let memory = memory.connector(gated(&gate, &most)).unwrap();
    let (connector, counters) = counted(memory, true);
    let transport = Transport::new(connector);
    let mut requests = JoinSet::new();
    for _ in 0..10_000 {
        let transport = transport.clone();
        requests.spawn(async move { fetch(&transport, post(URI, "x")).await.is_ok() });
    }
    until("all wait", || most.load(Ordering::SeqCst) == 10_000).await;
    gate.add_permits(10_000);
    let answered = requests.join_all().await;
    assert!(answered.iter().all(|answered| *answered));
    assert_eq!(counters.made(), 100);
}
