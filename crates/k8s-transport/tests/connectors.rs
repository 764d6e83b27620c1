//! Connectors beside TCP: Unix sockets, and whichever was decided on late.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::convert::Infallible;
use std::error::Error as _;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use k8s_testing::{MemoryConnector, Proxy as TestProxy};
use k8s_transport::{AnyConnector, Proxied, Proxy, Transport};
use tower::service_fn;
use wire::{fetch, get};

type Server =
    tower::util::BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;

fn server() -> MemoryConnector<Server> {
    MemoryConnector::new(Server::new(service_fn(|_: Request<Incoming>| async {
        Ok(Response::new(Full::from("hello")))
    })))
}

#[tokio::test(start_paused = true)]
async fn which_connector_it_is_may_be_decided_late() {
    for proxied in [false, true] {
        let proxy = TestProxy::new();
        let connector = if proxied {
            let through = proxy.connector(server());
            AnyConnector::new(Proxied::new("http://proxy".parse().unwrap(), through))
        } else {
            AnyConnector::new(server())
        };
        let transport = Transport::new(connector);
        let answer = fetch(&transport, get("http://kubernetes/api")).await;
        assert_eq!(answer.unwrap().body(), "hello");
        assert_eq!(proxy.seen().len(), usize::from(proxied));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_is_reached_by_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = tokio::net::UnixListener::bind(&path).unwrap();
    let serving = tokio::spawn(async move {
        let (io, _) = listener.accept().await.unwrap();
        let hello = hyper::service::service_fn(|_| async {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("hello")))
        });
        let io = hyper_util::rt::TokioIo::new(io);
        hyper::server::conn::http1::Builder::new()
            .serve_connection(io, hello)
            .await
            .unwrap();
    });
    let transport = Transport::new(k8s_transport::Unix::new(&path));
    for _ in 0..2 {
        assert_eq!(
            fetch(&transport, get("http://localhost/api"))
                .await
                .unwrap()
                .body(),
            "hello"
        );
    }
    drop(transport);
    serving.await.unwrap();
    let missing = Transport::new(k8s_transport::Unix::new(folder.path().join("none")));
    let error = fetch(&missing, get("http://localhost/api"))
        .await
        .unwrap_err();
    assert!(
        error.is_connect()
            && error
                .source()
                .unwrap()
                .to_string()
                .starts_with("connecting to the socket ")
    );
}

#[test]
fn what_is_no_proxy_is_refused() {
    use k8s_transport::InvalidProxy::{Scheme, Syntax};
    let rows = [
        ("socks4://proxy", Scheme),
        ("ftp://proxy", Scheme),
        ("http://", Syntax),
        ("http://:3128", Syntax),
        (":3128", Syntax),
        ("", Syntax),
        ("http://proxy:70000", Syntax),
        ("http://proxy:port", Syntax),
        ("http://%zz", Syntax),
        ("a proxy", Syntax),
    ];
    for (text, expected) in rows {
        assert_eq!(text.parse::<Proxy>().unwrap_err(), expected, "{text:?}");
    }
}
