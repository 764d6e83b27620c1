//! A transport whose requests are streams, and servers for it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test binary uses its part"
)]

use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::channel::{Channel, Sender};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use k8s_testing::MemoryConnector;
use k8s_transport::{Body, Transport, TransportError};
use tower::util::BoxCloneSyncService;
use tower::{ServiceExt as _, service_fn};

use crate::wire::counted;

pub type Server = BoxCloneSyncService<
    Request<Incoming>,
    Response<UnsyncBoxBody<Bytes, hyper::Error>>,
    Infallible,
>;
pub type Sending = Transport<Channel<Bytes, io::Error>>;

/// What a server saw of a request's body: its bytes, or why they broke off.
pub type Seen = Arc<Mutex<Vec<Result<Bytes, String>>>>;

pub fn transport(server: Server) -> Sending {
    let (connector, _) = counted(MemoryConnector::new(server), true);
    Transport::new(connector)
}

pub fn empty() -> UnsyncBoxBody<Bytes, hyper::Error> {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// Reads requests to their end, then answers.
pub fn reader(seen: &Seen) -> Server {
    let seen = Arc::clone(seen);
    Server::new(service_fn(move |request: Request<Incoming>| {
        let seen = Arc::clone(&seen);
        async move {
            let body = request.into_body().collect().await;
            let body = body.map(http_body_util::Collected::to_bytes);
            seen.lock()
                .unwrap()
                .push(body.map_err(|error| format!("{error:?}")));
            Ok(Response::new(empty()))
        }
    }))
}

/// Answers with what comes, as it comes.
pub fn echo() -> Server {
    Server::new(service_fn(|request: Request<Incoming>| async move {
        Ok(Response::new(request.into_body().boxed_unsync()))
    }))
}

pub fn post(room: usize) -> (Sender<Bytes, io::Error>, Request<Channel<Bytes, io::Error>>) {
    let (sender, body) = Channel::new(room);
    (sender, Request::post("http://server/").body(body).unwrap())
}

pub async fn send(transport: &Sending, request: Request<Channel<Bytes, io::Error>>) -> Answer {
    transport.clone().oneshot(request).await
}

pub type Answer = Result<Response<Body>, TransportError>;
