//! What the program holds while much passes through it: next to nothing, also when one end stalls.

#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a server spawns what writes its answers; the figures are worth reading"
)]

use std::convert::Infallible;
use std::fs;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::channel::Channel;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use k8s_testing::{Kubeconfig, KubeconfigFile, ListenOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::service_fn;

use crate::support::{Cluster, Proxy};

const MIB: usize = 1024 * 1024;
/// How long the reading end stalls.
const STALL: Duration = Duration::from_secs(2);
/// How much more than idle the program may ever hold, in KiB.
const MORE: u64 = 4 * 1024;

type Answer = Result<Response<BoxBody<Bytes, Infallible>>, Infallible>;

/// Reads uploads, after a pause; a watch sends events for as long as somebody reads.
async fn serve(request: Request<Incoming>) -> Answer {
    if request.method() == Method::GET {
        let (mut pen, paper) = Channel::<Bytes>::new(1);
        let event = Bytes::from(format!(
            "{{\"type\":\"MODIFIED\",\"object\":{{\"data\":\"{}\"}}}}\n",
            "x".repeat(16 * 1024)
        ));
        drop(tokio::spawn(async move {
            while pen.send_data(event.clone()).await.is_ok() {}
        }));
        return Ok(Response::new(paper.boxed()));
    }
    // real time: what is written meanwhile must wait in sockets
    tokio::time::sleep(STALL).await;
    let mut body = request.into_body();
    let mut count = 0;
    while let Some(Ok(frame)) = body.frame().await {
        count += frame.data_ref().map_or(0, Bytes::len);
    }
    let mut response = Response::new(Empty::new().boxed());
    response.headers_mut().insert("x-read", count.into());
    Ok(response)
}

async fn cluster() -> Cluster {
    let listening = ListenOptions::new().serve(service_fn(serve)).await.unwrap();
    let config = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .token(&"a-token".into());
    Cluster::new(listening, KubeconfigFile::new(&config).unwrap())
}

/// A field of `/proc/PID/status` in KiB.
fn status(proxy: &Proxy, field: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{}/status", proxy.id())).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(field));
    let words = line.unwrap().trim_start_matches(':').trim();
    words.trim_end_matches(" kB").parse().unwrap()
}

/// Lets the peak begin at what is held now, and says that.
fn idle(proxy: &Proxy) -> u64 {
    fs::write(format!("/proc/{}/clear_refs", proxy.id()), "5").unwrap();
    status(proxy, "VmRSS")
}

async fn upload(proxy: &Proxy, mebibytes: usize) {
    let mut stream: TcpStream = proxy.connect().await;
    let size = mebibytes * MIB;
    let head = format!(
        "POST /api/upload HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = vec![b'x'; MIB];
    for _ in 0..mebibytes {
        stream.write_all(&chunk).await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains(&format!("x-read: {size}\r\n")), "{answer}");
}

async fn watch(proxy: &Proxy, mebibytes: usize, stall: Duration) {
    let mut stream: TcpStream = proxy.connect().await;
    let head = "GET /api/v1/pods?watch=true HTTP/1.1\r\nhost: localhost\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // real time: what the server says meanwhile must wait in sockets
    tokio::time::sleep(stall).await;
    let mut chunk = vec![0; MIB];
    for _ in 0..mebibytes {
        stream.read_exact(&mut chunk).await.unwrap();
    }
}

fn check(proxy: &Proxy, idle: u64, what: &str) {
    let peak = status(proxy, "VmHWM");
    println!("{what}: idle {idle} KiB, peak {peak} KiB");
    assert!(
        peak <= idle + MORE,
        "{what}: {} KiB more than idle",
        peak - idle
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_of_1_gib_past_a_reader_that_stalls_takes_less_than_4_mib() {
    let cluster = cluster().await;
    let proxy = cluster.proxy(&["--port=0"]);
    upload(&proxy, 1).await;
    let held = idle(&proxy);
    upload(&proxy, 1024).await;
    check(&proxy, held, "upload");
    proxy.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_watch_past_a_reader_that_stalls_takes_less_than_4_mib() {
    let cluster = cluster().await;
    let proxy = cluster.proxy(&["--port=0"]);
    watch(&proxy, 1, Duration::ZERO).await;
    let held = idle(&proxy);
    watch(&proxy, 256, STALL).await;
    check(&proxy, held, "watch");
    proxy.ends_well().await;
}
