//! HTTP/2 connections that say nothing: when others are made beside them, and when not.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use k8s_testing::{ListenOptions, MemoryConnector};
use k8s_transport::Transport;
use tokio::time::timeout;
use tower::service_fn;
use wire::{counted, fetch, get};

type Server =
    tower::util::BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;

const ANSWERED: &str = "http://server/";
const HANGING: &str = "http://server/hang";

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Answers at once, but for one path never.
fn server() -> Server {
    Server::new(service_fn(|request: Request<Incoming>| async move {
        if request.uri().path() == "/hang" {
            std::future::pending::<()>().await;
        }
        Ok(Response::new(Full::default()))
    }))
}

async fn give_up_after(limit: Duration, transport: &Transport<Full<Bytes>>, uri: &str) {
    timeout(limit, fetch(transport, get(uri)))
        .await
        .unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_request_that_gave_up_in_silence_sends_the_next_one_elsewhere() {
    let (connector, counters) = counted(MemoryConnector::new(server()), true);
    let transport = Transport::new(connector);
    fetch(&transport, get(ANSWERED)).await.unwrap();
    give_up_after(secs(20), &transport, HANGING).await;
    fetch(&transport, get(ANSWERED)).await.unwrap();
    assert_eq!(counters.made(), 2);
    // A ping is answered after 30 s; then the first one is as good as the other.
    tokio::time::sleep(secs(31)).await;
    for _ in 0..10 {
        fetch(&transport, get(ANSWERED)).await.unwrap();
    }
    assert_eq!((counters.made(), counters.open()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn requests_that_are_dropped_soon_blame_nobody() {
    let (connector, counters) = counted(MemoryConnector::new(server()), true);
    let transport = Transport::new(connector);
    for _ in 0..50 {
        give_up_after(Duration::from_millis(100), &transport, HANGING).await;
    }
    fetch(&transport, get(ANSWERED)).await.unwrap();
    assert_eq!(counters.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn silence_is_no_fault_of_a_connection_that_others_hear() {
    let (connector, counters) = counted(MemoryConnector::new(server()), true);
    let transport = Transport::new(connector);
    let hanging = give_up_after(secs(20), &transport, HANGING);
    let talking = async {
        for _ in 0..9 {
            tokio::time::sleep(secs(2)).await;
            fetch(&transport, get(ANSWERED)).await.unwrap();
        }
    };
    tokio::join!(hanging, talking);
    fetch(&transport, get(ANSWERED)).await.unwrap();
    assert_eq!(counters.made(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_allows_no_requests_is_not_connected_to_again_and_again() {
    let memory = ListenOptions::new().plain().max_streams(0);
    let (connector, counters) = counted(memory.connector(server()).unwrap(), true);
    let transport = Transport::new(connector);
    for _ in 0..20 {
        let (one, other) = tokio::join!(
            timeout(secs(3), fetch(&transport, get(ANSWERED))),
            timeout(secs(3), fetch(&transport, get(ANSWERED))),
        );
        assert!(one.is_err() && other.is_err());
    }
    assert!(counters.made() <= 2, "{}", counters.made());
}
