//! The end: a watch ends clean, what is quick is finished, what hangs is cut.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::channel::{Channel, Sender};
use hyper::body::Incoming;
use k8s_client::Body;
use k8s_proxy::{ProxyOptions, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tower::service_fn;

use crate::support::{Served, client, serve_with, upstream};

/// A proxy whose answers are written by hand, and the pens.
async fn by_hand(server: Server) -> (Served, mpsc::UnboundedReceiver<Sender<Bytes>>) {
    let (pens, written) = mpsc::unbounded_channel();
    let service = service_fn(move |_: Request<Incoming>| {
        let (pen, paper) = Channel::<Bytes>::new(4);
        pens.send(pen).unwrap();
        std::future::ready(Ok::<_, Infallible>(Response::new(Body::stream(paper))))
    });
    let listening = upstream(service).await;
    let drain = k8s_proxy::Drain::new();
    let proxy = ProxyOptions::new().proxy(client(&listening, listening.ca_pem()), &drain);
    let served = serve_with(server, proxy, drain).await;
    // The socket must outlive the test; the process ends soon.
    drop(tokio::spawn(async move {
        let _open = listening;
        std::future::pending::<()>().await;
    }));
    (served, written)
}

async fn begin(served: &Served, path: &str) -> TcpStream {
    let mut stream = served.connect().await;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut all = Vec::new();
    while !String::from_utf8_lossy(&all).ends_with(end) {
        let mut more = [0; 1024];
        let count = stream.read(&mut more).await.unwrap();
        assert_ne!(count, 0, "closed after {:?}", String::from_utf8_lossy(&all));
        all.extend_from_slice(&more[..count]);
    }
    String::from_utf8(all).unwrap()
}

#[tokio::test]
async fn a_watch_ends_clean_and_the_server_returns() {
    let (served, mut pens) = by_hand(Server::new()).await;
    let mut watch = begin(&served, "/api/v1/pods?watch=true").await;
    let mut pen = pens.recv().await.unwrap();
    pen.send_data(Bytes::from_static(b"{\"type\":\"ADDED\"}\n"))
        .await
        .unwrap();
    read_until(&mut watch, "}\n\r\n").await;
    let began = Instant::now();
    served.drain.start();
    let mut rest = String::new();
    watch.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "0\r\n\r\n", "the chunks end as HTTP wants");
    served.task.await.unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "nobody waits for the grace"
    );
}

#[tokio::test]
async fn an_answer_under_way_is_finished_and_nobody_new_is_served() {
    let (served, mut pens) = by_hand(Server::new()).await;
    let mut list = begin(&served, "/api/v1/pods").await;
    let mut pen = pens.recv().await.unwrap();
    pen.send_data(Bytes::from_static(b"[1,")).await.unwrap();
    read_until(&mut list, "[1,\r\n").await;
    served.drain.start();
    // real time: the listener is closed by a task of its own
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(TcpStream::connect(served.address).await.is_err());
    pen.send_data(Bytes::from_static(b"2]")).await.unwrap();
    drop(pen);
    let mut rest = String::new();
    list.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "2\r\n2]\r\n0\r\n\r\n");
    served.task.await.unwrap();
}

#[tokio::test]
async fn what_hangs_is_cut_when_the_grace_is_over() {
    let (served, mut pens) = by_hand(Server::new().grace(Duration::from_millis(100))).await;
    let mut list = begin(&served, "/api/v1/pods").await;
    let mut pen = pens.recv().await.unwrap();
    pen.send_data(Bytes::from_static(b"[1,")).await.unwrap();
    read_until(&mut list, "[1,\r\n").await;
    served.drain.start();
    timeout(Duration::from_secs(5), served.task)
        .await
        .unwrap()
        .unwrap();
    let mut rest = String::new();
    // A half answer must not look whole: no last chunk.
    let _ = list.read_to_string(&mut rest).await;
    assert_eq!(rest, "");
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_the_end_up() {
    let (served, mut pens) = by_hand(Server::new()).await;
    let mut idle = begin(&served, "/version").await;
    drop(pens.recv().await.unwrap());
    read_until(&mut idle, "0\r\n\r\n").await;
    served.drain.start();
    timeout(Duration::from_secs(5), served.task)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0);
}
