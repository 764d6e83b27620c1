//! Nothing is buffered: a server that does not read stops the client from writing.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use k8s_client::Body;
use k8s_proxy::ProxyOptions;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Notify;
use tokio::time::timeout;
use tower::service_fn;

use crate::support::{serve, upstream};

const CHUNK: usize = 64 * 1024;
/// More than all sockets and windows on the way hold together.
const ALL: usize = 64 * 1024 * 1024;

#[tokio::test]
async fn a_reader_that_stalls_stalls_the_writer() {
    let (read, go) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counter, wait) = (read.clone(), go.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (counter, wait) = (counter.clone(), wait.clone());
        async move {
            wait.notified().await;
            let mut body = request.into_body();
            while let Some(frame) = body.frame().await {
                counter.fetch_add(frame.unwrap().into_data().unwrap().len(), Ordering::Relaxed);
            }
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }
    });
    let served = serve(upstream(service).await, ProxyOptions::new()).await;
    let mut io = served.connect().await;
    let head =
        format!("POST /api/upload HTTP/1.1\r\nhost: localhost\r\ncontent-length: {ALL}\r\n\r\n");
    io.write_all(head.as_bytes()).await.unwrap();
    let chunk = vec![b'x'; CHUNK];
    let mut written = 0;
    // real time: sockets that are full stay full
    while written < ALL
        && timeout(Duration::from_millis(300), io.write_all(&chunk))
            .await
            .is_ok()
    {
        written += CHUNK;
    }
    assert!(
        written < ALL / 2,
        "{written} bytes went into something that nobody reads"
    );
    assert_eq!(read.load(Ordering::Relaxed), 0);
    go.notify_one();
    drop(io);
}
